// What is announced, to be seen: each announcement is shown for as long as it takes to read it twice.

const SHOWN_MS = 12_000;
const SHORTEST_MS = 5_000; // When others wait to be shown too.

export class Announced {
  /** `changed()` is told whenever there is something else to show. */
  constructor(changed) {
    this.changed = changed;
    this.queue = [];
    this.since = 0;
  }

  /** The announcement to be shown now; null when all is calm. */
  get current() {
    return this.queue[0] ?? null;
  }

  /** Show this one as soon as those before it were shown. */
  add(announcement) {
    this.queue.push(announcement);
    if (this.queue.length === 1) this.since = Date.now();
    this.plan();
    this.changed();
  }

  /** Drop what is no longer called: nobody must come for it any more. */
  keep(isCalled) {
    const before = this.current;
    this.queue = this.queue.filter(isCalled);
    if (this.current === before) return;
    this.since = Date.now();
    this.plan();
  }

  plan() {
    clearTimeout(this.timer);
    if (!this.current) return;
    const whole = this.queue.length > 1 ? SHORTEST_MS : SHOWN_MS;
    this.timer = setTimeout(() => this.next(), Math.max(0, this.since + whole - Date.now()));
  }

  next() {
    this.queue.shift();
    this.since = Date.now();
    this.plan();
    this.changed();
  }
}
