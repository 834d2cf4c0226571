// Pieces that every section of the page is made of.

import { Problem } from "../api";
import { h, replace } from "../dom";
import { whyOf } from "../panels/failure";
import { getLanguage, t } from "../words";

type Child = Node | string | null;

export function card(title: string | null, ...children: Child[]): HTMLElement {
  return h("section", { class: "card" }, title === null ? null : h("div", { class: "card-head" }, h("h3", {}, title)), ...children);
}

export function field(name: string, input: HTMLElement, hint?: string): HTMLElement {
  input.id ||= `field-${Math.random().toString(36).slice(2, 9)}`;
  const note = hint ? h("small", { class: "fine-hint", id: `${input.id}-hint` }, hint) : null;
  if (note) input.setAttribute("aria-describedby", note.id);
  return h("div", { class: "field" }, h("label", { for: input.id }, name), input, note);
}

export function passwordInput(kind: "current-password" | "new-password"): HTMLInputElement {
  return h("input", { type: "password", autocomplete: kind, required: true, maxlength: 256, minlength: kind === "new-password" ? 10 : 1 });
}

export function select(options: [string, string][], chosen = ""): HTMLSelectElement {
  return h("select", {}, ...options.map(([value, name]) => h("option", { value, selected: value === chosen }, name)));
}

export function action(name: string, act: () => void, kind = "quiet", label?: string): HTMLButtonElement {
  return h("button", { type: "button", class: kind, "aria-label": label, onclick: act }, name);
}

/** A form whose answer or refusal is said below it. */
export function form(submit: string, act: () => Promise<string | null>, ...fields: Child[]): HTMLFormElement {
  const said = h("p", { class: "form-message", role: "status" });
  const button = h("button", { type: "submit", class: "primary" }, submit);
  const made = h("form", { class: "form" }, ...fields, h("div", { class: "form-end" }, button, said));
  made.addEventListener("submit", (event) => {
    event.preventDefault();
    button.disabled = true;
    said.textContent = "";
    said.classList.remove("good");
    act()
      .then((word) => {
        if (word === null) return;
        said.textContent = word;
        said.classList.add("good");
        made.reset();
      })
      .catch((error) => (said.textContent = explain(error)))
      .finally(() => (button.disabled = false));
  });
  return made;
}

export function explain(error: unknown): string {
  return error instanceof Problem && error.status === 0 ? t("failed", { why: whyOf(error) }) : whyOf(error);
}

/** Fill a place with what was asked for, or with why it could not be had. */
export function fill<T>(place: HTMLElement, ask: Promise<T>, draw: (found: T) => Child[]): Promise<void> {
  place.setAttribute("aria-busy", "true");
  return ask
    .then((found) => replace(place, ...draw(found)))
    .catch((error) => replace(place, h("p", { class: "warn", role: "alert" }, explain(error))))
    .finally(() => place.removeAttribute("aria-busy"));
}

export function table(columns: string[], rows: Child[][], name: string): HTMLElement {
  if (!rows.length) return h("p", { class: "hint" }, t("officeNone"));
  // the roles, for a narrow screen shows each row as a card, and what is no table to the eye would be none to the ear
  const cells = (row: Child[]): HTMLElement[] => row.map((cell, at) => h(at === 0 ? "th" : "td", { scope: at === 0 ? "row" : null, role: at === 0 ? "rowheader" : "cell", "data-name": at > 0 && columns[at] ? columns[at] : null }, cell));
  const body = rows.map((row) => h("tr", { role: "row" }, ...cells(row)));
  const head = h("tr", { role: "row" }, ...columns.map((column) => h("th", { scope: "col", role: "columnheader" }, column)));
  return h(
    "div",
    { class: "table-scroll", role: "region", tabindex: "0", "aria-label": name },
    h("table", { class: "figures texts", role: "table" }, h("thead", { role: "rowgroup" }, head), h("tbody", { role: "rowgroup" }, ...body)),
  );
}

/** A dialog over the page; closing it gives the focus back. */
export function dialog(title: string, ...children: Child[]): { close: () => void } {
  const before = document.activeElement;
  const box = h("dialog", { class: "dialog", "aria-labelledby": "dialog-title" }, h("h3", { id: "dialog-title" }, title), ...children);
  const close = (): void => {
    box.close();
    box.remove();
    if (before instanceof HTMLElement && before.isConnected) before.focus();
  };
  box.append(h("div", { class: "dialog-end" }, action(t("close"), close)));
  box.addEventListener("cancel", (event) => {
    event.preventDefault();
    close();
  });
  document.body.append(box);
  box.showModal();
  return { close };
}

export function sayTime(at: string | null): string {
  return at ? new Date(at).toLocaleString(getLanguage() === "zh" ? "zh-CN" : "en-GB", { dateStyle: "medium", timeStyle: "short" }) : "—";
}
