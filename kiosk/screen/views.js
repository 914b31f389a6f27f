// Which part of the page is shown. A finger that bounces must not press what the next view puts under it.

const BOUNCE = 500;
const main = document.getElementById("main");
let shown = "starting";
let calm = 0;

export const byId = (id) => document.getElementById(id);
export const view = () => shown;

export function show(name) {
  if (name === shown) return;
  byId(`view-${shown}`).hidden = true;
  shown = name;
  const section = byId(`view-${name}`);
  section.hidden = false;
  main.scrollTop = 0;
  main.inert = true;
  clearTimeout(calm);
  calm = setTimeout(() => {
    main.inert = false;
    (section.querySelector("input") ?? section.querySelector("h1"))?.focus();
  }, BOUNCE);
}

/** Said by a screen reader. */
export function announce(sentence) {
  byId("live").textContent = sentence;
}

export function setBusy(button, busy) {
  document.body.classList.toggle("busy", busy);
  main.setAttribute("aria-busy", busy);
  for (const other of main.querySelectorAll("button")) other.disabled = busy || other.dataset.closed === "yes";
  button?.classList.toggle("pressed", busy);
}
