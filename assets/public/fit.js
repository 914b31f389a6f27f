// Makes text fit its area: long names and many rows get smaller letters, in steps, never a cut.

const ROUNDING = 1; // Parts of pixels add up to one more than the area has.

function spills(area) {
  return area.scrollHeight > area.clientHeight + ROUNDING || area.scrollWidth > area.clientWidth + ROUNDING;
}

/** The first of `steps` (largest first) as `--fit` of `area` at which none of `boxes` spills over; else the last. */
export function shrink(area, boxes, steps) {
  for (const step of steps) {
    area.style.setProperty("--fit", step);
    if (!boxes.some(spills)) return true;
  }
  return false;
}

/** The first of the `ways` to show a panel in which it fits; each is a size and what is left out. */
export function choose(panel, ways) {
  for (const { fit, less } of ways) {
    panel.style.setProperty("--fit", fit);
    panel.dataset.less = less;
    if (!spills(panel)) return;
  }
}

/** So many columns let `count` cards of about `aspect` become largest in an area of that width and height. */
export function columnsFor(count, width, height, aspect) {
  let best = { columns: 1, size: 0 };
  for (let columns = 1; columns <= Math.min(count, 4); columns += 1) {
    const size = Math.min(width / columns / aspect, height / Math.ceil(count / columns));
    if (size > best.size) best = { columns, size };
  }
  return best.columns;
}
