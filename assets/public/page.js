// What every page script needs: its data, filled sentences, elements, the office's time.

/** The values that the server put into the page. */
export function pageData() {
  return JSON.parse(document.getElementById("data").textContent);
}

/** `text` with its `{places}` filled from `values`. */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** The name in `language`, else in Japanese. */
export function nameIn(names, language) {
  return names[language] || names.ja || Object.values(names)[0] || "";
}

/** A waiting range in words; empty when there is none to tell. */
export function minutes(range, texts) {
  if (!range) return "";
  const [low, high] = range;
  return fill(low === 0 ? texts.minutes_up_to : texts.minutes, { low, high });
}

/** An element with properties, `data-` values and children. */
export function element(tag, { data = {}, ...properties } = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  Object.assign(made.dataset, data);
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** Writes clock times in the office's time zone. */
export function clockIn(timeZone) {
  const format = new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit" });
  return (moment) => format.format(moment);
}

/** The session's storage, or a stand-in where the browser forbids it. */
export const memory = {
  get(key) {
    try {
      return sessionStorage.getItem(key);
    } catch {
      return null;
    }
  },
  put(key, value) {
    try {
      sessionStorage.setItem(key, value);
    } catch {
      // Without storage a reload may repeat the last announcement; nothing else is lost.
    }
  },
};
