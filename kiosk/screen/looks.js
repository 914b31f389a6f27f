// How the screen looks to this citizen: larger text, or white and yellow on black. Gone with the citizen.

import { say } from "./texts.js";
import { byId } from "./views.js";

/** By the class that the page gets, which its texts and its button (`large-text`) are named after. */
const LOOKS = { large: ["large-text", "large_text"], contrast: ["contrast", "contrast"] };

export function wireLooks() {
  for (const [look, [id]] of Object.entries(LOOKS)) byId(id).addEventListener("click", () => set(look, !has(look)));
}

export function plainLooks() {
  for (const look of Object.keys(LOOKS)) set(look, false);
}

/** The button says what it will do, so it needs no further mark for those who hear it. */
export function translateLooks() {
  for (const [look, [id, texts]] of Object.entries(LOOKS)) {
    byId(id).textContent = say(`${texts}.${has(look) ? "off" : "on"}`);
    byId(id).dataset.on = has(look) ? "yes" : "no";
  }
}

const has = (look) => document.documentElement.classList.contains(look);

function set(look, on) {
  document.documentElement.classList.toggle(look, on);
  translateLooks();
}
