// The lobby display, and on a phone the public board.

import { Announcer } from "./announcer.js";
import { LiveBoard } from "./live.js";
import { clockIn, element, fill, minutes, nameIn, pageData } from "./page.js";
import { Sound } from "./sound.js";

const NEW_FOR_MS = 20_000;
const { board: first, language, timezone, mute, texts } = pageData();
const time = clockIn(timezone);
const byId = (id) => document.getElementById(id);
const phone = matchMedia("(max-width: 56rem)");
const sound = mute || phone.matches ? null : new Sound();
const announcer = new Announcer(first.desk.code, sound);

function callCard(call, index) {
  const flag = call.calls > 1 ? texts.called_again : index === 0 ? texts.newest : null;
  return element(
    "div",
    {
      className: index === 0 ? "bd-call bd-call--newest" : "bd-call",
      data: { testid: "board-calling", number: call.number, counter: call.counter, call: call.call_id },
    },
    element("span", { className: "bd-call__number mg-tabular", textContent: call.number }),
    element("span", { className: "bd-call__counter", textContent: fill(texts.counter_n, call) }),
    flag && element("span", { className: "bd-call__flag", textContent: flag }),
  );
}

function drawCalling(calling) {
  const cards = calling.map(callCard);
  const empty = element("p", { className: "bd-nobody", textContent: texts.nobody_called });
  const box = byId("calling");
  box.dataset.count = String(Math.min(calling.length, 9));
  box.replaceChildren(...(cards.length ? cards : [empty]));
}

function drawServices(services) {
  byId("services").replaceChildren(
    ...services.map((service) =>
      element(
        "tr",
        { data: { testid: `board-service-${service.code}`, waiting: service.waiting } },
        element("th", { scope: "row" }, element("span", { className: "bd-letter", textContent: service.letter }), nameIn(service.names, language)),
        element("td", { className: "bd-count mg-tabular", textContent: fill(texts.people, { count: service.waiting }) }),
        element("td", { className: "bd-range mg-tabular", textContent: minutes(service.estimated_wait_minutes, texts) }),
      ),
    ),
  );
}

function drawList(id, items) {
  const none = element("li", { className: "bd-none", textContent: texts.none });
  byId(id).replaceChildren(...(items.length ? items : [none]));
}

function recentItem(call) {
  return element(
    "li",
    { data: { number: call.number } },
    element("strong", { className: "mg-tabular", textContent: call.number }),
    element("span", { textContent: fill(texts.counter_n, call) }),
  );
}

function draw(board) {
  drawCalling(board.calling);
  drawServices(board.services);
  drawList("recent", board.recent.map(recentItem));
  drawList("missed", board.missed.map((number) => element("li", { className: "mg-tabular", textContent: number, data: { number } })));
  byId("waiting").textContent = fill(texts.people, { count: board.waiting });
  byId("waiting").dataset.waiting = board.waiting;
  byId("open").textContent = board.open ? texts.desk_open : texts.desk_closed;
  byId("open").classList.toggle("mg-flag--success", board.open);
}

function markNewest(event) {
  const { number, counter, sentences } = event.detail;
  const card = [...document.querySelectorAll(".bd-call")].find((one) => one.dataset.number === number);
  card?.classList.add("bd-call--fresh");
  setTimeout(() => card?.classList.remove("bd-call--fresh"), NEW_FOR_MS);
  const own = sentences.find((sentence) => sentence.language === language) ?? sentences[0];
  byId("spoken").textContent = `${number} ${fill(texts.counter_n, { counter })}. ${own.text}`;
}

function offerSound() {
  byId("sound").hidden = !sound?.blocked;
}

function showStale(stale, since) {
  byId("stale").hidden = !stale;
  document.body.classList.toggle("bd-body--stale", stale);
  if (stale) byId("stale-text").textContent = fill(texts.stale, { time: time(since) });
}

document.addEventListener("madoguchi:announce", markNewest);
byId("sound").addEventListener("click", async () => {
  await sound.unblock();
  offerSound();
  await sound.chime();
});
sound?.audio?.addEventListener("statechange", offerSound);
offerSound();

draw(first);
announcer.take(first.calling);
const live = new LiveBoard(first.desk.code, {
  onBoard(board) {
    draw(board);
    announcer.take(board.calling);
  },
  onStale: showStale,
  onLife(moment) {
    byId("updated").textContent = fill(texts.updated, { time: time(moment) });
  },
});

function tick() {
  byId("clock").textContent = time(live.now());
}
tick();
setInterval(tick, 1000);
