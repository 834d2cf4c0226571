// The page around the map: header, left panel with its tabs, facts on the right.

import { api } from "../api";
import { h, icon, replace } from "../dom";
import { showOverview } from "../map/overview";
import { loadTilesAgain, openMap, showWhole } from "../map/view";
import { type Tab, change, state, watch } from "../state";
import type { Plan } from "../types";
import { getLanguage, t } from "../words";
import { makeCompare } from "./compare";
import { makeCredit } from "./credit";
import { makeFacts } from "./facts";
import { makeOutage } from "./failure";
import { makeLayers } from "./layers";
import { makePeople } from "./people";
import { makeQuality } from "./quality";
import { makeSearch } from "./search";
import { makeMapLegend } from "./maplegend";
import { makeShadesPanel } from "./shades";
import { makeTools } from "./tools";
import { makeTree } from "./tree";

const TABS: { name: Tab; icon: string; make: () => HTMLElement; roles?: readonly string[] }[] = [
  { name: "areas", icon: "tree", make: makeTree },
  { name: "layers", icon: "layers", make: makeLayers },
  { name: "shades", icon: "shades", make: makeShadesPanel },
  { name: "quality", icon: "quality", make: makeQuality },
  { name: "compare", icon: "compare", make: makeCompare },
  { name: "residents", icon: "residents", make: makePeople, roles: ["officer", "supervisor", "administrator"] },
];

export interface FrameActs {
  switchLanguage: () => void;
  signOut: () => void;
}

export function showFrame(root: HTMLElement, acts: FrameActs): void {
  const map = h("div", { id: "map", class: "map", role: "region", "aria-label": t("map") });
  const page = h("div", { class: "page" });
  const facts = makeFacts((open) => page.classList.toggle("with-facts", open));
  replace(
    page,
    h("a", { class: "skip", href: "#map", onclick: skipToMap(map) }, t("skip")),
    makeHeader(acts),
    makeSide(page),
    h("main", { class: "stage", "aria-label": t("map") }, map, makeTools(), makeMapLegend(), makeCredit(), makeWholeButton(), makeOutage(loadAgain)),
    facts,
  );
  replace(root, page);
  void openMap(map).then((drawn) => drawn || showOverview(map));
}

function makeHeader(acts: FrameActs): HTMLElement {
  return h(
    "header",
    { class: "bar" },
    h("div", { class: "brand" }, icon("place"), h("div", {}, h("h1", {}, t("title")), h("small", {}, t("subtitle")))),
    makePlans(),
    h(
      "div",
      { class: "bar-end" },
      copyButton(),
      h("button", { type: "button", class: "language", title: t("languageHint"), lang: getLanguage() === "zh" ? "en" : "zh-CN", onclick: acts.switchLanguage }, t("language")),
      h("a", { class: "who", href: "/account", title: t("officeMine"), "aria-label": `${t("officeMine")}: ${state.me?.name ?? ""}` }, icon("person"), h("span", {}, state.me?.name ?? "")),
      ["administrator", "auditor"].includes(state.me?.role ?? "") ? h("a", { class: "ghost manage", href: "/admin" }, t("officeManage")) : null,
      h("button", { type: "button", class: "ghost", onclick: acts.signOut }, t("signOut")),
    ),
  );
}

function makePlans(): HTMLElement {
  const list = h("select", {
    id: "plan",
    "aria-label": t("plan"),
    onchange: (event: Event) => {
      const chosen = state.plans.find((plan) => plan.plan_id === (event.target as HTMLSelectElement).value);
      if (chosen) change({ plan: chosen, selection: null, colours: null });
    },
  });
  replace(list, ...state.plans.map((plan) => h("option", { value: plan.plan_id, selected: plan === state.plan }, titleOf(plan))));
  return h("div", { class: "plans" }, h("span", { "aria-hidden": "true" }, t("plan")), list);
}

