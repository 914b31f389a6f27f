// A scanner that types like a keyboard: a burst that no hand can make, ended by Enter. It is told apart by its
// speed alone, on any view, whatever has the focus, and also with another layout or an input method switched on.

const LONGEST_GAP = 50;
const SHORTEST_SCAN = 6;
/** From so many signs on it is no hand any more, and nothing on the page may take them for its own. */
const SURELY_BURST = 4;

/** Reads key presses one by one; the answer is { burst, text }, `text` once a scan is whole. */
export function scanReader() {
  let signs = [];
  let last = -Infinity;

  return (event) => {
    const sign = signOf(event);
    if (sign === null) return { burst: false };
    const gap = event.timeStamp - last;
    last = event.timeStamp;
    // A key that is held down repeats as fast as a scanner types.
    if (gap > LONGEST_GAP || event.repeat) signs = [];
    if (sign === "\n") {
      const whole = signs.length >= SHORTEST_SCAN && !event.repeat;
      const text = signs.join("");
      signs = [];
      return whole ? { burst: true, text } : { burst: false };
    }
    if (!event.repeat) signs.push(sign);
    return { burst: signs.length >= SURELY_BURST };
  };
}

/** What a key types, "\n" for Enter, null for keys that type nothing. */
function signOf({ key, code }) {
  if (key === "Enter" || code === "Enter" || code === "NumpadEnter") return "\n";
  if (key.length === 1) return key;
  // An input method (日本語入力) keeps the sign to itself and tells only which key it was.
  if (key !== "Process" && key !== "Unidentified") return null;
  const [, sign] = /^(?:Digit|Numpad|Key)(\w)$/.exec(code) ?? [];
  return sign?.toLowerCase() ?? { Slash: "/", Minus: "-", Period: "." }[code] ?? "?";
}

/** The booking's number in what was scanned: bare, or at the end of an address. Empty when there is none. */
export function bookingNumberIn(text) {
  const last = text.normalize("NFKC").trim().replace(/\/+$/, "").split("/").pop();
  const digits = last.replace(/[\s-]/g, "");
  return /^\d{4,8}$/.test(digits) ? digits : "";
}
