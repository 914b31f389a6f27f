import { useEffect, useRef, useState } from "react";

const SAY_AFTER_MS = 200;
const SLOW_AFTER_MS = 6000;

export function Busy({ answered, label, slow }) {
  const [said, setSaid] = useState("");
  const words = useRef({});
  words.current = { label, slow };
  const waiting = useRef(() => {});

  useEffect(() => {
    const tapped = (event) => {
      const button = event.target.closest?.(".bk-main button:enabled");
      if (!button) return;
      waiting.current();
      button.setAttribute("aria-busy", "true");
      const timers = [
        setTimeout(() => setSaid(words.current.label), SAY_AFTER_MS),
        setTimeout(() => setSaid(words.current.slow), SLOW_AFTER_MS),
      ];
      waiting.current = () => {
        timers.forEach(clearTimeout);
        button.removeAttribute("aria-busy");
      };
    };
    document.addEventListener("click", tapped);
    return () => {
      document.removeEventListener("click", tapped);
      waiting.current();
    };
  }, []);

  useEffect(() => {
    waiting.current();
    setSaid("");
  }, [answered]);

  // Always there, so that screen readers speak what appears in it.
  return <p className="bk-busy" role="status" data-testid="book-busy" data-said={said !== ""}>{said}</p>;
}