function titleOf(plan: Plan): string {
  const from = plan.published_from ? t("planFrom", { from: plan.published_from }) : "";
  return `${plan.name} · ${plan.status === "draft" ? t("planDraft") : from || t("planPublished")}`;
}

function makeSide(page: HTMLElement): HTMLElement {
  const open = TABS.filter((tab) => !tab.roles || tab.roles.includes(state.me?.role ?? ""));
  if (!open.some((tab) => tab.name === state.tab)) change({ tab: "areas" });
  const panels = open.map((tab) => h("div", { id: `panel-${tab.name}`, role: "tabpanel", "aria-labelledby": `tab-${tab.name}`, class: "tab-panel", tabindex: "-1" }, tab.make()));
  const tabs = open.map((tab) =>
    h(
      "button",
      {
        type: "button",
        id: `tab-${tab.name}`,
        role: "tab",
        "aria-controls": `panel-${tab.name}`,
        onclick: () => {
          const again = state.tab === tab.name && page.classList.contains("sheet-open");
          page.classList.toggle("sheet-open", !again);
          change({ tab: tab.name });
        },
      },
      icon(tab.icon),
      h("span", {}, t(tab.name)),
    ),
  );
  const draw = (): void =>
    open.forEach((tab, at) => {
      const chosen = tab.name === state.tab;
      tabs[at]?.setAttribute("aria-selected", String(chosen));
      tabs[at]?.setAttribute("tabindex", chosen ? "0" : "-1");
      if (panels[at]) panels[at].hidden = !chosen;
    });
  const list = h("div", { class: "tabs", role: "tablist", "aria-label": t("map") }, ...tabs);
  list.addEventListener("keydown", (event) => moveTab(event, tabs));
  watch(["tab"], draw);
  watch(["selection"], () => state.selection && page.classList.remove("sheet-open"));
  draw();
  const close = h("button", { type: "button", class: "close", "aria-label": t("close"), onclick: () => page.classList.remove("sheet-open") }, icon("close"));
  const title = h("strong");
  watch(["tab"], () => (title.textContent = t(state.tab)));
  title.textContent = t(state.tab);
  const head = h("div", { class: "sheet-head" }, title, close);
  return h("div", { class: "side" }, makeSearch(), list, h("div", { class: "sheet" }, head, ...panels));
}

function moveTab(event: KeyboardEvent, tabs: HTMLElement[]): void {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const next = tabs[(tabs.findIndex((tab) => tab.id === `tab-${state.tab}`) + step + tabs.length) % tabs.length];
  next?.click();
  next?.focus();
}

function copyButton(): HTMLElement {
  const button = h("button", { type: "button", class: "ghost icon-only", "aria-label": t("copyLink"), title: t("copyLink") }, icon("link"));
  const said = h("span", { class: "toast", role: "status" });
  button.addEventListener("click", () => {
    void navigator.clipboard?.writeText(location.href).then(() => {
      said.textContent = t("copied");
      window.setTimeout(() => (said.textContent = ""), 2000);
    });
  });
  return h("span", { class: "copy" }, button, said);
}

function makeWholeButton(): HTMLElement {
  return h("button", { type: "button", class: "whole", "aria-label": t("whole"), title: t("whole"), onclick: showWhole }, icon("home"));
}

function skipToMap(map: HTMLElement): (event: Event) => void {
  return (event) => {
    event.preventDefault();
    map.querySelector("canvas")?.focus();
  };
}

/** Ask for the colours of the plan whenever it changes. */
export function keepColours(): void {
  watch(["plan"], () => void loadColours());
  if (!state.colours) void loadColours();
}

async function loadColours(): Promise<void> {
  const plan = state.plan;
  if (!plan) return;
  const colours = await api.colours(plan.plan_id).catch(() => null);
  if (state.plan === plan) change({ colours });
}

function loadAgain(): void {
  loadTilesAgain();
  if (!state.colours) void loadColours();
}
