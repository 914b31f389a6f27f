// The lobby display, and on a phone the public board: one desk or several, each with a stream of its own.

import { Announced } from "./announced.js";
import { Announcer } from "./announcer.js";
import { Calls } from "./board-calls.js";
import { DeskPanel } from "./board-desk.js";
import { Notices } from "./board-notices.js";
import { LiveBoard } from "./live.js";
import { clockIn, fill, nameIn, pageData } from "./page.js";
import { Sound } from "./sound.js";

const { boards: first, language, timezone, mute, texts, notices: sentences, left_out: leftOut } = pageData();
const several = first.length > 1;
const time = clockIn(timezone);
const byId = (id) => document.getElementById(id);
const phone = matchMedia("(max-width: 56rem)");
const sound = mute || phone.matches ? null : new Sound();
const announcer = new Announcer(first.map((board) => board.desk.code).join(), sound);

const shown = new Map(first.map((board) => [board.desk.code, board]));
const away = new Map(); // Desks whose connection is gone, and since when.
const alive = new Map();
const panels = new Map([...document.querySelectorAll("[data-panel]")].map((section) => [section.dataset.panel, panelOf(section)]));
const calls = new Calls(byId("calling"), { texts, language, several });
const notices = new Notices(byId("notices"), { sentences, language, several, leftOut });
const announced = new Announced(drawCalls);

function panelOf(section) {
  const openFlag = section.querySelector("[data-open]") ?? document.querySelector("[data-open]");
  return new DeskPanel(section, { texts, language, openFlag });
}

/** The calls of all desks, newest first; a call's id grows over all of them. */
function calling() {
  const all = [...shown.values()].flatMap((board) => board.calling.map((call) => ({ ...call, desk: board.desk })));
  return all.sort((one, other) => other.call_id - one.call_id);
}

function drawCalls() {
  calls.draw(calling(), announced.current);
}

function draw() {
  const now = calling();
  announced.keep((one) => now.some((call) => call.call_id === one.call_id));
  drawCalls();
  for (const [code, board] of shown) panels.get(code).draw(board);
  if (notices.draw([...shown.values()])) fitAll();
}

function fitAll() {
  notices.fit();
  calls.fit();
  for (const panel of panels.values()) panel.fit();
}

function showAnnouncement(event) {
  const { call_id, number, counter, desk, sentences: said } = event.detail;
  announced.add({ call_id });
  const own = said.find((sentence) => sentence.language === language) ?? said[0];
  const which = several ? `${nameIn(desk.names, language)} ` : "";
  byId("spoken").textContent = `${which}${number} ${fill(texts.counter_n, { counter })}. ${own.text}`;
}

function offerSound() {
  byId("sound").hidden = !sound?.blocked;
}

function showStale(code, stale, since) {
  if (stale) away.set(code, since);
  else away.delete(code);
  panels.get(code).stale(stale);
  byId("stale").hidden = away.size === 0;
  document.body.classList.toggle("bd-body--stale", away.size === shown.size);
  if (away.size) {
    const oldest = new Date(Math.min(...away.values()));
    const names = [...away.keys()].map((one) => nameIn(shown.get(one).desk.names, language));
    const which = away.size < shown.size ? `${names.join("・")} ` : "";
    byId("stale-text").textContent = which + fill(texts.stale, { time: time(oldest) });
  }
  fitAll();
}

function showLife(code, moment) {
  alive.set(code, moment);
  byId("updated").textContent = fill(texts.updated, { time: time(new Date(Math.min(...alive.values()))) });
}

document.addEventListener("madoguchi:announce", showAnnouncement);
byId("sound").addEventListener("click", async () => {
  await sound.unblock();
  offerSound();
  await sound.chime();
});
sound?.audio?.addEventListener("statechange", offerSound);
offerSound();

draw();
announcer.take(calling());
const lives = [...shown.keys()].map(
  (code) =>
    new LiveBoard(code, {
      onBoard(board) {
        shown.set(code, board);
        draw();
        announcer.take(calling());
      },
      onStale: (stale, since) => showStale(code, stale, since),
      onLife: (moment) => showLife(code, moment),
    }),
);

function tick() {
  byId("clock").textContent = time(lives[0].now());
}
tick();
setInterval(tick, 1000);
new ResizeObserver(fitAll).observe(byId("main"));
document.fonts.ready.then(fitAll);
// Letters that were not on the board before bring fonts of their own, later.
document.fonts.addEventListener("loadingdone", fitAll);
