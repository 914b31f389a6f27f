// The words of a Flex message as CSS: sizes, spaces, alignment.

const STEPS = { none: 0, xs: 2, sm: 4, md: 8, lg: 12, xl: 16, xxl: 20 };
const BORDERS = { none: 0, light: 0.5, normal: 1, medium: 2, "semi-bold": 3, bold: 4 };
const FONTS = {
  xxs: 11, xs: 13, sm: 14, md: 16, lg: 19, xl: 22, xxl: 29, "3xl": 35, "4xl": 48, "5xl": 74,
};
const IMAGES = {
  xxs: 40, xs: 60, sm: 80, md: 100, lg: 120, xl: 140, xxl: 160, "3xl": 180, "4xl": 200, "5xl": 220,
};
const PLACES = { top: "flex-start", center: "center", bottom: "flex-end" };

const worded = (table) => (value) => (value in table ? `${table[value]}px` : value);

export const step = worded(STEPS);
export const border = worded(BORDERS);
export const font = worded(FONTS);
export const image = (value) => (value === "full" ? "100%" : worded(IMAGES)(value));
export const gravity = (value) => PLACES[value ?? "top"];

/** The component's own place in its parent: share of the room, margin, offsets. `at` says where it stands. */
export function place(element, component, at) {
  const css = element.style;
  css.flex = share(component, at);
  const gap = component.margin ?? at.spacing;
  if (!at.first && gap && component.position !== "absolute") {
    css[at.layout === "vertical" ? "marginTop" : "marginInlineStart"] = step(gap);
  }
  if (component.position) css.position = component.position;
  const offsets = { offsetTop: "top", offsetBottom: "bottom", offsetStart: "insetInlineStart", offsetEnd: "insetInlineEnd" };
  for (const [name, property] of Object.entries(offsets)) {
    if (component[name]) css[property] = step(component[name]);
  }
}

function share(component, at) {
  const vertical = at.layout === "vertical";
  const alone = { icon: 0, separator: 0, filler: 1 };
  const usual = component.type in alone ? alone[component.type] : vertical ? 0 : 1;
  // A box with its own width keeps it, as on the phone, unless a share is asked for.
  const factor = component.flex ?? (component.width && !vertical ? 0 : usual);
  if (factor === 0) return vertical ? "0 0 auto" : "0 1 auto";
  return vertical ? `${factor} 0 auto` : `${factor} 1 0`;
}

/** Everything about a box that is not its children. */
export function boxStyle(element, box) {
  const css = element.style;
  const lengths = { width: "width", maxWidth: "maxWidth", height: "height", maxHeight: "maxHeight" };
  for (const [name, property] of Object.entries(lengths)) if (box[name]) css[property] = box[name];
  const paddings = {
    paddingAll: "padding", paddingTop: "paddingTop", paddingBottom: "paddingBottom",
    paddingStart: "paddingInlineStart", paddingEnd: "paddingInlineEnd",
  };
  for (const [name, property] of Object.entries(paddings)) if (box[name]) css[property] = step(box[name]);
  if (box.backgroundColor) css.backgroundColor = box.backgroundColor;
  if (box.background) css.backgroundImage = gradient(box.background);
  if (box.borderWidth || box.borderColor) {
    css.border = `${border(box.borderWidth ?? "normal")} solid ${box.borderColor ?? "#000000"}`;
  }
  if (box.cornerRadius) {
    css.borderRadius = step(box.cornerRadius);
    css.overflow = "hidden";
  }
  if (box.justifyContent) css.justifyContent = box.justifyContent;
  if (box.alignItems) css.alignItems = box.alignItems;
}

function gradient({ angle, startColor, endColor, centerColor, centerPosition }) {
  const center = centerColor ? `, ${centerColor} ${centerPosition ?? "50%"}` : "";
  return `linear-gradient(${angle}, ${startColor}${center}, ${endColor})`;
}

/** How letters look: of a text, of a span, of an icon's size. */
export function letters(element, component) {
  const css = element.style;
  if (component.size) css.fontSize = font(component.size);
  if (component.color) css.color = component.color;
  if (component.weight) css.fontWeight = component.weight === "bold" ? "700" : "400";
  if (component.style === "italic") css.fontStyle = "italic";
  if (component.decoration) css.textDecoration = component.decoration;
}
