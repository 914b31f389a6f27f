// One's own ticket, live.

import { LiveBoard } from "./live.js";
import { clockIn, fill, minutes, pageData } from "./page.js";

const SPREAD_MS = 2_000; // All phones of a desk hear of a change at once; they must not all ask at once.
const { status: first, token, timezone, texts } = pageData();
const time = clockIn(timezone);
const byId = (id) => document.getElementById(id);
const ENDED = new Set(["done", "cancelled"]);

let shown = null;
let asking = null;

function toDo(status) {
  if (status.state === "waiting" && status.near) return texts.do_near;
  return fill(texts[`do_${status.state}`], status);
}

function drawTurn(status) {
  const called = status.state === "called";
  byId("ticket").dataset.state = status.state;
  byId("state").dataset.state = status.state;
  setText("state", texts[`state_${status.state}`]);
  setText("do", toDo(status));
  byId("counter").hidden = !called;
  setText("counter", called ? fill(texts.counter_n, status) : "");
  byId("place").hidden = !called;
}

function drawFacts(status) {
  byId("facts").hidden = status.state !== "waiting";
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
  drawTurn(status);
  drawFacts(status);
  drawLine(status);
  const calledAnew = status.state === "called" && shown !== null && (shown.state !== "called" || shown.calls < status.calls);
  if (calledAnew) navigator.vibrate?.([400, 200, 400, 200, 400]);
  document.title = `${status.state === "called" ? "🔔 " : ""}${status.number} ${texts[`state_${status.state}`]}`;
  shown = status;
}

async function ask() {
  asking = null;
  const response = await fetch(`/api/v1/tickets/${encodeURIComponent(token)}`, { cache: "no-store" });
  if (response.ok) draw(await response.json());
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

draw(first);
new LiveBoard(first.desk.code, {
  onBoard(board) {
    if (!ENDED.has(shown.state)) askSoon(concerns(board) ? 0 : Math.random() * SPREAD_MS);
  },
  onStale: showStale,
  onLife(moment) {
    setText("updated", fill(texts.updated, { time: time(moment) }));
  },
});
document.addEventListener("visibilitychange", () => document.hidden || askSoon(0));
