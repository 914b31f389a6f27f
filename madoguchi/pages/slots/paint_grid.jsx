import { useEffect, useRef, useState } from "react";

const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

const within = (value, below) => Math.min(Math.max(value, 0), below - 1);

function covers(from, to, row, day) {
  if (!from || !to) return false;
  const [low, high] = [Math.min(from[0], to[0]), Math.max(from[0], to[0])];
  const [left, right] = [Math.min(from[1], to[1]), Math.max(from[1], to[1])];
  return row >= low && row <= high && day >= left && day <= right;
}

// One stretch is one event: what lies between pressing and letting go is nobody's business but the browser's.
export function PaintGrid({ rows = [], days = [], totals = [], disabled, erasing, onPaint }) {
  const [place, setPlace] = useState([0, 0]);
  const [from, setFrom] = useState(null);
  const [to, setTo] = useState(null);
  const drag = useRef(null);
  const table = useRef(null);
  const moved = useRef(false);

  const paint = (begin, end, erase) => {
    setFrom(null);
    setTo(null);
    if (!disabled && begin && end) onPaint?.(begin[1], begin[0], end[1], end[0], erase);
  };

  useEffect(() => {
    const release = () => {
      const stretch = drag.current;
      drag.current = null;
      if (stretch) paint(stretch.from, stretch.to, false);
    };
    const give_up = (event) => {
      if (event.key !== "Escape" && event.type !== "pointercancel") return;
      drag.current = null;
      setFrom(null);
      setTo(null);
    };
    window.addEventListener("pointerup", release);
    window.addEventListener("pointercancel", give_up);
    window.addEventListener("keydown", give_up);
    return () => {
      window.removeEventListener("pointerup", release);
      window.removeEventListener("pointercancel", give_up);
      window.removeEventListener("keydown", give_up);
    };
  });

  useEffect(() => {
    if (!moved.current) return;
    moved.current = false;
    table.current?.querySelector(`[data-at="${place[0]}-${place[1]}"]`)?.focus();
  }, [place]);

  const cellAt = (event) => {
    const found = document.elementFromPoint(event.clientX, event.clientY)?.closest?.("[data-at]");
    return found && table.current?.contains(found) ? found.dataset.at.split("-").map(Number) : null;
  };

  const press = (event) => {
    const cell = cellAt(event);
    if (disabled || !cell || event.button !== 0) return;
    event.preventDefault();
    table.current.querySelector(`[data-at="${cell[0]}-${cell[1]}"]`)?.focus();
    drag.current = { from: cell, to: cell };
    setPlace(cell);
    setFrom(cell);
    setTo(cell);
  };

  const drawOn = (event) => {
    const cell = drag.current && cellAt(event);
    if (!cell) return;
    drag.current.to = cell;
    setTo(cell);
  };

  const type = (event) => {
    const step = MOVES[event.key];
    if (step) {
      event.preventDefault();
      const next = [within(place[0] + step[0], rows.length), within(place[1] + step[1], days.length)];
      moved.current = true;
      setPlace(next);
      if (event.shiftKey && !disabled) {
        setFrom(from ?? place);
        setTo(next);
      } else {
        setFrom(null);
        setTo(null);
      }
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      paint(from ?? place, to ?? place, false);
    } else if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      paint(from ?? place, to ?? place, true);
    }
  };

  const row0 = within(place[0], rows.length || 1);
  return (
    <table
      ref={table}
      role="grid"
      aria-label="週の予約枠"
      aria-multiselectable={!disabled}
      aria-readonly={!!disabled}
      className={`slots-grid${disabled ? " slots-grid--fixed" : ""}${erasing ? " slots-grid--erasing" : ""}`}
      data-testid="slots-grid"
      onPointerDown={press}
      onPointerMove={drawOn}
      onKeyDown={type}
    >
      <thead>
        <tr>
          <th scope="col">
            <span className="mg-hidden">時刻</span>
          </th>
          {days.map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, at) => (
          <tr key={row.label} className={row.label.endsWith(":00") ? "slots-grid__hour" : undefined}>
            <th scope="row">{row.label}</th>
            {row.cells.map((cell, day) => (
              <td
                key={day}
                role="gridcell"
                tabIndex={at === row0 && day === place[1] ? 0 : -1}
                data-at={`${at}-${day}`}
                data-tone={cell.tone || undefined}
                aria-label={cell.label}
                aria-selected={covers(from, to, at, day)}
                onFocus={() => !drag.current && setPlace([at, day])}
              >
                {cell.text}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">計</th>
          {totals.map((total, day) => (
            <td key={day}>{total}</td>
          ))}
        </tr>
      </tfoot>
    </table>
  );
}
