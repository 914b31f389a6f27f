// One's own ticket, live.

import { LiveBoard } from "./live.js";
import { clockIn, fill, minutes, nameIn, pageData } from "./page.js";

const SPREAD_MS = 2_000; // All phones of a desk hear of a change at once; they must not all ask at once.
const CHECK_MS = 60_000; // Time alone changes a place: appointments become due, asked-for times come.
const { status: first, token, timezone, language, texts } = pageData();
const time = clockIn(timezone);
const byId = (id) => document.getElementById(id);
const ENDED = new Set(["done", "cancelled"]);

let shown = null;
let asking = null;
let live = null;

const until = (status) => ({ until: time(new Date(status.not_before)) });

// The same sentences are chosen on the server for the first look (public/ticket_words.py).
const SENT_HOME = ["waiting", "missed", "cancelled"];
const sentHome = (status) => status.desk_closed && SENT_HOME.includes(status.state);

function stateOf(status) {
  if (sentHome(status)) return texts.state_closed;
  return status.not_before ? fill(texts.state_not_before, until(status)) : texts[`state_${status.state}`];
}

function toDo(status) {
  const desk = nameIn(status.desk.names, language);
  const place = nameIn(status.desk.place, language) || desk;
  if (sentHome(status)) return texts.do_closed;
  if (status.not_before) return fill(texts.do_not_before, until(status));
  if (status.state === "waiting" && status.moved) return fill(texts.do_moved, { desk, place });
  if (status.state === "waiting" && status.near) return texts.do_near;
  if (status.state === "missed" && status.returns) return texts[`do_missed_${status.returns}`];
  return fill(texts[`do_${status.state}`], status);
}

function drawWhere(status) {
  setText("where", `${nameIn(status.municipality.names, language)} ${nameIn(status.desk.names, language)}`);
  setText("service", nameIn(status.service.names, language));
  setText("place", nameIn(status.desk.place, language));
  byId("board").href = `/board/${encodeURIComponent(status.desk.code)}`;
}

function drawTurn(status) {
  const called = status.state === "called";
  byId("ticket").dataset.state = status.state;
  byId("state").dataset.state = status.state;
  setText("state", stateOf(status));
  setText("do", toDo(status));
  byId("counter").hidden = !called;
  setText("counter", called ? fill(texts.counter_n, status) : "");
  // Who is handed over reads the place in the sentence.
  byId("place").hidden = !(called || (status.near && !status.moved));
}

function drawFacts(status) {
  byId("facts").hidden = status.waiting_ahead === null;
  byId("ahead").dataset.ahead = status.waiting_ahead ?? "";
  setText("ahead", status.waiting_ahead === null ? "" : fill(texts.people, { count: status.waiting_ahead }));
  setText("wait", minutes(status.estimated_wait_minutes, texts));
}

function drawLine(status) {
  byId("line").hidden = !status.line_url;
  if (status.line_url) byId("register").href = status.line_url;
  byId("bound").hidden = !status.bound;
}

// Written only when different: a screen reader speaks every change of a live region.
function setText(id, text) {
  if (byId(id).textContent !== text) byId(id).textContent = text;
}

function draw(status) {
  drawWhere(status);
  drawTurn(status);
  drawFacts(status);
  drawLine(status);
  const calledAnew = status.state === "called" && shown !== null && (shown.state !== "called" || shown.calls < status.calls);
  if (calledAnew) navigator.vibrate?.([400, 200, 400, 200, 400]);
  document.title = `${status.state === "called" ? "🔔 " : ""}${status.number} ${stateOf(status)}`;
  const handedOver = shown !== null && shown.desk.code !== status.desk.code;
  shown = status;
  if (handedOver) follow();
}

async function ask() {
  asking = null;
  const response = await fetch(`/api/v1/tickets/${encodeURIComponent(token)}`, { cache: "no-store" });
  if (response.ok) draw(await response.json());
  // Another day, or gone: the server says so better than what stands here.
  else if ([404, 410].includes(response.status)) location.reload();
  else if (response.status >= 500) throw new Error(`status ${response.status}`);
}

function askSoon(delay) {
  if (asking !== null && asking.at <= Date.now() + delay) return;
  clearTimeout(asking?.timer);
  const timer = setTimeout(() => ask().catch(() => askSoon(SPREAD_MS * 2)), delay);
  asking = { timer, at: Date.now() + delay };
}

function concerns(board) {
  const called = board.calling.find((call) => call.number === shown.number);
  const changed = called ? shown.state !== "called" || called.calls !== shown.calls : shown.state === "called";
  return changed || board.missed.includes(shown.number);
}

function showStale(stale, since) {
  byId("stale").hidden = !stale;
  if (stale) setText("stale", fill(texts.stale, { time: time(since) }));
  else askSoon(0);
}

// A number that was handed over is called at its new desk.
function follow() {
  live?.end();
  live = new LiveBoard(shown.desk.code, {
    onBoard(board) {
      if (!ENDED.has(shown.state)) askSoon(concerns(board) ? 0 : Math.random() * SPREAD_MS);
    },
    onStale: showStale,
    onLife(moment) {
      setText("updated", fill(texts.updated, { time: time(moment) }));
    },
  });
}

draw(first);
follow();
setInterval(() => document.hidden || askSoon(Math.random() * SPREAD_MS), CHECK_MS);
document.addEventListener("visibilitychange", () => document.hidden || askSoon(0));
