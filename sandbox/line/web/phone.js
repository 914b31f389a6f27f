// One citizen's phone: puts the screen together and keeps it true to what the stand-in tells.

import { dayOf, el, timeOf } from "./dom.js";
import { Frame } from "./frame.js";
import { readLink } from "./links.js";
import { act, watch } from "./live.js";
import { drawDay, drawEntry } from "./messages.js";
import { pick } from "./picker.js";
import { RichMenu } from "./richmenu.js";
import { buildScreen } from "./screen.js";

const BANNER_MS = 8000;
const TOAST_MS = 4000;
const PUSHED = new Set(["push", "multicast"]);

export class Phone {
  /** Builds the phone of `name` into `slot`; `start(phone)` is called once its state is known. */
  constructor(slot, name, start) {
    this.name = name;
    this.start = start;
    this.state = null;
    this.drafted = false;
    this.parts = buildScreen({
      follow: () => this.do({ do: "follow" }),
      block: () => this.do({ do: this.state.blocked ? "follow" : "block" }),
      send: (text) => this.send(text),
      look: () => this.look(),
      scan: (url) => this.scan(url),
    });
    this.frame = new Frame((url) => this.open(url));
    this.menu = new RichMenu((menu, area, action) => this.tapMenu(menu, area, action));
    const p = this.parts;
    this.device = el("div", { class: "device" }, p.status, p.head, p.profile, p.strip, p.entries, p.quick, p.composer,
      this.menu.root, this.frame.root, p.banner, p.toast);
    slot.append(this.device, p.scan);
    this.tick();
    setInterval(() => this.tick(), 10_000);
    watch(name, (update) => this.receive(update), () => this.device.classList.add("offline"));
  }

  tick() {
    this.parts.clock.textContent = timeOf(Date.now());
  }

  receive(update) {
    if (update.kind === "whole") {
      this.parts.entries.replaceChildren();
      this.lastDay = null;
      for (const entry of update.entries) this.add(entry);
      this.show(update.state);
      this.device.classList.remove("offline");
      this.device.dataset.ready = "true";
      this.start?.(this);
      this.start = null;
    }
    if (update.kind === "state") this.show(update.state);
    if (update.kind === "entry") {
      this.add(update.entry);
      this.notify(update.entry);
    }
  }

  show(state) {
    this.state = state;
    const p = this.parts;
    const alone = !state.friend && !this.talking;
    p.title.textContent = p.account.textContent = state.account.name;
    p.basicId.textContent = state.account.basicId;
    p.follow.textContent = state.blocked ? "ブロック解除" : "友だち追加";
    p.block.textContent = state.blocked ? "解除" : "ブロック";
    p.block.hidden = !state.friend;
    const addable = !state.friend || state.blocked;
    p.profile.hidden = !alone;
    for (const part of [p.entries, p.composer]) part.hidden = alone;
    p.strip.hidden = alone || !addable;
    (alone ? p.profile : p.strip).append(p.follow);
    this.menu.show(state.menu);
    this.showQuick();
    this.showLoading(state.loadingSeconds);
    this.toEnd();
  }

  get talking() {
    return this.drafted || this.parts.entries.childElementCount > 0;
  }

  add(entry) {
    if (entry.side === "note") return;
    const today = dayOf(entry.at);
    if (today !== this.lastDay) this.parts.entries.append(drawDay(entry.at));
    this.lastDay = today;
    this.parts.entries.append(drawEntry(entry, {
      tap: (of, path, action) => this.tap(of, path, action),
      open: (url) => this.open(url),
    }));
    if (entry.side === "account") this.quickOf = { id: entry.id, entry };
    this.toEnd();
  }

  showQuick() {
    const entry = this.quickOf?.id === this.state.quickReplyOf ? this.quickOf?.entry : null;
    const items = entry?.message.quickReply?.items ?? [];
    this.parts.quick.hidden = items.length === 0;
    this.parts.quick.replaceChildren(...items.map((item, index) => el("button", {
      type: "button", testid: "quick-reply", text: item.action.label, "data-action": item.action.type,
      onclick: () => this.tap(entry, ["quickReply", "items", index, "action"], item.action),
    })));
  }

