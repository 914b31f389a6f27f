import { useEffect, useState } from "react";

const NEAR_SECONDS = 15 * 60;
const SPREAD_MS = 3000;
const AWAY_MS = 5000;

// Counted from when the server said it, by a clock that nobody can set: what the phone takes for the
// time of day does not matter.
export function OpeningClock({ seconds, serial, label, soon, onDue }) {
  const [left, setLeft] = useState(seconds);
  useEffect(() => {
    setLeft(seconds);
    if (seconds <= 0) return;
    const end = performance.now() + seconds * 1000;
    const tick = () => setLeft(Math.max(0, Math.ceil((end - performance.now()) / 1000)));
    const ticking = setInterval(tick, 1000);
    const due = setTimeout(() => { tick(); onDue(); }, seconds * 1000 + Math.random() * SPREAD_MS);
    // A phone that slept may have stopped that clock: the server is asked again.
    let hiddenAt = 0;
    const looked = () => {
      if (document.hidden) hiddenAt = Date.now();
      else if (hiddenAt && Date.now() - hiddenAt > AWAY_MS) onDue();
    };
    document.addEventListener("visibilitychange", looked);
    return () => {
      clearInterval(ticking);
      clearTimeout(due);
      document.removeEventListener("visibilitychange", looked);
    };
  }, [seconds, serial]);
  if (seconds <= 0 || left > NEAR_SECONDS) return null;
  const clock = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  return (
    <p className="bk-opening" role="timer" data-testid="book-opens-in" data-seconds={left}>
      {left > 0 ? (
        <>
          {label} <strong className="mg-tabular">{clock}</strong>
        </>
      ) : (
        soon
      )}
    </p>
  );
}
