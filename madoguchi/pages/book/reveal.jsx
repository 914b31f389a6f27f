import { useEffect, useRef } from "react";

// What just became of interest moves to where it can be read, for eyes and screen readers alike.
export function Reveal({ token, atOnce = false, ready = true, className = "", children, ...rest }) {
  const box = useRef(null);
  const seen = useRef(atOnce ? "" : token);
  const wasReady = useRef(ready);
  useEffect(() => {
    if (!wasReady.current) {
      wasReady.current = ready;
      seen.current = token;
      return;
    }
    if (token === seen.current) return;
    seen.current = token;
    if (!token || !box.current) return;
    box.current.scrollIntoView({ block: "start" });
    box.current.focus({ preventScroll: true });
  }, [token, ready]);
  return (
    <div ref={box} tabIndex={-1} className={`bk-reveal ${className}`} {...rest}>
      {children}
    </div>
  );
}
