// The audit as a table in words; the keys stand below them, for a filter asks for exactly those.

import { get } from "../api";
import { h } from "../dom";
import { formatNumber, t } from "../words";
import { roleName } from "./accounts";
import { ACTS, FACTS, THINGS, nameOf } from "./names";
import { action, card, field, fill, form, sayTime, select, table } from "./parts";

interface AuditRow {
  audit_id: number;
  at: string;
  actor: string;
  act: string;
  object: string;
  facts: Record<string, unknown> | null;
}

interface AuditPage {
  entries: AuditRow[];
  next: number | null;
}

const KEY_SHOWN = 12;

export function makeAudit(): HTMLElement[] {
  const place = h("div", { "aria-live": "polite" });
  const [actor, object] = [h("input", { maxlength: 100, autocapitalize: "none", spellcheck: "false" }), h("input", { maxlength: 200, autocapitalize: "none", spellcheck: "false" })];
  const act = select([["", t("auditAny")], ...Object.keys(ACTS).map((key): [string, string] => [key, nameOf(ACTS, key)])]);
  const [from, to] = [h("input", { type: "date" }), h("input", { type: "date" })];
  const columns = [t("importAt"), t("auditWho"), t("auditAct"), t("auditObject"), t("auditFacts")];
  const load = async (): Promise<null> => {
    const wish = { actor: actor.value.trim(), act: act.value, object: object.value.trim(), since: dayBegins(from.value, 0), until: dayBegins(to.value, 1) };
    const given = Object.fromEntries(Object.entries(wish).map(([name, value]) => [name, value || undefined]));
    const rows: AuditRow[] = [];
    const draw = (page: AuditPage): HTMLElement[] => {
      rows.push(...page.entries);
      const older = (): void => void fill(place, get<AuditPage>("/api/audit", { ...given, before: String(page.next) }), draw);
      return [table(columns, rows.map(makeRow), t("officeAudit")), ...(page.next === null ? [] : [action(t("showMore"), older)])];
    };
    await fill(place, get<AuditPage>("/api/audit", given), draw);
    return null;
  };
  void load();
  const fields = h("div", { class: "fields" }, field(t("auditWho"), actor), field(t("auditAct"), act), field(t("auditObject"), object, t("auditObjectHint")), field(t("auditFrom"), from), field(t("auditTo"), to));
  return [h("header", { class: "page-head" }, h("h2", {}, t("officeAudit"))), card(t("auditFilter"), form(t("auditShow"), load, fields)), card(t("auditRows"), place)];
}

function makeRow(one: AuditRow): (Node | string)[] {
  const act = h("span", { title: one.act }, nameOf(ACTS, one.act));
  return [sayTime(one.at), one.actor || "—", act, makeObject(one), makeFacts(one.facts ?? {})];
}

/** What it was done to: in words, and by the key the audit knows it by. */
function makeObject(one: AuditRow): HTMLElement {
  const facts = one.facts ?? {};
  const [, kind = "", key = ""] = /^([a-z_]+)[:/](.+)$/.exec(one.object) ?? [];
  const known = kind in THINGS;
  const words = known ? `${nameOf(THINGS, kind)} ${kind === "layer" ? nameOf(THINGS, key) : key}` : one.object in THINGS ? nameOf(THINGS, one.object) : "";
  // an account is kept by its key: whose it is, the facts say, or it is the actor's own
  const account = words ? "" : typeof facts["login"] === "string" ? facts["login"] : one.actor;
  const said = words || (account ? `${nameOf(THINGS, "account")} ${account}` : "");
  return h("span", {}, said, h("small", { class: "raw-key" }, one.object));
}

function makeFacts(facts: Record<string, unknown>): Node | string {
  const parts = Object.entries(facts).filter(([, value]) => !(Array.isArray(value) && value.length === 0));
  if (!parts.length) return "";
  return h("ul", { class: "audit-facts" }, ...parts.map(([name, value]) => h("li", {}, h("span", {}, nameOf(FACTS, name)), " ", makeValue(name, value))));
}

function makeValue(name: string, value: unknown): HTMLElement {
  const text = sayValue(name, value);
  const long = ["sha256", "import_id", "app_password_id"].includes(name) && text.length > KEY_SHOWN;
  return h("b", { title: long ? text : null }, long ? `${text.slice(0, KEY_SHOWN)}…` : text);
}

function sayValue(name: string, value: unknown): string {
  if (typeof value === "boolean") return t(value ? "yes" : "no");
  if (typeof value === "number") return name === "seed" || name === "number" ? String(value) : formatNumber(value);
  if (Array.isArray(value)) return value.map((one) => sayValue(name, one)).join(", ");
  if (typeof value !== "string") return JSON.stringify(value);
  const [, kind, key] = name === "scopes" ? (/^(\w+):(.+)$/.exec(value) ?? []) : [];
  return name === "role" ? roleName(value) : kind && key ? `${nameOf(THINGS, kind)} ${key}` : value;
}

/** The moment a day begins here, some days later. */
function dayBegins(day: string, later: number): string {
  if (!day) return "";
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return new Date(year, month - 1, date + later).toISOString();
}
