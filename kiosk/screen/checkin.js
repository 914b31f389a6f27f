// Check-in of a booking by its number, on the keypad of the screen or a keyboard.

import { say } from "./texts.js";
import { byId } from "./views.js";

const KEYS = [..."123456789", "clear", "0", "erase"];
const SIGNS = { clear: "C", erase: "⌫" };

/** The digits of what was typed, half-width. */
export function digitsOf(text) {
  return text.normalize("NFKC").replace(/\D/g, "").slice(0, 20);
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
