// The rich menu: its picture, the areas that can be tapped, and the bar that folds it away.

import { el } from "./dom.js";

export class RichMenu {
  /** `tap(menu, number, action)` is called for an area. */
  constructor(tap) {
    this.tap = tap;
    this.areas = el("div", { class: "menu-areas" });
    this.bar = el("button", {
      type: "button", class: "menu-bar", testid: "richmenu-bar", onclick: () => this.fold(this.open),
    });
    this.root = el("div", { class: "menu", hidden: true }, this.areas, this.bar);
    this.shown = null;
  }

  /** Show `menu` as the server tells it, or nothing. */
  show(menu) {
    const changed = menu?.id !== this.shown?.id;
    this.shown = menu;
    this.root.hidden = !menu;
    if (!menu || !changed) return;
    this.areas.style.aspectRatio = `${menu.width} / ${menu.height}`;
    this.areas.replaceChildren(
      el("img", { src: menu.picture, alt: "", draggable: "false" }),
      ...menu.areas.map((area, number) => this.area(area, number)),
    );
    this.fold(!menu.selected);
  }

  area({ bounds, label, action }, number) {
    const { width, height } = this.shown;
    return el("button", {
      type: "button", class: "menu-area", testid: "richmenu-area", "aria-label": label, title: label,
      "data-action": action.type,
      style: {
        left: `${(bounds.x / width) * 100}%`, top: `${(bounds.y / height) * 100}%`,
        width: `${(bounds.width / width) * 100}%`, height: `${(bounds.height / height) * 100}%`,
      },
      onclick: () => this.tap(this.shown, number, action),
    });
  }

  fold(away) {
    this.open = !away;
    this.areas.hidden = away;
    this.bar.setAttribute("aria-expanded", String(this.open));
    this.bar.textContent = `${this.shown?.chatBarText ?? ""} ${away ? "▲" : "▼"}`;
  }
}
