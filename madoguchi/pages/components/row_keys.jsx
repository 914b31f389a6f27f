import { useEffect, useRef } from "react";
import { belongsToPage, focusedByKeys, keyName, movedByKeys, onOtherKey } from "./hotkeys.js";

const ROW = '[role="row"][data-row]';
const STEPS = { ArrowDown: 1, J: 1, ArrowUp: -1, K: -1 };
const ACTS = { Enter: "onCall", Y: "onMenu", X: "onCancel", B: "onReturn" };

// After a press, and after the chosen row was taken away by others, nothing is done to a row for a moment:
// a key that bounces, or was aimed at who stood there before, would reach somebody else.
const SETTLE_MS = 700;

const idOf = (row) => Number(row.dataset.row);

// An open menu may make the row itself longer than its list.
function inSight(row) {
  const own = row.firstElementChild.getBoundingClientRect();
  const around = row.closest(".today-scroll").getBoundingClientRect();
  return own.top >= around.top - 1 && own.bottom <= around.bottom + 1;
}

// The row that keys act upon. It is one ticket, wherever the list puts it; it has the focus, so that a
// reader speaks it, and it is the list's only stop for Tab.
class Chosen {
  constructor(box, told) {
    Object.assign(this, { box, told, id: null, row: null, others: [], quiets: 0 });
  }

  rows = () => [...this.box.querySelectorAll(ROW)];

  find = (id) => this.rows().find((row) => idOf(row) === id);

  quiet() {
    clearTimeout(this.quiets);
    this.box.dataset.quiet = "";
    this.quiets = setTimeout(() => delete this.box.dataset.quiet, SETTLE_MS);
  }

  get isQuiet() {
    return "quiet" in this.box.dataset;
  }

  choose(row) {
    this.id = idOf(row);
    // Before it is marked, a row that was just drawn cannot have the focus.
    this.mark();
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }

  // The focus has come to the row or to a button in it; a mouse that presses there chooses nothing.
  visit(row) {
    if (focusedByKeys()) this.id = idOf(row);
    this.mark();
  }

  drop() {
    if (this.id === null) return;
    this.id = null;
    if (document.activeElement?.matches?.(ROW)) document.activeElement.blur();
    this.mark();
  }

  step(by) {
    const rows = this.rows();
    const at = rows.findIndex((row) => idOf(row) === this.id);
    const next = at < 0 ? rows.at(by > 0 ? 0 : -1) : rows[at + by];
    if (next) this.choose(next);
    else if (at >= 0) this.choose(rows[at]);
  }

  // After every redraw: the ticket is looked for anew, and if it has left, whoever stood beside it is next.
  follow = () => {
    if (this.id !== null) {
      const row = this.find(this.id) ?? this.beside();
      if (!row) {
        this.id = null;
        this.quiet();
      } else if (idOf(row) !== this.id) {
        this.quiet();
        this.choose(row);
      } else if (row !== this.row) this.choose(row);
      else if (document.activeElement === document.body) row.focus({ preventScroll: true });
    }
    this.mark();
  };

  beside() {
    const at = this.others.indexOf(this.id);
    const near = [...this.others.slice(at + 1), ...this.others.slice(0, at).reverse()];
    return near.map(this.find).find(Boolean);
  }

  mark() {
    const rows = this.rows();
    const chosen = this.id === null ? null : rows.find((row) => idOf(row) === this.id);
    const stop = chosen ?? rows.find((row) => row.contains(document.activeElement)) ?? rows[0];
    for (const row of rows) {
      row.setAttribute("aria-selected", String(row === chosen));
      row.tabIndex = row === stop ? 0 : -1;
      for (const button of row.querySelectorAll("button")) button.tabIndex = row === stop ? 0 : -1;
    }
    this.row = chosen;
    const list = chosen?.parentElement;
    this.others = list ? rows.filter((row) => row.parentElement === list).map(idOf) : [];
  }

  // Whether the key was for a row. What it does is told with the ticket's id, as it is seen at this moment.
  press(name) {
    const { menu } = this.told.current;
    if (menu && /^[1-9]$/.test(name)) return this.answer(menu, name);
    if (name in STEPS) {
      if (menu) this.told.current.onMenu(0);
      this.step(STEPS[name]);
      return this.id !== null;
    }
    if (name === "Escape") {
      if (this.id === null) return false;
      if (menu) this.told.current.onMenu(0);
      else this.drop();
      return true;
    }
    return name in ACTS && this.act(name);
  }

  answer(menu, digit) {
    const choice = this.find(menu)?.querySelector(`[data-digit="${digit}"]`);
    choice?.click();
    return Boolean(choice);
  }

  act(name) {
    const { menu } = this.told.current;
    const row = this.row ?? (name === "X" && menu ? this.find(menu) : null);
    // The one for whom Enter was meant has just been called, or has left: it must not end a visit instead.
    if (!row) return name === "Enter" && this.isQuiet;
    if (!row.dataset.keys.split(" ").includes(name) || this.isQuiet) return true;
    if (!inSight(row)) {
      row.scrollIntoView({ block: "nearest" });
      this.quiet();
      return true;
    }
    const [id, tell] = [idOf(row), this.told.current[ACTS[name]]];
    if (name !== "Y") this.quiet();
    if (name === "Enter") this.drop();
    tell(id);
    return true;
  }
}

export function RowKeys({ enabled, menu, onCall, onMenu, onCancel, onReturn, children, className }) {
  const box = useRef(null);
  const told = useRef(null);
  told.current = { enabled, menu, onCall, onMenu, onCancel, onReturn };
  useEffect(() => {
    const chosen = new Chosen(box.current, told);
    const onKeyDown = (event) => {
      const name = keyName(event.code);
      if (!told.current.enabled || event.shiftKey || !belongsToPage(event, name, false, name in STEPS)) return;
      if (!chosen.press(name)) return;
      movedByKeys();
      event.preventDefault();
      event.stopImmediatePropagation();
    };
    const onFocus = (event) => {
      const row = event.target instanceof Element ? event.target.closest(ROW) : null;
      if (!row || !box.current.contains(row)) chosen.drop();
      else chosen.visit(row);
    };
    const drop = () => chosen.drop();
    const redrawn = new MutationObserver(chosen.follow);
    redrawn.observe(box.current, { childList: true, subtree: true });
    chosen.mark();
    // Before the keys of the page: while a row is chosen, Enter is for it.
    window.addEventListener("keydown", onKeyDown, true);
    window.addEventListener("pointerdown", drop, true);
    document.addEventListener("focusin", onFocus);
    const forget = onOtherKey(drop);
    return () => {
      redrawn.disconnect();
      window.removeEventListener("keydown", onKeyDown, true);
      window.removeEventListener("pointerdown", drop, true);
      document.removeEventListener("focusin", onFocus);
      forget();
    };
  }, []);
  return (
    <section ref={box} className={className}>
      {children}
    </section>
  );
}
