// Small helpers for making elements.

/** An element with attributes (`text` and `class` among them; null and false leave one out) and children. */
export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "text") made.textContent = value;
    else if (name === "style") Object.assign(made.style, value);
    else if (name === "testid") made.dataset.testid = value;
    else if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

const clock = new Intl.DateTimeFormat("ja-JP", {
  hour: "numeric", minute: "2-digit", timeZone: "Asia/Tokyo",
});
const day = new Intl.DateTimeFormat("ja-JP", {
  month: "numeric", day: "numeric", weekday: "short", timeZone: "Asia/Tokyo",
});

/** UNIX milliseconds as `9:05` in Japan. */
export function timeOf(at) {
  return clock.format(at);
}

/** UNIX milliseconds as `11/25(水)` in Japan. */
export function dayOf(at) {
  return day.format(at);
}
