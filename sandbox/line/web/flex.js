// Draws Flex messages the way LINE lays them out.

import { el } from "./dom.js";
import { boxStyle, font, gravity, image, letters, place } from "./flexstyle.js";

const BLOCKS = ["header", "hero", "body", "footer"];

/** `contents` of a Flex message at `path`; `tappable(element, action, path)` makes an element a control. */
export function flex(contents, path, tappable) {
  if (contents.type === "bubble") return bubble(contents, path, tappable);
  return el("div", { class: "carousel" }, ...contents.contents.map(
    (each, index) => bubble(each, [...path, "contents", index], tappable),
  ));
}

function bubble(contents, path, tappable) {
  const made = el("div", { class: `bubble bubble-${contents.size ?? "mega"}`, dir: contents.direction ?? "ltr" });
  for (const [index, name] of BLOCKS.filter((block) => contents[block]).entries()) {
    const style = contents.styles?.[name] ?? {};
    const block = el("div", { class: `block block-${name}` },
      component(contents[name], [...path, name], { layout: "vertical", first: true }, tappable));
    if (style.backgroundColor) block.style.backgroundColor = style.backgroundColor;
    if (style.separator && index > 0) block.style.borderTop = `1px solid ${style.separatorColor ?? "#d4d6da"}`;
    made.append(block);
  }
  if (contents.action) tappable(made, contents.action, [...path, "action"]);
  return made;
}

const DRAWN = { box, text, button, image: picture, icon, separator, filler };

function component(contents, path, at, tappable) {
  const made = DRAWN[contents.type](contents, path, at, tappable);
  place(made, contents, at);
  if (contents.action && contents.type !== "button") tappable(made, contents.action, [...path, "action"]);
  return made;
}

function box(contents, path, at, tappable) {
  const made = el("div", { class: `box box-${contents.layout}` });
  boxStyle(made, contents);
  let first = true;
  for (const [index, child] of contents.contents.entries()) {
    const where = { layout: contents.layout, spacing: contents.spacing, first };
    made.append(component(child, [...path, "contents", index], where, tappable));
    if (child.position !== "absolute") first = false;
  }
  return made;
}

function text(contents, path, at) {
  const inner = el("span", { class: "flex-letters" });
  if (contents.contents) inner.append(...contents.contents.map(span));
  else inner.textContent = contents.text;
  const made = el("div", { class: contents.wrap ? "flex-text wraps" : "flex-text" }, inner);
  letters(made, contents);
  made.style.textAlign = contents.align ?? "start";
  if (contents.lineSpacing) made.style.lineHeight = `calc(1.4em + ${contents.lineSpacing})`;
  if (contents.maxLines > 0 && contents.wrap) {
    inner.classList.add("clamped");
    inner.style.webkitLineClamp = contents.maxLines;
  }
  if (at.layout === "horizontal") made.style.alignSelf = contents.gravity ? gravity(contents.gravity) : "stretch";
  else made.style.justifyContent = gravity(contents.gravity);
  return made;
}

function span(contents) {
  const made = el("span", { text: contents.text });
  letters(made, contents);
  return made;
}

function button(contents, path, at, tappable) {
  const style = contents.style ?? "link";
  const inner = el("span", { class: `flex-button flex-button-${style} flex-button-${contents.height ?? "md"}` },
    el("span", { text: contents.action.label }));
  if (contents.color) inner.style[style === "link" ? "color" : "backgroundColor"] = contents.color;
  tappable(inner, contents.action, [...path, "action"]);
  const made = el("div", { class: "flex-button-place" }, inner);
  made.style.justifyContent = gravity(contents.gravity);
  return made;
}

function picture(contents, path, at) {
  const [width, height] = (contents.aspectRatio ?? "1:1").split(":").map(Number);
  const inner = el("img", { src: contents.url, alt: contents.action?.label ?? "", loading: "lazy" });
  inner.style.objectFit = contents.aspectMode === "cover" ? "cover" : "contain";
  inner.style.aspectRatio = `${width} / ${height}`;
  inner.style.width = image(contents.size ?? "md");
  if (contents.backgroundColor) inner.style.backgroundColor = contents.backgroundColor;
  const made = el("div", { class: "flex-image" }, inner);
  made.style.alignItems = { start: "flex-start", end: "flex-end" }[contents.align] ?? "center";
  made.style.justifyContent = gravity(contents.gravity);
  return made;
}

function icon(contents) {
  const [width, height] = (contents.aspectRatio ?? "1:1").split(":").map(Number);
  const size = font(contents.size ?? "md");
  const made = el("img", { class: "flex-icon", src: contents.url, alt: "" });
  made.style.height = size;
  made.style.width = `calc(${size} * ${width} / ${height})`;
  return made;
}

function separator(contents, path, at) {
  const made = el("div", { class: `flex-line flex-line-${at.layout}` });
  if (contents.color) made.style.backgroundColor = contents.color;
  return made;
}

function filler() {
  return el("div", { class: "flex-filler" });
}
