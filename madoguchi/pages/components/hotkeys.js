import { useLayoutEffect, useRef } from "react";

const FIELDS = "input, textarea, select, [contenteditable]:not([contenteditable='false'])";
const DIALOGS = "dialog[open], [role='dialog'], [role='alertdialog']";
const PRESSABLE = "button, a[href], summary, [role='button'], [role='tab'], [role='menuitem']";

// A button that the mouse pressed keeps the focus; Space would press that one again. Only after Tab, or
// after keys that go along rows, does the focus mean what the user wants.
let focusedByKeyboard = false;
if (typeof window !== "undefined") {
  window.addEventListener("pointerdown", () => (focusedByKeyboard = false), true);
  window.addEventListener("keydown", (event) => event.key === "Tab" && (focusedByKeyboard = true), true);
  // A select that the mouse chose from would keep the arrows for itself: the next one would choose again.
  document.addEventListener("change", ({ target }) => {
    if (target instanceof HTMLSelectElement && !target.form && !focusedByKeyboard) target.blur();
  });
}

export const focusedByKeys = () => focusedByKeyboard;
export const movedByKeys = () => (focusedByKeyboard = true);

const others = new Set();

// Tells when a key of the page was pressed; gives what ends that.
export function onOtherKey(listener) {
  others.add(listener);
  return () => others.delete(listener);
}

export function keyName(code) {
  const plain = code.match(/^(?:Key|Digit|Numpad)([A-Z0-9])$/);
  if (plain) return plain[1];
  return code === "NumpadEnter" ? "Enter" : code;
}

export function belongsToPage(event, name, inDialog, whileHeld = false) {
  if (event.defaultPrevented || (event.repeat && !whileHeld) || event.isComposing) return false;
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const target = event.target instanceof Element ? event.target : document.body;
  if (target.closest(FIELDS) || (!inDialog && document.querySelector(DIALOGS))) return false;
  const presses = name === "Space" || name === "Enter";
  return !(presses && focusedByKeyboard && target.closest(PRESSABLE));
}

export function Hotkey({ keyName: wanted, enabled = true, inDialog = false, onPress }) {
  const latest = useRef(onPress);
  latest.current = onPress;
  // Before the page is painted: what is to be seen can be pressed.
  useLayoutEffect(() => {
    if (!enabled) return undefined;
    const onKeyDown = (event) => {
      const name = keyName(event.code);
      if (name !== wanted || !belongsToPage(event, name, inDialog)) return;
      event.preventDefault();
      for (const listener of others) listener();
      document.activeElement?.blur?.();
      latest.current?.();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [wanted, enabled, inDialog]);
  return null;
}