  showLoading(seconds) {
    clearTimeout(this.loadingEnd);
    this.loading?.remove();
    this.loading = null;
    if (seconds <= 0) return;
    this.loading = el("div", { class: "entry theirs loading", testid: "loading", "aria-label": "入力中" },
      el("span", { class: "avatar", text: "窓" }), el("div", { class: "balloon dots" }, el("i"), el("i"), el("i")));
    this.parts.entries.append(this.loading);
    this.loadingEnd = setTimeout(() => this.showLoading(0), seconds * 1000);
  }

  toEnd() {
    if (this.loading) this.parts.entries.append(this.loading);
    this.parts.entries.scrollTop = this.parts.entries.scrollHeight;
  }

  notify(entry) {
    if (entry.side !== "account" || entry.silent) return;
    if (!PUSHED.has(entry.via) && this.frame.root.hidden) return;
    const { banner } = this.parts;
    banner.replaceChildren(el("span", { class: "avatar", "aria-hidden": "true", text: "窓" }),
      el("span", { class: "banner-words" }, el("strong", { text: this.state.account.name }),
        el("span", { text: entry.preview })));
    banner.hidden = false;
    clearTimeout(this.bannerEnd);
    this.bannerEnd = setTimeout(() => { banner.hidden = true; }, BANNER_MS);
  }

  look() {
    this.parts.banner.hidden = true;
    this.frame.close();
    this.toEnd();
  }

  toast(text) {
    const { toast } = this.parts;
    toast.textContent = text;
    toast.hidden = false;
    clearTimeout(this.toastEnd);
    this.toastEnd = setTimeout(() => { toast.hidden = true; }, TOAST_MS);
  }

  async do(what) {
    try {
      await this.obey(await act(this.name, what));
      return true;
    } catch (error) {
      this.toast(error.message);
      return false;
    }
  }

  /** Do what the stand-in says that a tap leads to on the phone itself. */
  async obey(show) {
    if (show.open) await this.open(show.open);
    if (show.page) this.frame.open(show.page);
    if (show.copy) {
      await navigator.clipboard?.writeText(show.copy).catch(() => {});
      this.toast("コピーしました");
    }
    if ("prefill" in show) this.prefill(show.prefill);
    if (show.menu) this.menu.fold(show.menu === "close");
  }

  async tap(entry, path, action) {
    const value = await this.asked(action);
    if (value !== null) await this.do({ do: "tap", entry: entry.id, path, ...value });
  }

  async tapMenu(menu, area, action) {
    const value = await this.asked(action);
    if (value !== null) await this.do({ do: "tapMenu", menu: menu.id, area, ...value });
  }

  async asked(action) {
    if (action.type !== "datetimepicker") return {};
    const value = await pick(this.device, action);
    return value === null ? null : { value };
  }

  async send(text) {
    if (text.trim() && await this.do({ do: "send", text })) this.fill("");
  }

  scan(url) {
    if (!url.trim()) return this.parts.address.focus();
    this.parts.address.value = "";
    return this.open(url);
  }

  /** Open an address as the phone would: links of LINE's own inside LINE, pages in the frame. */
  async open(address) {
    const link = readLink(address);
    if (link.kind === "page") return this.frame.open(link.url);
    if (link.kind === "liff") return this.do({ do: "liff", id: link.id, rest: link.rest });
    if (link.kind === "call") return this.toast(`電話をかけます: ${link.number}`);
    if (link.kind === "unknown") return this.toast("開けないリンクです");
    this.frame.close();
    if (link.id !== this.state.account.basicId) return this.toast("この公式アカウントは見つかりません");
    if (link.kind === "friend") return this.do({ do: "follow" });
    return this.prefill(link.text);
  }

  prefill(text) {
    this.drafted = true;
    this.show(this.state);
    this.fill(text);
    this.parts.input.focus({ preventScroll: true });
  }

  fill(text) {
    const { input } = this.parts;
    input.value = text;
    input.style.height = "auto";
    input.style.height = `${Math.min(input.scrollHeight, 96)}px`;
  }
}
