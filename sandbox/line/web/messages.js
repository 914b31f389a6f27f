// Draws one entry of the chat: texts, pictures, templates and Flex messages.

import { dayOf, el, timeOf } from "./dom.js";
import { flex } from "./flex.js";

const ADDRESS = /https?:\/\/[^\s\u3000-\u30ff\u4e00-\u9fff、。「」（）]+/g;

/** The line of an entry; `hands` has `tap(entry, path, action)` and `open(url)`. */
export function drawEntry(entry, hands) {
  const side = entry.side === "citizen" ? "mine" : "theirs";
  const line = el("div", {
    class: `entry ${side}`, testid: "message", "data-side": entry.side, "data-id": entry.id,
    "data-kind": entry.message.type, "data-via": entry.via,
  });
  if (side === "theirs") line.append(el("span", { class: "avatar", "aria-hidden": "true", text: "窓" }));
  const tappable = makeTappable(entry, hands);
  line.append(drawMessage(entry.message, tappable, hands), el("time", { text: timeOf(entry.at) }));
  return line;
}

/** The line that says which day follows. */
export function drawDay(at) {
  return el("div", { class: "day" }, el("span", { text: dayOf(at) }));
}

function makeTappable(entry, hands) {
  return (element, action, path) => {
    element.classList.add("tappable");
    element.dataset.testid = "action";
    element.dataset.action = action.type;
    element.tabIndex = 0;
    element.setAttribute("role", action.type === "uri" ? "link" : "button");
    if (!element.textContent.trim() && action.label) element.setAttribute("aria-label", action.label);
    const act = (event) => {
      // The innermost control takes the tap, as on the phone.
      event.stopPropagation();
      event.preventDefault();
      hands.tap(entry, path, action);
    };
    element.addEventListener("click", act);
    element.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") act(event);
    });
  };
}

function drawMessage(message, tappable, hands) {
  switch (message.type) {
    case "text":
      return el("div", { class: "balloon" }, ...linked(message.text, hands));
    case "textV2":
      return el("div", { class: "balloon" }, ...linked(substituted(message), hands));
    case "flex":
      return flex(message.contents, ["contents"], tappable);
    case "template":
      return template(message.template, tappable);
    case "image":
      return el("img", { class: "photo", src: message.previewImageUrl, alt: "写真" });
    case "location":
      return el("div", { class: "balloon" }, el("strong", { text: message.title }), el("br"), message.address);
    default:
      return el("div", { class: "balloon", text: "スタンプ" });
  }
}

function substituted(message) {
  return message.text.replaceAll(/\{\{|\}\}|\{\w+\}/g, (found) => ({ "{{": "{", "}}": "}" })[found] ?? "☺");
}

function linked(text, hands) {
  const parts = [];
  let end = 0;
  for (const found of text.matchAll(ADDRESS)) {
    parts.push(text.slice(end, found.index));
    const open = (event) => {
      event.preventDefault();
      hands.open(found[0]);
    };
    parts.push(el("a", { href: found[0], testid: "link", text: found[0], onclick: open }));
    end = found.index + found[0].length;
  }
  return [...parts, text.slice(end)];
}

function template(contents, tappable) {
  const path = ["template"];
  if (contents.type === "confirm") return column(contents, path, tappable, "template confirm");
  if (contents.type === "buttons") return column(contents, path, tappable, "template");
  const draw = contents.type === "carousel" ? column : imageColumn;
  return el("div", { class: "carousel" }, ...contents.columns.map(
    (each, index) => draw(each, [...path, "columns", index], tappable, "template"),
  ));
}

function column(contents, path, tappable, kind) {
  const words = el("div", { class: "template-words" });
  if (contents.title) words.append(el("strong", { text: contents.title }));
  words.append(el("p", { text: contents.text }));
  if (contents.defaultAction) tappable(words, contents.defaultAction, [...path, "defaultAction"]);
  const made = el("div", { class: kind });
  if (contents.thumbnailImageUrl) {
    made.append(el("img", { class: "template-picture", src: contents.thumbnailImageUrl, alt: "" }));
  }
  const actions = contents.actions.map((action, index) => {
    const drawn = el("span", { class: "template-action", text: action.label });
    tappable(drawn, action, [...path, "actions", index]);
    return drawn;
  });
  made.append(words, el("div", { class: "template-actions" }, ...actions));
  return made;
}

function imageColumn(contents, path, tappable) {
  const made = el("div", { class: "image-column" }, el("img", { src: contents.imageUrl, alt: "" }));
  if (contents.action.label) made.append(el("span", { text: contents.action.label }));
  tappable(made, contents.action, [...path, "action"]);
  return made;
}
