// The accounts of others, for administrators.

import { get, patch, post } from "../api";
import { h } from "../dom";
import type { Language, Me } from "../types";
import { type Word, formatNumber, t } from "../words";
import { THINGS, nameOf } from "./names";
import { action, card, dialog, field, fill, form, passwordInput, select, table } from "./parts";

interface Scope {
  kind: string;
  ref: string;
}

interface NamedScope extends Scope {
  name: string;
}

interface Account {
  login: string;
  name: string;
  role: string;
  language: Language;
  disabled: boolean;
  second_factor: boolean;
  app_passwords: number;
  sessions: number;
  scopes: NamedScope[];
}

const ROLES: Record<string, Word> = {
  viewer: "roleViewer",
  officer: "roleOfficer",
  supervisor: "roleSupervisor",
  analyst: "roleAnalyst",
  administrator: "roleAdministrator",
  auditor: "roleAuditor",
};

export function roleName(role: string): string {
  const word = ROLES[role];
  return word ? t(word) : role;
}

const roles = (): [string, string][] => Object.keys(ROLES).map((role) => [role, roleName(role)]);
const languages: [string, string][] = [
  ["zh", "中文"],
  ["en", "English"],
];

export function makeAccounts(me: Me): HTMLElement[] {
  const place = h("div", {});
  const load = (): Promise<void> => fill(place, get<Account[]>("/api/admin/accounts"), draw);
  const draw = (accounts: Account[]): HTMLElement[] => {
    const columns = [t("accountLogin"), t("accountName"), t("ownRole"), t("accountScope"), t("accountState"), t("accountFactor"), t("accountSessions"), ""];
    const row = (one: Account): (Node | string)[] => [
      one.login,
      one.name,
      roleName(one.role),
      one.scopes.length ? h("ul", { class: "scopes" }, ...one.scopes.map(nameScope)) : "—",
      h("span", { class: one.disabled ? "tag poor" : "tag good" }, t(one.disabled ? "accountClosed" : "accountOpen")),
      t(one.second_factor ? "yes" : "no"),
      formatNumber(one.sessions),
      one.login === me.login ? "" : action(t("accountEdit"), () => edit(one, load), "quiet", t("accountEditOf", { login: one.login })),
    ];
    return [table(columns, accounts.map(row), t("officeAccounts"))];
  };
  void load();
  const head = h("header", { class: "page-head with-action" }, h("h2", {}, t("officeAccounts")), action(t("accountNew"), () => make(load), "primary"));
  return [head, card(null, place)];
}

/** A part by its name; by its key where it is gone from every plan. */
function nameScope(scope: NamedScope): HTMLElement {
  const name = scope.name || h("code", {}, scope.ref);
  return h("li", { title: `${scope.kind}:${scope.ref}` }, h("small", {}, nameOf(THINGS, scope.kind)), " ", name, scope.name ? null : h("small", { class: "warn" }, ` ${t("accountScopeGone")}`));
}

function make(done: () => Promise<void>): void {
  const login = h("input", { required: true, maxlength: 64, autocomplete: "off", autocapitalize: "none", spellcheck: "false" });
  const name = h("input", { maxlength: 100, autocomplete: "off" });
  const password = passwordInput("new-password");
  const role = select(roles(), "viewer");
  const language = select(languages);
  const scopes = h("textarea", { rows: 3, spellcheck: "false" });
  const save = async (): Promise<string> => {
    await post("/api/admin/accounts", { login: login.value, name: name.value, password: password.value, role: role.value, language: language.value, scopes: readScopes(scopes.value) });
    await done();
    return t("officeDone");
  };
  dialog(
    t("accountNew"),
    form(
      t("officeSave"),
      save,
      h("div", { class: "fields" }, field(t("accountLogin"), login), field(t("accountName"), name), field(t("ownPasswordNew"), password), field(t("ownRole"), role), field(t("accountLanguage"), language)),
      field(t("accountScope"), scopes, t("accountScopeHint")),
    ),
  );
}

function edit(one: Account, done: () => Promise<void>): void {
  const address = `/api/admin/accounts/${encodeURIComponent(one.login)}`;
  const name = h("input", { maxlength: 100, value: one.name, autocomplete: "off" });
  const role = select(roles(), one.role);
  const language = select(languages, one.language);
  const scopes = h("textarea", { rows: 3, spellcheck: "false" }, one.scopes.map((scope) => `${scope.kind}:${scope.ref}`).join("\n"));
  const password = passwordInput("new-password");
  const change = async (wish: object): Promise<null> => {
    await patch(address, wish);
    box.close();
    await done();
    return null;
  };
  const box = dialog(
    t("accountEditOf", { login: one.login }),
    form(
      t("officeSave"),
      () => change({ name: name.value, role: role.value, language: language.value, scopes: readScopes(scopes.value) }),
      h("div", { class: "fields" }, field(t("accountName"), name), field(t("ownRole"), role), field(t("accountLanguage"), language)),
      field(t("accountScope"), scopes, t("accountScopeHint")),
      one.scopes.length ? h("ul", { class: "scopes" }, ...one.scopes.map(nameScope)) : null,
    ),
    form(t("accountReset"), () => change({ password: password.value }), field(t("ownPasswordNew"), password)),
    form(t(one.disabled ? "accountReopen" : "accountClose"), () => change({ disabled: !one.disabled })),
    one.second_factor ? form(t("accountResetFactor"), () => change({ reset_second_factor: true })) : null,
  );
}

function readScopes(text: string): Scope[] {
  const lines = text.split(/\s+/).filter(Boolean);
  return lines.map((line) => ({ kind: line.split(":")[0] ?? "", ref: line.split(":").slice(1).join(":") }));
}
