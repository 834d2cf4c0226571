// Open who a resident is: a reason first, then once and for a short while. What is shown is kept nowhere but on the
// screen: not in the state, not in the address or its history, not in the browser's storage.

import { Problem } from "../api";
import { people } from "../api_people";
import { h, icon, replace } from "../dom";
import { FIELDS, type Identity, type MaskedPerson } from "../types_people";
import { type Word, formatNumber, t } from "../words";
import { sayFailure, sayRoom } from "./people_rows";

const SHOWN_S = 20;
const LEAST_WORDS = 8;

const REASONS: Record<string, Word> = {
  visit: "revealVisit",
  "safety-check": "revealSafety",
  emergency: "revealEmergency",
  "service-request": "revealService",
  "data-correction": "revealCorrection",
  complaint: "revealComplaint",
};
const REFUSED: Record<number, Word> = { 404: "revealGone", 422: "revealWordsBad", 429: "revealUsedUp" };

export function openReveal(person: MaskedPerson): void {
  const before = document.activeElement;
  const body = h("div", {});
  const close = h("button", { type: "button", class: "close", "aria-label": t("close"), onclick: () => box.close() }, icon("close"));
  const box = h("dialog", { class: "reveal", "aria-labelledby": "reveal-title" }, h("h2", { id: "reveal-title" }, t("reveal")), close, body);
  const away = (): void => {
    if (document.hidden) box.close();
  };
  box.addEventListener("close", () => {
    replace(body);
    box.remove();
    document.removeEventListener("visibilitychange", away);
    if (before instanceof HTMLElement && before.isConnected) before.focus();
  });
  document.addEventListener("visibilitychange", away);
  replace(body, askWhy(person, (identity) => showOnce(box, body, identity)));
  document.body.append(box);
  box.showModal();
}

function askWhy(person: MaskedPerson, opened: (identity: Identity) => void): HTMLElement {
  const reason = h("select", { id: "reveal-reason", required: true }, h("option", { value: "" }, t("revealChoose")), ...Object.entries(REASONS).map(([value, word]) => h("option", { value }, t(word))));
  const words = h("textarea", { id: "reveal-words", required: true, rows: 3, maxlength: 300, autocomplete: "off" });
  const left = h("p", { class: "reveal-left", role: "status" });
  const said = h("p", { class: "form-message", role: "alert" });
  const go = h("button", { type: "submit", class: "primary" }, t("revealGo"));
  const form = h(
    "form",
    { method: "post", autocomplete: "off", novalidate: true },
    h("p", { class: "reveal-who" }, h("strong", {}, person.masks.name ?? t("nameUnknown")), h("span", {}, sayRoom(person))),
    h("p", { class: "fine-hint" }, t("revealLead", { seconds: SHOWN_S })),
    h("div", { class: "field" }, h("label", { for: reason.id }, t("revealReason")), reason),
    h("div", { class: "field" }, h("label", { for: words.id }, t("revealWords")), words),
    said,
    h("div", { class: "reveal-acts" }, left, go),
  );
  people
    .allowance()
    .then((allowance) => {
      left.textContent = allowance.reveals_left ? t("revealLeft", { left: formatNumber(allowance.reveals_left), day: formatNumber(allowance.reveals_a_day) }) : t("revealUsedUp");
      go.disabled = allowance.reveals_left === 0;
    })
    .catch((error: unknown) => (said.textContent = sayFailure(error)));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!reason.value || words.value.trim().length < LEAST_WORDS) {
      said.textContent = t("revealWordsBad");
      (reason.value ? words : reason).focus();
      return;
    }
    go.disabled = true;
    said.textContent = "";
    people
      .reveal(person.resident_id, reason.value, words.value)
      .then(opened)
      .catch((error: unknown) => {
        const word = error instanceof Problem ? REFUSED[error.status] : undefined;
        said.textContent = word ? t(word) : sayFailure(error);
        go.disabled = false;
      });
  });
  return form;
}

function showOnce(box: HTMLDialogElement, body: HTMLElement, identity: Identity): void {
  // closed while the answer was on its way: nothing is shown any more
  if (!box.open) return;
  const pairs = FIELDS.map((field) => h("div", {}, h("dt", {}, t(field)), h("dd", {}, identity[field] ?? h("span", { class: "reveal-none" }, t("revealNothing")))));
  const rest = h("progress", { max: SHOWN_S, value: SHOWN_S, "aria-label": t("revealHide") });
  const count = h("span", {});
  const hide = h("button", { type: "button", class: "primary", onclick: () => box.close() }, t("revealHide"));
  const shown = h("dl", { class: "pairs reveal-shown", tabindex: "-1" }, ...pairs);
  replace(body, shown, rest, h("div", { class: "reveal-acts" }, count, hide));
  shown.focus();
  const end = performance.now() + SHOWN_S * 1000;
  const tick = (): void => {
    const seconds = Math.ceil((end - performance.now()) / 1000);
    if (seconds <= 0) return box.close();
    rest.value = seconds;
    count.textContent = t("revealSeconds", { seconds });
  };
  tick();
  const ticking = window.setInterval(tick, 250);
  box.addEventListener("close", () => window.clearInterval(ticking), { once: true });
}
