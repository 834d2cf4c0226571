// Plans and imports as tables.

import { get, post } from "../api";
import { h } from "../dom";
import type { Language } from "../types";
import { formatNumber, getLanguage, t } from "../words";
import { THINGS, nameOf } from "./names";
import { action, card, dialog, field, fill, form, sayTime, table } from "./parts";

interface ManagedPlan {
  plan_id: string;
  name: string;
  status: "draft" | "published";
  created_at: string;
  published_from: string | null;
  published_to: string | null;
  clusters: number;
  sections: number;
  grids: number;
  households: number;
  findings: number;
}

export function makePlans(): HTMLElement[] {
  const place = h("div", {});
  const load = (): Promise<void> => fill(place, get<ManagedPlan[]>("/api/admin/plans"), draw);
  const draw = (plans: ManagedPlan[]): HTMLElement[] => {
    const columns = [t("plan"), t("accountState"), t("planHolds"), t("households"), t("clusters"), t("sections"), t("planFindings"), t("planMade"), ""];
    return [table(columns, plans.map(row), t("officePlans"))];
  };
  const row = (plan: ManagedPlan): (Node | string)[] => {
    const draft = plan.status === "draft";
    const holds = plan.published_to ? t("planUntil", { from: plan.published_from ?? "", to: plan.published_to }) : plan.published_from ? t("planFrom", { from: plan.published_from }) : "—";
    const acts = h("span", { class: "acts" }, action(t("planPublish"), () => publish(plan, load), "quiet", t("planPublishOf", { name: plan.name })), action(t("planDiscard"), () => discard(plan, load), "quiet danger", `${t("planDiscard")}: ${plan.name}`));
    return [
      plan.name,
      h("span", { class: draft ? "tag" : "tag good" }, t(draft ? "planDraft" : "planPublished")),
      holds,
      formatNumber(plan.households),
      formatNumber(plan.clusters),
      formatNumber(plan.sections),
      formatNumber(plan.findings),
      sayTime(plan.created_at),
      draft ? acts : "",
    ];
  };
  void load();
  return [h("header", { class: "page-head" }, h("h2", {}, t("officePlans"))), card(null, place)];
}

function publish(plan: ManagedPlan, done: () => Promise<void>): void {
  const from = h("input", { type: "date", required: true, value: today() });
  const send = async (): Promise<null> => {
    await post("/api/admin/plans/publish", { plan_id: plan.plan_id, published_from: from.value });
    box.close();
    await done();
    return null;
  };
  const box = dialog(t("planPublishOf", { name: plan.name }), h("p", {}, t("planPublishHint")), form(t("planPublish"), send, field(t("planPublishFrom"), from)));
}

function discard(plan: ManagedPlan, done: () => Promise<void>): void {
  const send = async (): Promise<null> => {
    await post("/api/admin/plans/discard", { plan_id: plan.plan_id });
    box.close();
    await done();
    return null;
  };
  const box = dialog(t("planDiscard"), h("p", {}, t("planDiscardOf", { name: plan.name })), form(t("planDiscard"), send));
}

function today(): string {
  const now = new Date();
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}

interface Import {
  import_id: string;
  layer: string;
  file_name: string;
  crs: string | null;
  read: number;
  accepted: number;
  rejected: number;
  duplicate: number;
  at: string;
}

interface Fault {
  row_id: string;
  severity: "error" | "warning" | "note";
  words: Record<Language, { name: string; said: string; advice: string }>;
}

export function makeImports(): HTMLElement[] {
  const place = h("div", {});
  const columns = [t("importFile"), t("importLayer"), t("importAt"), t("importCrs"), t("importRead"), t("importAccepted"), t("importRejected"), t("importDuplicate"), ""];
  const row = (one: Import): (Node | string)[] => [
    one.file_name,
    h("span", { title: one.layer }, nameOf(THINGS, one.layer)),
    sayTime(one.at),
    one.crs ?? "—",
    formatNumber(one.read),
    formatNumber(one.accepted),
    one.rejected ? h("strong", { class: "warn" }, formatNumber(one.rejected)) : "0",
    formatNumber(one.duplicate),
    action(t("importFaults"), () => showFaults(one), "quiet", t("importFaultsOf", { file: one.file_name })),
  ];
  void fill(place, get<Import[]>("/api/admin/imports"), (found) => [table(columns, found.map(row), t("officeImports"))]);
  return [h("header", { class: "page-head" }, h("h2", {}, t("officeImports"))), card(null, place)];
}

function showFaults(one: Import): void {
  const place = h("div", { class: "faults", tabindex: "0", role: "region", "aria-label": t("importFaultsOf", { file: one.file_name }) });
  const row = (fault: Fault): HTMLElement => {
    const words = fault.words[getLanguage()];
    return h("li", {}, h("span", { class: `severity ${fault.severity}` }, t(fault.severity)), h("span", {}, h("strong", {}, `${words.name} · ${fault.row_id}`), h("small", {}, [words.said, words.advice].filter(Boolean).join(" · "))));
  };
  void fill(place, get<Fault[]>("/api/admin/imports/faults", { import_id: one.import_id }), (found) => [
    found.length ? h("ul", { class: "rows" }, ...found.map(row)) : h("p", { class: "hint" }, t("findingsNone")),
  ]);
  dialog(t("importFaultsOf", { file: one.file_name }), place);
}
