import { useEffect, useRef } from "react";

const FIELDS = "input, textarea, select, [contenteditable]:not([contenteditable='false'])";
const DIALOGS = "dialog[open], [role='dialog'], [role='alertdialog']";
const PRESSABLE = "button, a[href], summary, [role='button'], [role='tab'], [role='menuitem']";

// A button that the mouse pressed keeps the focus; Space would press that one again. Only after Tab
// does the focus mean what the user wants.
let focusedByKeyboard = false;
if (typeof window !== "undefined") {
  window.addEventListener("pointerdown", () => (focusedByKeyboard = false), true);
  window.addEventListener("keydown", (event) => event.key === "Tab" && (focusedByKeyboard = true), true);
}

function keyName(code) {
  const plain = code.match(/^(?:Key|Digit|Numpad)([A-Z0-9])$/);
  if (plain) return plain[1];
  return code === "NumpadEnter" ? "Enter" : code;
}

function belongsToPage(event, name, inDialog) {
  if (event.defaultPrevented || event.repeat || event.isComposing) return false;
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const target = event.target instanceof Element ? event.target : document.body;
  if (target.closest(FIELDS) || (!inDialog && document.querySelector(DIALOGS))) return false;
  const presses = name === "Space" || name === "Enter";
  return !(presses && focusedByKeyboard && target.closest(PRESSABLE));
}

export function Hotkey({ keyName: wanted, enabled = true, inDialog = false, onPress }) {
  const latest = useRef(onPress);
  latest.current = onPress;
  useEffect(() => {
    if (!enabled) return undefined;
    const onKeyDown = (event) => {
      const name = keyName(event.code);
      if (name !== wanted || !belongsToPage(event, name, inDialog)) return;
      event.preventDefault();
      document.activeElement?.blur?.();
      latest.current?.();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [wanted, enabled, inDialog]);
  return null;
}
