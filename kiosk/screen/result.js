// The number, huge; its paper; and the way back after some seconds.

import { range, say, writeName } from "./texts.js";
import { announce, byId, show, view } from "./views.js";

const PRINTED_SECONDS = 10;
const UNPRINTED_SECONDS = 60;
const HOLD_AT = 5;
const LONGEST_HOLD = 20;

let ticket = null;
let paper = null;
let left = 0;
let held = 0;
let timer = 0;

export function showResult(fresh, papers) {
  ticket = fresh;
  paper = null;
  held = 0;
  byId("number").textContent = ticket.number;
  byId("qr").src = `/api/tickets/${ticket.key}/qr.svg`;
  translateResult();
  restart(PRINTED_SECONDS);
  show("result");
  announce(`${say("result.title")} ${say("result.number")} ${ticket.number}`);
  updatePaper(papers);
}

export function translateResult() {
  if (!ticket) return;
  writeName(byId("result-service"), ticket.service);
  byId("qr").alt = say("result.qr_alt");
  const counted = ticket.waiting_ahead !== null;
  byId("facts").hidden = !counted;
  byId("no-network").hidden = counted;
  byId("ahead").textContent = say("paper.people", { n: ticket.waiting_ahead });
  byId("wait").textContent = range(ticket.estimated_wait_minutes);
  byId("wait-fact").hidden = !ticket.estimated_wait_minutes;
  writePaper();
  writeCountdown();
}

/** The papers of the board, by touch; a change of this ticket's paper is told. */
export function updatePaper(papers) {
  if (!ticket || view() !== "result") return;
  const now = papers[ticket.key] ?? ticket.paper ?? "waiting";
  if (now === paper) return;
  paper = now;
  writePaper();
  announce(say(`print.${sentence()}`));
  if (paper === "failed") restart(UNPRINTED_SECONDS);
  if (paper === "printed") restart(PRINTED_SECONDS);
}

export async function reprint() {
  restart(UNPRINTED_SECONDS);
  await fetch(`/api/tickets/${ticket.key}/print`, { method: "POST" }).catch(() => null);
}

export function leaveResult() {
  clearInterval(timer);
  ticket = null;
}

const sentence = () => (paper === "printed" || paper === "failed" ? paper : "waiting");

function writePaper() {
  const state = byId("print-state");
  state.textContent = say(`print.${sentence()}`);
  state.dataset.paper = sentence();
  byId("view-result").dataset.paper = sentence();
  byId("reprint").hidden = sentence() !== "failed";
}

function restart(seconds) {
  left = seconds;
  byId("countdown-bar").max = seconds;
  clearInterval(timer);
  timer = setInterval(tick, 1000);
  writeCountdown();
}

function tick() {
  // Nobody is sent away while the paper is still coming.
  if (sentence() === "waiting" && left <= HOLD_AT && held < LONGEST_HOLD) {
    held += 1;
    return;
  }
  left -= 1;
  writeCountdown();
  if (left <= 0) document.dispatchEvent(new Event("back-to-start"));
}

function writeCountdown() {
  byId("countdown").textContent = say("result.countdown", { n: left });
  byId("countdown-bar").value = left;
}
