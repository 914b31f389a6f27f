// What the screen says: one sentence by key, in the language that the citizen chose.

const RESET = "ja";
let catalogues = {};
let current = RESET;

export async function loadTexts() {
  const answer = await fetch("/api/texts");
  catalogues = await answer.json();
}

export const languages = () => Object.keys(catalogues);
export const language = () => current;
export const htmlLanguage = (code = current) => (code === "ja-easy" ? "ja" : code);

export function setLanguage(code) {
  current = catalogues[code] ? code : RESET;
  document.documentElement.lang = htmlLanguage();
  for (const element of document.querySelectorAll("[data-text]")) {
    element.textContent = say(element.dataset.text);
  }
}

export function say(key, values = {}, code = current) {
  const sentence = catalogues[code]?.[key] ?? key;
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** A name from the server, with the language that it really is in. */
export function nameIn(names = {}) {
  const found = names[current] ? current : "ja";
  return { text: names[found] ?? "", lang: htmlLanguage(found) };
}

export function writeName(element, names) {
  const { text, lang } = nameIn(names);
  element.textContent = text;
  element.lang = lang;
}

/** A waiting range in words, or empty when the server cannot say. */
export function range(minutes) {
  if (!minutes) return "";
  const [low, high] = minutes;
  if (high === 0) return say("start.soon");
  return say(low === high ? "start.range_same" : "start.range", { low, high });
}
