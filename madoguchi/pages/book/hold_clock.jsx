import { useEffect, useState } from "react";

// Counted from when the server said it: the phone's own clock may be wrong, but it does tick.
export function HoldClock({ seconds, serial, label, over }) {
  const [left, setLeft] = useState(seconds);
  useEffect(() => {
    const end = Date.now() + seconds * 1000;
    const tick = () => setLeft(Math.max(0, Math.round((end - Date.now()) / 1000)));
    tick();
    const timer = setInterval(tick, 1000);
    document.addEventListener("visibilitychange", tick);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", tick);
    };
  }, [seconds, serial]);
  const two = (number) => String(number).padStart(2, "0");
  const [hours, minutes] = [Math.floor(left / 3600), Math.floor(left / 60)];
  // A place offered to the waiting list is held for longer than an hour, often overnight.
  const clock = hours > 0 ? `${hours}:${two(minutes % 60)}:${two(left % 60)}` : `${minutes}:${two(left % 60)}`;
  return (
    <p className="bk-hold" role="timer" data-testid="book-hold-left" data-seconds={left}>
      {left > 0 ? (
        <>
          {label} <strong className="mg-tabular">{clock}</strong>
        </>
      ) : (
        over
      )}
    </p>
  );
}
