import { useEffect, useLayoutEffect, useRef, useState } from "react";

// The server's clock counts: a counter's PC may be minutes off.
function useNow(serverNow, everyMs) {
  const offset = useRef(0);
  const seen = useRef(null);
  if (typeof window !== "undefined" && serverNow && seen.current !== serverNow) {
    seen.current = serverNow;
    offset.current = serverNow - Date.now();
  }
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return Date.now() + offset.current;
}

const two = (value) => String(value).padStart(2, "0");

export function Elapsed({ since, serverNow }) {
  const now = useNow(serverNow, 1000);
  if (!since || !serverNow) return null;
  const seconds = Math.max(0, Math.floor((now - since) / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const text = hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
  return <time className="mg-tabular">{text}</time>;
}

// Counts from when it first sees `until`, by this machine's own clock, and shows its children meanwhile.
export function While({ until, seconds, children }) {
  const [left, setLeft] = useState(0);
  useEffect(() => {
    if (!until) {
      setLeft(0);
      return undefined;
    }
    const end = performance.now() + seconds * 1000;
    const show = () => setLeft(Math.max(0, Math.ceil((end - performance.now()) / 1000)));
    show();
    const timer = setInterval(show, 200);
    return () => clearInterval(timer);
  }, [until, seconds]);
  if (!left) return null;
  return (
    <div className="today-undo">
      {children}
      <span className="today-undo__left mg-tabular" aria-hidden="true">
        あと{left}秒
      </span>
      <span className="today-undo__bar" style={{ "--left": left / seconds }} aria-hidden="true" />
    </div>
  );
}

// Rows come and go while somebody aims at one: the row under the mouse stays where it is, and when it
// is taken away itself, the one that slides into its place cannot be clicked for a moment.
const SETTLE_MS = 700;

export function Steady({ children, className }) {
  const box = useRef(null);
  const held = useRef({ row: null, top: 0, lostAt: -Infinity });
  useLayoutEffect(() => {
    const list = box.current;
    const shift = (pixels) => (list.style.paddingTop = pixels > 0 ? `${pixels}px` : "");
    const hold = (event) => {
      const row = event.target instanceof Element ? event.target.closest("[data-row]") : null;
      held.current.row = row;
      held.current.top = row ? row.getBoundingClientRect().top : 0;
    };
    const settle = () => {
      const { row, top } = held.current;
      if (!row) return;
      if (!row.isConnected) {
        held.current.row = null;
        held.current.lostAt = performance.now();
        return;
      }
      const moved = row.getBoundingClientRect().top - top;
      if (Math.abs(moved) < 1) return;
      if (moved > 0) list.scrollTop += moved;
      else shift((parseFloat(list.style.paddingTop) || 0) - moved);
    };
    const release = () => {
      held.current.row = null;
      shift(0);
    };
    const refuse = (event) => {
      if (event.detail === 0 || performance.now() - held.current.lostAt > SETTLE_MS) return;
      event.stopPropagation();
      event.preventDefault();
    };
    const watcher = new MutationObserver(settle);
    watcher.observe(list, { childList: true, subtree: true });
    list.addEventListener("pointermove", hold);
    list.addEventListener("scroll", () => (held.current.row = null));
    list.addEventListener("pointerleave", release);
    list.addEventListener("click", refuse, true);
    return () => watcher.disconnect();
  }, []);
  return (
    <div ref={box} className={className}>
      {children}
    </div>
  );
}

// Leads to a page that the server itself answers, not the pages' own router.
export function Leave({ when, href }) {
  useEffect(() => {
    if (when) window.location.replace(href);
  }, [when, href]);
  return null;
}
