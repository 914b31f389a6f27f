// One desk's area: who waits and how long, called a moment ago, absent numbers.

import { choose } from "./fit.js";
import { element, fill, minutes, nameIn } from "./page.js";

// What is called a moment ago gives way first, then size, and last the services' names: letters are on the tickets.
const WAYS = [
  ...[1, 0.92, 0.85, 0.78].map((fit) => ({ fit, less: "" })),
  ...[1, 0.92, 0.85, 0.78, 0.71, 0.64].map((fit) => ({ fit, less: "recent" })),
  ...[1, 0.9, 0.8, 0.7, 0.62, 0.54, 0.46, 0.4, 0.36].map((fit) => ({ fit, less: "recent names" })),
];

export class DeskPanel {
  constructor(section, { texts, language, openFlag }) {
    Object.assign(this, { section, texts, language, openFlag });
    this.drawn = null;
  }

  /** Draw the desk as `board` tells it. */
  draw(board) {
    const now = JSON.stringify([board.services, board.recent, board.missed, board.waiting, board.open, board.notices]);
    if (now === this.drawn) return;
    this.drawn = now;
    this.part("services").replaceChildren(...board.services.map((service) => this.serviceRow(service)));
    this.list("recent", board.recent.map((call) => this.recentItem(call)));
    this.list("missed", board.missed.map((number) => element("li", { className: "mg-tabular", textContent: number, data: { number } })));
    const total = this.part("waiting-total");
    total.textContent = fill(this.texts.people, { count: board.waiting });
    total.dataset.waiting = board.waiting;
    this.openFlag.textContent = this.state(board);
    this.openFlag.classList.toggle("mg-flag--success", board.open);
    this.fit();
  }

  state(board) {
    if (board.open) return this.texts.desk_open;
    if (board.notices.some((notice) => notice.kind === "closed")) return this.texts.closed_short;
    return board.stopped ? this.texts.stopped_short : this.texts.desk_closed;
  }

  /** Make it fit; also after the screen's size or the fonts have changed. */
  fit() {
    choose(this.section, WAYS);
  }

  /** Mark the area as possibly old. */
  stale(stale) {
    this.section.classList.toggle("bd-desk--stale", stale);
  }

  part(name) {
    return this.section.querySelector(`[data-${name}]`);
  }

  list(name, items) {
    const none = element("li", { className: "bd-none", textContent: this.texts.none });
    this.part(name).replaceChildren(...(items.length ? items : [none]));
  }

  serviceRow(service) {
    const { texts } = this;
    return element(
      "tr",
      { data: { testid: `board-service-${service.code}`, waiting: service.waiting } },
      element(
        "th",
        { scope: "row" },
        element("span", { className: "bd-letter", textContent: service.letter }),
        element("span", { className: "bd-name", textContent: nameIn(service.names, this.language) }),
      ),
      element("td", { className: "bd-count mg-tabular", textContent: fill(texts.people, { count: service.waiting }) }),
      element("td", { className: "bd-range mg-tabular", textContent: minutes(service.estimated_wait_minutes, texts) }),
    );
  }

  recentItem(call) {
    return element(
      "li",
      { data: { number: call.number } },
      element("strong", { className: "mg-tabular", textContent: call.number }),
      element("span", { textContent: fill(this.texts.counter_n, call) }),
    );
  }
}
