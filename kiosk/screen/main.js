// The touch screen of the terminal: wires the views to the terminal's own server.

import { ask, newKey } from "./asking.js";
import { buildKeypad, digitsOf, translateKeypad } from "./checkin.js";
import { plainLooks, translateLooks, wireLooks } from "./looks.js";
import { leaveResult, reprint, showResult, translateResult, updatePaper } from "./result.js";
import { bookingNumberIn, scanReader } from "./scanner.js";
import { buildLanguages, faultOf, markLanguage, writeFault, writeOffice, writeServices, writeUpdated } from "./start.js";
import { language, loadTexts, say, setLanguage } from "./texts.js";
import { announce, byId, setBusy, show, view } from "./views.js";

const IDLE = 45000;
const ERROR_STAYS = 15000;
const LOST_AFTER = 3000;
const MISTYPED = ["unknown_reservation", "not_a_booking"];
const PATIENT_FOR = 60000;
const HOME = ["starting", "away", "closed", "start"];

let board = { phase: "starting", offers: [], printer: "unknown", papers: {}, config: null };
let busy = false;
let idleTimer = 0;
let lostTimer = 0;
let patience = 0;
let patient = true;
let fault = "";
let error = { code: "" };

function translate(code) {
  setLanguage(code);
  markLanguage();
  translateKeypad();
  translateResult();
  translateLooks();
  render();
}

function home() {
  if (board.phase === "starting" && patient) return "starting";
  if (board.phase === "away") return board.offers.length ? "start" : "away";
  if (board.phase !== "ready") return "away";
  return board.config.open ? "start" : "closed";
}

/** "A moment please" is true for a minute; then whoever stands here is sent to a member of staff. */
function watchPatience() {
  if (board.phase !== "starting") {
    clearTimeout(patience);
    patience = 0;
    patient = true;
    return;
  }
  patience ||= setTimeout(() => {
    patient = false;
    render();
  }, PATIENT_FOR);
}

function render() {
  watchPatience();
  writeOffice(board.config);
  if (board.config) {
    writeServices(board.config.services, take);
    writeUpdated(board.config.server_time);
    // Bookings are known to the server only, and nobody has counted who waits.
    for (const id of ["checkin", "updated"]) byId(id).hidden = board.phase !== "ready";
  }
  if (HOME.includes(view()) && !busy) show(home());
  const told = faultOf(board, view(), error);
  writeFault(told);
  if (told && told.key !== fault) announce(told.own || say(told.key));
  fault = told?.key ?? "";
  updatePaper(board.papers);
}

async function take(service, button) {
  await getNumber("/api/tickets", { service }, button);
}

async function checkIn(code) {
  if (!code) return byId("code").focus();
  return getNumber("/api/checkins", { code }, document.querySelector("[data-testid=checkin-submit]"));
}

function listenForScanner() {
  const read = scanReader();
  const onKey = (event) => {
    const { burst, text } = read(event);
    if (!burst) return;
    event.preventDefault();
    event.stopPropagation();
    if (text) scanned(bookingNumberIn(text));
  };
  document.addEventListener("keydown", onKey, true);
}

/** Whatever else was scanned stays here: it may be a number that is nobody's business. */
function scanned(code) {
  if (busy) return;
  byId("code").blur();
  byId("code").value = "";
  if (code) checkIn(code);
  else {
    showError({ code: "not_a_booking" });
    render();
  }
}

async function getNumber(path, wish, button) {
  if (busy) return;
  busy = true;
  setBusy(button, true);
  announce(say("busy"));
  const { ok, body } = await ask(path, { ...wish, key: newKey(), language: language() });
  busy = false;
  setBusy(button, false);
  if (ok) showResult(body, board.papers);
  else showError(body);
  render();
}

function showError({ code, detail }) {
  error = { code, detail, language: language() };
  const mistyped = MISTYPED.includes(code);
  byId("retry").hidden = !mistyped;
  document.querySelector("[data-testid=error-back]").className = mistyped ? "quiet" : "primary";
  show("error");
  clearTimeout(idleTimer);
  idleTimer = setTimeout(backToStart, ERROR_STAYS);
}

function backToStart() {
  leaveResult();
  byId("code").value = "";
  plainLooks();
  show(home());
  translate("ja");
}

/** A number mistyped is typed again in the language one has chosen. */
function typeAgain() {
  byId("code").value = "";
  show("checkin");
  render();
}

function stayAwake() {
  if (view() === "result") return;
  clearTimeout(idleTimer);
  idleTimer = setTimeout(() => (busy ? stayAwake() : backToStart()), IDLE);
}

function listen() {
  const events = new EventSource("/api/events");
  events.onmessage = (event) => {
    clearTimeout(lostTimer);
    lostTimer = 0;
    board = JSON.parse(event.data);
    render();
  };
  events.onerror = () => {
    lostTimer ||= setTimeout(lost, LOST_AFTER);
    if (events.readyState === EventSource.CLOSED) setTimeout(listen, LOST_AFTER);
  };
}

function lost() {
  board = { ...board, phase: "starting" };
  render();
}

function keepIn() {
  for (const name of ["contextmenu", "dragstart", "drop", "selectstart"]) {
    document.addEventListener(name, (event) => event.preventDefault());
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || /^F\d+$|^Browser/.test(event.key)) event.preventDefault();
  });
  document.addEventListener("wheel", (event) => event.ctrlKey && event.preventDefault(), { passive: false });
}

function wire() {
  buildLanguages(translate);
  buildKeypad();
  keepIn();
  listenForScanner();
  wireLooks();
  byId("checkin").addEventListener("click", typeAgain);
  byId("retry").addEventListener("click", typeAgain);
  byId("checkin-form").addEventListener("submit", (event) => {
    event.preventDefault();
    checkIn(digitsOf(byId("code").value));
  });
  byId("reprint").addEventListener("click", (event) => {
    event.stopPropagation();
    reprint();
  });
  byId("view-result").addEventListener("click", backToStart);
  for (const button of document.querySelectorAll("[data-back]")) button.addEventListener("click", backToStart);
  document.addEventListener("back-to-start", backToStart);
  for (const name of ["pointerdown", "keydown"]) document.addEventListener(name, stayAwake, true);
}

async function start() {
  try {
    await loadTexts();
    byId("scan-hint").hidden = !(await (await fetch("/api/equipment")).json()).scanner;
  } catch {
    setTimeout(start, LOST_AFTER);
    return;
  }
  wire();
  translate("ja");
  listen();
}

start();
