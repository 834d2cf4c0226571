// The form to sign in.

import { Problem, api } from "../api";
import { h, icon, replace } from "../dom";
import type { Me } from "../types";
import { getLanguage, keepLanguage, t } from "../words";

/** Show the form in `root`; `then` is called with whoever came in. */
export function showSignIn(root: HTMLElement, then: (me: Me) => void, said = ""): void {
  const message = h("p", { class: "form-message", role: "alert" }, said);
  const login = h("input", { id: "login", name: "login", autocomplete: "username", required: true, maxlength: 64, autocapitalize: "none", spellcheck: "false" });
  const password = h("input", { id: "password", name: "password", type: "password", autocomplete: "current-password", required: true, maxlength: 256 });
  const code = h("input", { id: "code", name: "code", autocomplete: "one-time-code", maxlength: 40, "aria-describedby": "code-hint" });
  const second = h("div", { class: "second-factor", hidden: true }, h("label", { for: "code" }, t("secondCode")), code, h("small", { id: "code-hint", class: "fine" }, t("secondCodeHint")));
  const button = h("button", { type: "submit", class: "primary wide" }, t("signIn"));
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    button.disabled = true;
    message.textContent = "";
    try {
      then(await api.signIn(login.value, password.value, code.value));
    } catch (error) {
      message.textContent = explain(error);
      if (error instanceof Problem && error.code === "second-factor-needed") {
        second.hidden = false;
        code.required = true;
        return code.focus();
      }
      password.value = "";
      password.focus();
    } finally {
      button.disabled = false;
    }
  };
  const form = h(
    "form",
    { class: "sign-in-card", onsubmit: (event: Event) => void submit(event) },
    h("div", { class: "sign-in-mark" }, icon("place")),
    h("h1", {}, t("title")),
    h("p", { class: "lead" }, t("signInLead")),
    h("label", { for: "login" }, t("login")),
    login,
    h("label", { for: "password" }, t("password")),
    password,
    second,
    message,
    button,
    h("p", { class: "fine" }, t("closedNetwork")),
  );
  const language = h(
    "button",
    {
      type: "button",
      class: "language corner",
      title: t("languageHint"),
      lang: getLanguage() === "zh" ? "en" : "zh-CN",
      onclick: () => {
        keepLanguage(getLanguage() === "zh" ? "en" : "zh");
        showSignIn(root, then, "");
      },
    },
    t("language"),
  );
  replace(root, h("main", { class: "sign-in" }, language, form));
  login.focus();
}

function explain(error: unknown): string {
  if (error instanceof Problem && error.code === "second-factor-needed") return t("secondCodeNeeded");
  if (error instanceof Problem && error.status === 401) return t("signInFailed");
  if (error instanceof Problem && error.status === 0) return t("failed", { why: t("unreachable") });
  return t("failed", { why: error instanceof Error ? error.message : "" });
}
