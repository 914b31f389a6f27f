import { useEffect, useRef, useState } from "react";

export function Choice({ value, onChoose, children, ...rest }) {
  const [shown, setShown] = useState(value);
  const asked = useRef([]);
  useEffect(() => {
    // The server answers one choice after another; only its last answer may move what is shown.
    const at = asked.current.indexOf(value);
    asked.current = at < 0 ? [] : asked.current.slice(at + 1);
    if (!asked.current.length) setShown(value);
  }, [value]);
  const choose = (event) => {
    const wanted = event.target.value;
    asked.current.push(wanted);
    setShown(wanted);
    onChoose?.(wanted);
  };
  return (
    <select {...rest} value={shown} onChange={choose}>
      {children}
    </select>
  );
}
