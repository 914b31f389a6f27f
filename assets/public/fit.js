// Makes text fit its area: long names and many rows get smaller letters, in steps, never a cut.

const ROUNDING = 1; // Parts of pixels add up to one more than the area has.

/** Whether the content of a single line is wider than its place. */
export function tooWide(area) {
  return area.scrollWidth > area.clientWidth + ROUNDING;
}

/** The same for a few lines in a place of fixed height; letters' boxes are higher than what is drawn. */
export function tooLong(area) {
  const slack = 0.4 * parseFloat(getComputedStyle(area).fontSize);
  return area.scrollHeight > area.clientHeight + slack || tooWide(area);
}

function spills(area) {
  return area.scrollHeight > area.clientHeight + ROUNDING || area.scrollWidth > area.clientWidth + ROUNDING;
}

/** The first of `steps` (largest first) as `--fit` of `area` at which none of `boxes` is `spilled`; else the last. */
export function shrink(area, boxes, steps, spilled = spills) {
  for (const step of steps) {
    area.style.setProperty("--fit", step);
    if (!boxes.some(spilled)) return;
  }
}

/** The first of the `ways` to show a panel in which it fits; each is a size and what is left out. */
export function choose(panel, ways) {
  for (const { fit, less } of ways) {
    panel.style.setProperty("--fit", fit);
    panel.dataset.less = less;
    if (!spills(panel)) return;
  }
}

/** The number of columns, four at most, at which the letters of `sample()` come out largest once all fits. */
export function columnsFor(count, apply, sample) {
  let best = { columns: 1, size: 0 };
  for (let columns = 1; columns <= Math.min(count, 4); columns += 1) {
    apply(columns);
    const size = parseFloat(getComputedStyle(sample()).fontSize);
    if (size > best.size) best = { columns, size };
  }
  apply(best.columns);
}
