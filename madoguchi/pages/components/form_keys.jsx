import { useImperativeHandle, useRef } from "react";

const FIELDS = "input:not([type=hidden]), select, textarea";
const STOPS = "input:not([type=checkbox]):not([type=radio]):not([type=hidden]), select";
const FRAMES = 30;

// Around a form that is filled in by keyboard: Enter goes on to the next field, and from the last one it
// sends; Escape leaves the field. Takes `{focus: id}` and `{submit: true}` from `state/reservation_letters.py`.
export function FormKeys({ ref, className, children }) {
  const box = useRef(null);
  useImperativeHandle(ref, () => ({ set value(wish) { follow(box.current, wish, FRAMES); } }), []);
  return (
    <div ref={box} className={className} onKeyDown={goOn}>
      {children}
    </div>
  );
}

function goOn(event) {
  // An input method's own Enter confirms what was converted.
  if (event.nativeEvent.isComposing || event.keyCode === 229) return;
  // Out of the field, where the page's own keys work again; what was typed stays.
  if (event.key === "Escape") event.target.blur?.();
  if (event.key !== "Enter") return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const field = event.target;
  if (!(field instanceof Element) || !field.matches(STOPS) || !field.form) return;
  event.preventDefault();
  // A held key sends once.
  if (event.repeat) return;
  const all = [...field.form.querySelectorAll(FIELDS)].filter((one) => !one.disabled && one.offsetParent);
  const next = all.slice(all.indexOf(field) + 1).find((one) => one.matches(STOPS));
  if (next) next.focus();
  else field.form.requestSubmit();
}

// What the wish is about may only be there after the next drawing.
function follow(box, wish, frames) {
  const target = wish.submit ? box?.querySelector("form") : document.getElementById(wish.focus);
  if (target && wish.submit) target.requestSubmit();
  else if (target) target.focus();
  else if (frames) requestAnimationFrame(() => follow(box, wish, frames - 1));
}
