// Web pages inside the phone: LINE's own browser, as a frame over the chat.

import { el } from "./dom.js";

export class Frame {
  /** `open(url)` is called for a LINE link that the page inside follows. */
  constructor(open) {
    this.title = el("span", { class: "frame-title" });
    const close = el("button", {
      type: "button", class: "frame-close", testid: "frame-close", "aria-label": "閉じる", text: "✕",
      onclick: () => this.close(),
    });
    this.root = el("div", { class: "frame", hidden: true }, el("div", { class: "frame-head" }, close, this.title));
    window.addEventListener("message", (event) => {
      if (event.source === this.inside?.contentWindow && typeof event.data?.line === "string") {
        open(event.data.line);
      }
    });
  }

  /** Load `url`; each time in a new frame, so that nothing of the page before is left. */
  open(url) {
    this.close();
    this.title.textContent = new URL(url).host;
    this.inside = el("iframe", { src: url, testid: "frame", title: "ページ", allow: "clipboard-write" });
    this.root.append(this.inside);
    this.root.hidden = false;
  }

  close() {
    this.inside?.remove();
    this.inside = null;
    this.root.hidden = true;
  }
}
