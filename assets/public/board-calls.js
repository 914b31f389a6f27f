// Now calling: the announced or newest number on the large card, the others in a grid beside it.

import { columnsFor, shrink, tooLong, tooWide } from "./fit.js";
import { element, fill, nameIn } from "./page.js";

const MOST = 12; // The large card and a grid of eleven: more could not be read from afar.
const STEPS = [1, 0.97, 0.92, 0.85, 0.78, 0.71, 0.64, 0.57, 0.5, 0.44];

export class Calls {
  /** `several`: numbers of more than one desk, so each says which. */
  constructor(box, { texts, language, several }) {
    Object.assign(this, { box, texts, language, several });
    this.drawn = null;
  }

  /** Draw `calling`, newest first; `announced` is the call that is being announced, or null. */
  draw(calling, announced) {
    const now = JSON.stringify([calling, announced]);
    if (now === this.drawn) return; // A card that is built anew would begin its animation again.
    this.drawn = now;
    const newest = calling[0];
    const main = (announced && calling.find((call) => call.call_id === announced.call_id)) || newest;
    const others = calling.filter((call) => call !== main);
    this.box.dataset.count = calling.length;
    this.box.dataset.crowd = others.length === 0 ? "none" : others.length <= 2 ? "few" : others.length <= 5 ? "some" : "many";
    if (!main) {
      this.box.replaceChildren(element("p", { className: "bd-nobody", textContent: this.texts.nobody_called }));
      return;
    }
    const parts = [this.mainCard(main, main === newest, announced)];
    if (others.length) parts.push(this.grid(others, newest));
    this.box.replaceChildren(...parts);
    this.fit();
  }

  /** Make it fit; also after the screen's size or the fonts have changed. */
  fit() {
    const grid = this.box.querySelector(".bd-others");
    if (grid) {
      const cards = [...grid.children];
      const arrange = (columns) => {
        grid.style.setProperty("--columns", columns);
        grid.style.setProperty("--rows", Math.ceil(cards.length / columns));
        shrink(grid, cards, STEPS, tooLong);
      };
      columnsFor(cards.length, arrange, () => grid.querySelector(".bd-call__number"));
    }
    const main = this.box.querySelector(".bd-call--main");
    if (main) {
      for (const part of main.querySelectorAll(".bd-call__top, .bd-call__counter")) shrink(part, [part], STEPS, tooWide);
      const sentences = main.querySelector(".bd-call__sentences");
      shrink(sentences, [sentences], STEPS, tooLong);
      const number = main.querySelector(".bd-call__number");
      shrink(number, [number], STEPS, tooWide);
    }
  }

  grid(others, newest) {
    const shown = others.length > MOST - 1 ? others.slice(0, MOST - 2) : others;
    const cards = shown.map((call) => this.card(call, call === newest));
    if (shown.length < others.length) {
      const text = fill(this.texts.more_calls, { count: others.length - shown.length });
      cards.push(element("div", { className: "bd-call bd-call--more" }, element("span", { textContent: text })));
    }
    return element("div", { className: "bd-others" }, ...cards);
  }

  mainCard(call, isNewest, announced) {
    const said = announced?.call_id === call.call_id ? announced : null;
    const card = this.frame(call, "bd-call--main", isNewest);
    if (said) card.classList.add("bd-call--announced");
    card.append(
      element("span", { className: "bd-call__top" }, this.deskName(call), ...this.flags(call, isNewest)),
      element(
        "span",
        { className: "bd-call__who" },
        element("span", { className: "bd-call__number mg-tabular", textContent: call.number }),
        element("span", { className: "bd-call__counter", textContent: fill(this.texts.counter_n, call) }),
      ),
      element("span", { className: "bd-call__sentences" }, ...(said ? this.sentences(call) : [])),
    );
    return card;
  }

  card(call, isNewest) {
    const card = this.frame(call, "bd-call--other", isNewest);
    card.append(
      element("span", { className: "bd-call__number mg-tabular", textContent: call.number }),
      element(
        "span",
        { className: "bd-call__where" },
        ...this.flags(call, isNewest),
        element("span", { className: "bd-call__counter", textContent: fill(this.texts.counter_n, call) }),
        this.deskName(call),
      ),
    );
    return card;
  }

  frame(call, kind, isNewest) {
    const data = { testid: "board-calling", number: call.number, counter: call.counter, call: call.call_id, desk: call.desk.code };
    if (isNewest) data.newest = "true";
    return element("div", { className: `bd-call ${kind}`, data });
  }

  deskName(call) {
    return this.several ? element("span", { className: "bd-call__desk", textContent: nameIn(call.desk.names, this.language) }) : null;
  }

  // Words and a shape, so that nothing is told by colour alone.
  flags(call, isNewest) {
    return [isNewest && `▶ ${this.texts.newest}`, call.calls > 1 && this.texts.called_again]
      .filter(Boolean)
      .map((text) => element("span", { className: "bd-call__flag", textContent: text }));
  }

  // What is spoken, for those who do not hear it.
  sentences(call) {
    return call.announcement.map(({ language, text }) =>
      element("span", { lang: language === "ja-easy" ? "ja" : language, textContent: text }),
    );
  }
}
