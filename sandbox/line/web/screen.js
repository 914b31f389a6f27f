// The parts of a phone's screen, built once.

import { el } from "./dom.js";

/** Builds the parts that `hands` (`follow`, `block`, `send(text)`, `look`, `scan(url)`) answers to. */
export function buildScreen(hands) {
  const parts = {};
  parts.clock = el("span", { class: "clock" });
  parts.status = el("div", { class: "status", "aria-hidden": "true" }, parts.clock,
    el("span", { class: "signals" }, el("i", { class: "bars" }), el("i", { class: "battery" })));
  parts.title = el("strong", {});
  parts.block = el("button", { type: "button", class: "head-button", testid: "block", onclick: hands.block });
  parts.head = el("div", { class: "chat-head" }, el("span", { class: "back", "aria-hidden": "true", text: "‹" }),
    parts.title, parts.block);
  parts.entries = el("div", { class: "entries", role: "log", testid: "messages", tabindex: "0" });
  parts.quick = el("div", { class: "quick", hidden: true });
  parts.profile = buildProfile(parts, hands);
  parts.composer = buildComposer(parts, hands);
  parts.strip = el("div", { class: "strip", hidden: true });
  parts.banner = el("button", {
    type: "button", class: "banner", testid: "notification", hidden: true, onclick: hands.look,
  });
  parts.toast = el("div", { class: "toast", role: "status", testid: "toast", hidden: true });
  parts.scan = buildScan(parts, hands);
  return parts;
}

function buildProfile(parts, hands) {
  parts.account = el("strong", {});
  parts.basicId = el("span", { class: "basic-id" });
  parts.follow = el("button", { type: "button", class: "follow", testid: "friend-add", onclick: hands.follow });
  return el("div", { class: "profile", hidden: true },
    el("span", { class: "avatar large", "aria-hidden": "true", text: "窓" }),
    parts.account, parts.basicId, parts.follow);
}

function buildComposer(parts, hands) {
  parts.input = el("textarea", {
    class: "chat-input", testid: "chat-input", rows: "1", placeholder: "メッセージを入力", "aria-label": "メッセージ",
  });
  const send = (event) => {
    event.preventDefault();
    hands.send(parts.input.value);
  };
  parts.input.addEventListener("keydown", (event) => {
    // Enter that ends a kana conversion is no sending.
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) send(event);
  });
  return el("form", { class: "composer", onsubmit: send }, parts.input,
    el("button", { class: "send", testid: "chat-send", "aria-label": "送信" }, el("span", { text: "➤" })));
}

function buildScan(parts, hands) {
  parts.address = el("input", {
    type: "text", inputmode: "url", testid: "open-url", placeholder: "QRコードの中身（URL）",
    "aria-label": "QRコードの中身（URL）", autocomplete: "off", spellcheck: "false",
  });
  const scan = (event) => {
    event.preventDefault();
    hands.scan(parts.address.value);
  };
  return el("form", { class: "scan", onsubmit: scan }, parts.address,
    el("button", { testid: "open-url-go", text: "読み取る" }));
}
