// The calm area: what there is to know besides the numbers, standing still, in the page's language and another.

import { shrink } from "./fit.js";
import { element, fill, nameIn } from "./page.js";

const STEPS = [1, 0.92, 0.85, 0.78, 0.71, 0.64, 0.57, 0.5, 0.44];

export class Notices {
  /** `sentences`: own and other language by kind. */
  constructor(box, { sentences, language, several, leftOut }) {
    Object.assign(this, { box, sentences, language, several, leftOut });
    this.other = language === "en" ? "ja" : "en";
    this.drawn = null;
  }

  /** Draw the notices of all `boards`; whether the area has come or gone. What several desks say is said once. */
  draw(boards) {
    const found = new Map();
    for (const board of boards) {
      for (const notice of board.notices) {
        const [own, other] = this.words(notice);
        const same = found.get(own) ?? { kind: notice.kind, own, other, desks: [] };
        same.desks.push(nameIn(board.desk.names, this.language));
        found.set(own, same);
      }
    }
    if (this.leftOut) {
      const [own, other] = this.sentences.board_left_out;
      found.set(own, { kind: "left_out", own, other, desks: [] });
    }
    const now = JSON.stringify([...found.values()]);
    if (now === this.drawn) return false;
    this.drawn = now;
    const wasHidden = this.box.hidden;
    this.box.hidden = found.size === 0;
    this.box.replaceChildren(...[...found.values()].map((notice) => this.paragraph(notice)));
    this.fit();
    return wasHidden !== this.box.hidden || !this.box.hidden;
  }

  /** Make it fit; also after the screen's size or the fonts have changed. */
  fit() {
    shrink(this.box, [this.box], STEPS);
  }

  words(notice) {
    if (notice.kind === "own") {
      const own = nameIn(notice.texts, this.language);
      const other = notice.texts[this.other] ?? "";
      return [own, other === own ? "" : other];
    }
    const values = { minutes: notice.minutes, counters: (notice.counters ?? []).join(", ") };
    return this.sentences[notice.kind].map((text) => fill(text, values));
  }

  paragraph({ kind, own, other, desks }) {
    return element(
      "p",
      { className: "bd-notice", data: { kind } },
      element("span", { className: "bd-notice__mark", textContent: "i", ariaHidden: "true" }),
      element(
        "span",
        {},
        this.several && desks.length ? element("strong", { className: "bd-notice__desk", textContent: `${desks.join("・")} ` }) : null,
        element("span", { className: "bd-notice__own", textContent: own }),
        other ? " " : null,
        other ? element("small", { lang: this.other, textContent: other }) : null,
      ),
    );
  }
}
