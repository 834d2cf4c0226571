// What could not be loaded: said where it would stand, with a way to ask again; and a word over the map when the server is gone.

import { Problem, api, noteSignedOut, whenReached } from "../api";
import { h } from "../dom";
import { type Word, getLanguage, t } from "../words";

const WHY: Record<string, Word> = {
  "not-found": "whyGone",
  "access-denied": "whyDenied",
  conflict: "whyConflict",
  stale: "whyConflict",
  busy: "whyBusy",
  "too-slow": "whyBusy",
  "too-many-requests": "whyBusy",
  "bad-input": "whyInput",
};

/** Why something failed; the server speaks English, so in Chinese the kind of failure goes before its words. */
export function whyOf(error: unknown): string {
  if (!(error instanceof Problem)) return error instanceof Error ? error.message : String(error);
  if (error.status === 0) return t("unreachable");
  const kind = WHY[error.code];
  if (!error.message) return t("serverSaid", { status: error.status });
  return kind && getLanguage() === "zh" && !/[\u4e00-\u9fff]{4}/.test(error.message) ? `${t(kind)}（${error.message}）` : error.message;
}

/** Say why something is not there; `again` asks for it once more. */
export function sayFailed(error: unknown, again: () => void, tag: "p" | "li" = "p"): HTMLElement {
  // what is not there will not be there the next time either
  if (error instanceof Problem && error.code === "not-found") return h(tag, { class: "hint failure", role: tag === "p" ? "status" : null }, t("whyGone"));
  const said = h("span", { class: "warn" }, t("failed", { why: whyOf(error) }));
  const button = h("button", { type: "button", class: "quiet again", onclick: again }, t("retry"));
  return h(tag, { class: "hint failure", role: tag === "p" ? "alert" : null }, said, button);
}

/** A bar over the map while the server does not answer; `back` hears that it is there again. */
export function makeOutage(back: () => void): HTMLElement {
  const button = h("button", { type: "button", class: "quiet" }, t("retry"));
  const bar = h("div", { class: "outage", role: "alert", hidden: true }, h("span", {}, t("serverGone")), button);
  button.addEventListener("click", () => {
    button.disabled = true;
    void api
      .me()
      .then((me) => (me ? loadAgain(back) : noteSignedOut()))
      .catch(() => undefined)
      .finally(() => (button.disabled = false));
  });
  whenReached((reached) => (bar.hidden = reached));
  return bar;
}

function loadAgain(back: () => void): void {
  back();
  document.querySelectorAll<HTMLButtonElement>(".failure .again").forEach((button) => button.click());
}
