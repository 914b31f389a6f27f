// A desk's board, live: reconnects by itself and knows when what it shows may be old.

const SILENCE_MS = 40_000; // The server shows every 15 s that it lives.
const GRACE_MS = 2_500; // A connection that returns within this was never away for the reader.
const RETRY_MS = [1_000, 3_000];

/**
 * Follows the desk's board. `onBoard(board)` gets each new one; `onStale(stale, since)` tells when the
 * connection went (with the moment of the last sign of life) and when it came back; `onLife(moment)` each
 * sign of life, with the server's time.
 */
export class LiveBoard {
  constructor(desk, { onBoard, onStale, onLife = () => {} }) {
    this.url = `/api/v1/boards/${encodeURIComponent(desk)}/events`;
    Object.assign(this, { onBoard, onStale, onLife });
    this.stale = false;
    this.ahead = 0;
    this.alive = new Date();
    this.watch = null;
    this.open();
    const { signal } = (this.ending = new AbortController());
    addEventListener("online", () => this.reopen(0), { signal });
    addEventListener("pageshow", (event) => event.persisted && this.reopen(0), { signal });
    document.addEventListener("visibilitychange", () => this.check(), { signal });
  }

  /** Follow it no longer. */
  end() {
    this.ending.abort();
    this.source.close();
    for (const timer of [this.retry, this.watch, this.grace]) clearTimeout(timer);
  }

  /** The server's time, as far as known. */
  now() {
    return new Date(Date.now() + this.ahead);
  }

  open() {
    clearTimeout(this.retry);
    this.source?.close();
    const source = (this.source = new EventSource(this.url));
    source.addEventListener("board", (event) => {
      const board = JSON.parse(event.data);
      this.lives();
      this.onBoard(board);
    });
    source.addEventListener("heartbeat", (event) => {
      this.lives(new Date(JSON.parse(event.data).server_time));
    });
    source.addEventListener("error", () => this.lost(source));
  }

  lives(serverTime) {
    if (serverTime) this.ahead = serverTime - Date.now();
    this.alive = this.now();
    this.heard = Date.now();
    clearTimeout(this.watch);
    clearTimeout(this.grace);
    this.grace = null;
    this.watch = setTimeout(() => this.silent(), SILENCE_MS);
    if (this.stale) {
      this.stale = false;
      this.onStale(false, this.alive);
    }
    this.onLife(this.alive);
  }

  lost(source) {
    if (source !== this.source) return;
    this.grace ??= setTimeout(() => this.turnStale(), GRACE_MS);
    // The browser retries a broken stream, but gives up for good on a refused one.
    if (source.readyState === EventSource.CLOSED) {
      this.reopen(RETRY_MS[0] + Math.random() * (RETRY_MS[1] - RETRY_MS[0]));
    }
  }

  silent() {
    this.turnStale();
    this.reopen(0);
    this.watch = setTimeout(() => this.silent(), SILENCE_MS);
  }

  check() {
    // Timers sleep with the phone: on waking, look at once whether the stream survived.
    if (!document.hidden && this.heard && Date.now() - this.heard > SILENCE_MS) this.silent();
  }

  turnStale() {
    if (this.stale) return;
    this.stale = true;
    this.onStale(true, this.alive);
  }

  reopen(delay) {
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.open(), delay);
  }
}
