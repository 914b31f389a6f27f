// Check-in of a booking: by the keypad on the screen, by a keyboard, or by a scanner that types.

import { say } from "./texts.js";
import { byId } from "./views.js";

const SCAN_GAP = 120;
const SHORTEST_SCAN = 4;

const KEYS = [..."123456789", "clear", "0", "erase"];
const SIGNS = { clear: "C", erase: "⌫" };

/** The digits of what was typed or scanned; of an address only its last part counts. */
export function digitsOf(text) {
  const last = text.normalize("NFKC").trim().replace(/\/+$/, "").split("/").pop();
  return last.replace(/\D/g, "").slice(0, 20);
}

export function buildKeypad() {
  for (const key of KEYS) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = SIGNS[key] ?? key;
    button.dataset.key = key;
    button.dataset.testid = `key-${key}`;
    button.addEventListener("click", () => press(key));
    byId("keypad").append(button);
  }
}

export function translateKeypad() {
  for (const key of ["clear", "erase"]) {
    byId("keypad").querySelector(`[data-key=${key}]`).setAttribute("aria-label", say(`checkin.${key}`));
  }
}

function press(key) {
  const field = byId("code");
  if (key === "clear") field.value = "";
  else if (key === "erase") field.value = field.value.slice(0, -1);
  else if (field.value.length < field.maxLength) field.value += key;
}

/** A scanner types faster than anyone and ends with Enter; `onScan` gets the digits, on any view. */
export function listenForScanner(onScan) {
  let typed = "";
  let last = 0;
  document.addEventListener(
    "keydown",
    (event) => {
      const pause = event.timeStamp - last;
      last = event.timeStamp;
      if (event.key.length === 1) {
        typed = pause < SCAN_GAP ? typed + event.key : event.key;
      } else if (event.key === "Enter" && typed.length >= SHORTEST_SCAN && pause < SCAN_GAP) {
        event.preventDefault();
        event.stopPropagation();
        onScan(digitsOf(typed));
        typed = "";
      }
    },
    true,
  );
}
