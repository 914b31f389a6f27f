// The date picker of a `datetimepicker` action.

import { el } from "./dom.js";

const INPUTS = { date: "date", time: "time", datetime: "datetime-local" };

/** Asks inside `device` for a moment within the action's bounds; gives the value, or null. */
export function pick(device, action) {
  const bound = (value) => value?.replace("t", "T");
  const input = el("input", {
    type: INPUTS[action.mode], min: bound(action.min), max: bound(action.max), value: bound(action.initial),
    required: true, "aria-label": action.label ?? "日時", testid: "picker-input",
  });
  return new Promise((resolve) => {
    const close = (value) => {
      veil.remove();
      resolve(value);
    };
    const submit = (event) => {
      event.preventDefault();
      close(input.value.slice(0, action.mode === "datetime" ? 16 : undefined));
    };
    const form = el("form", { class: "picker", onsubmit: submit }, input,
      el("div", {},
        el("button", { type: "button", text: "キャンセル", onclick: () => close(null) }),
        el("button", { class: "go", text: "送信", testid: "picker-send" })));
    const veil = el("div", { class: "veil", role: "dialog", "aria-modal": "true" }, form);
    device.append(veil);
    input.focus();
  });
}
