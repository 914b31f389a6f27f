import { useImperativeHandle, useRef } from "react";

const FIELDS = "input:not([type=hidden]), select, textarea";
const STOPS = "input:not([type=checkbox]):not([type=radio]):not([type=hidden]), select";
const FRAMES = 30;

// Around a form that is filled in by keyboard: Enter goes on to the next field, and from the last one it
// sends; with `straight`, from a select too. Escape gives the form up. Takes `{focus: id}` and `{submit: true}` from `state/reservation_letters.py`.
export function FormKeys({ ref, className, straight, onEscape, children }) {
  const box = useRef(null);
  useImperativeHandle(ref, () => ({ set value(wish) { follow(box.current, wish, FRAMES); } }), []);
  return (
    <div ref={box} className={className} onKeyDown={(event) => pressed(event, straight, onEscape)}>
      {children}
    </div>
  );
}

function pressed(event, straight, onEscape) {
  // An input method's own Enter confirms what was converted.
  if (event.nativeEvent.isComposing || event.keyCode === 229) return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  if (event.key === "Escape") giveUp(event, onEscape);
  if (event.key === "Enter") goOn(event, straight);
}

function giveUp(event, onEscape) {
  // The page's own Escape must not close what stands behind the form with the same press.
  event.preventDefault();
  if (event.repeat) return;
  event.target.blur?.();
  onEscape?.();
}

function goOn(event, straight) {
  const field = event.target;
  if (!(field instanceof Element) || !field.matches(STOPS) || !field.form) return;
  event.preventDefault();
  // A held key sends once.
  if (event.repeat) return;
  const all = [...field.form.querySelectorAll(FIELDS)].filter((one) => !one.disabled && one.offsetParent);
  const next = !(straight && field.matches("select")) && all.slice(all.indexOf(field) + 1).find((one) => one.matches(STOPS));
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
