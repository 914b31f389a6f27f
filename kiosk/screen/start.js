// The first screen: one button per service, what the terminal says of itself, and the languages.

import { language, languages, htmlLanguage, range, say, writeName } from "./texts.js";
import { byId } from "./views.js";

// Refusals in which the server names an hour, a day or a number that no sentence of ours can know.
const TELLS_MORE = ["desk_closed", "desk_stopped", "too_early", "wrong_day", "already_checked_in"];
const PRINTER_FAULTS = ["paper_out", "cover_open", "offline", "paper_near_end"];

export function buildLanguages(onChoose) {
  for (const code of languages()) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "quiet";
    button.lang = htmlLanguage(code);
    button.textContent = say("language.name", {}, code);
    button.dataset.language = code;
    button.dataset.testid = `lang-${code}`;
    button.addEventListener("click", () => onChoose(code));
    byId("languages").append(button);
  }
}

export function markLanguage() {
  byId("languages").setAttribute("aria-label", say("language.choose"));
  for (const button of byId("languages").children) {
    button.setAttribute("aria-pressed", button.dataset.language === language());
  }
}

/** Buttons are kept and rewritten, so that none jumps away under a finger. */
export function writeServices(services, onTake) {
  const list = byId("services");
  list.style.setProperty("--count", services.length);
  const kept = new Map(Array.from(list.children, (button) => [button.dataset.service, button]));
  const buttons = services.map((service) => {
    const button = kept.get(service.code) ?? newService(service.code, onTake);
    writeService(button, service);
    return button;
  });
  const same = buttons.length === list.children.length && buttons.every((b, i) => b === list.children[i]);
  if (!same) list.replaceChildren(...buttons);
}

function newService(code, onTake) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "service";
  button.dataset.service = code;
  button.dataset.testid = `service-${code}`;
  button.innerHTML =
    '<span class="letter" aria-hidden="true"></span><span class="name"></span>' +
    '<span class="counts"><span class="waiting"></span><span class="range"></span></span>' +
    '<span class="working"></span>';
  button.addEventListener("click", () => onTake(code, button));
  return button;
}

function writeService(button, service) {
  const part = (name) => button.querySelector(`.${name}`);
  part("letter").textContent = service.letter;
  writeName(part("name"), service.names);
  part("waiting").textContent = service.open ? howMany(service) : say("start.service_closed");
  part("range").textContent = service.open && !isFree(service) ? range(service.estimated_wait_minutes) : "";
  part("working").textContent = say("busy");
  button.dataset.closed = service.open ? "no" : "yes";
  if (!document.body.classList.contains("busy")) button.disabled = !service.open;
}

export function writeOffice(config) {
  writeName(byId("municipality"), config?.municipality.names);
  writeName(byId("desk"), config?.desk.names);
}

/** When the counts were true, by the server's clock. */
export function writeUpdated(serverTime) {
  const form = { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Tokyo" };
  const time = new Date(serverTime).toLocaleTimeString("ja-JP", form);
  byId("updated").textContent = say("start.updated", { time });
}

/** What citizens are told on this view; null when nothing concerns them. `whole`: nothing else is to be seen. */
export function faultOf({ phase, printer }, view, error) {
  if (view === "error") return { key: errorKey(error.code), own: ownWords(error), whole: true, refused: true };
  if (view === "away") return { key: phase === "revoked" ? "fault.revoked" : "fault.away", whole: true };
  if (view === "closed") return { key: "start.closed", whole: true };
  if (phase === "away" && view === "start") {
    return { key: PRINTER_FAULTS.slice(0, 3).includes(printer) ? `fault.${printer}` : "fault.no_network" };
  }
  const concerns = phase === "ready" && ["start", "checkin"].includes(view);
  return concerns && PRINTER_FAULTS.includes(printer) ? { key: `fault.${printer}` } : null;
}

/** Nobody is before whoever comes now, at the whole desk. */
function isFree(service) {
  return !service.waiting && service.estimated_wait_minutes?.[0] === 0;
}

/** Those of other services stand in the same queue: with them waiting, "nobody" would mislead. */
function howMany(service) {
  if (service.waiting) return say("start.waiting", { n: service.waiting });
  return isFree(service) ? say("start.nobody") : "";
}

function errorKey(code) {
  const key = ["away", "revoked"].includes(code) ? `fault.${code}` : `error.${code}`;
  return say(key) === key ? "error.other" : key;
}

// The server's words are in the language that was asked for; another one chosen since gets ours.
function ownWords({ code, detail, language: asked }) {
  return asked === language() && TELLS_MORE.includes(code) ? detail : "";
}

/** Where nothing can be done here, the sentence takes the whole screen, in Japanese too. */
export function writeFault(fault) {
  const { key = "", own = "", whole = false, refused = false } = fault ?? {};
  const box = byId("fault");
  box.hidden = !key;
  box.dataset.kind = whole ? "whole" : key === "fault.paper_near_end" ? "notice" : "fault";
  const alone = whole && !refused;
  document.body.classList.toggle("away", alone);
  // Where nothing else is shown, it is what the page is about.
  box.role = alone ? "main" : "region";
  const sentence = byId("fault-own");
  sentence.role = alone ? "heading" : null;
  sentence.ariaLevel = alone ? "1" : null;
  document.body.classList.toggle("refused", refused);
  byId("fault-title").textContent = refused ? say("error.title") : "";
  byId("fault-japanese").textContent = key && whole && language() !== "ja" ? say(key, {}, "ja") : "";
  byId("fault-own").textContent = own || (key ? say(key) : "");
}
