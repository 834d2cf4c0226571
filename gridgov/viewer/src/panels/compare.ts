// Two plans compared: what changed, in figures and as a list whose lines lead to their places.

import { api } from "../api";
import { know } from "../api_know";
import { h, replace } from "../dom";
import { openSwipe } from "../map/swipe";
import { flyTo } from "../map/view";
import { change, state, watch } from "../state";
import type { Kind, Plan } from "../types";
import type { Change, Compared } from "../types_know";
import { formatNumber, formatShare, t } from "../words";
import { sayFailed } from "./failure";
import { nameOf } from "./links";

const PART = 60;

/** The panel, and how to take the second map away when the page is left. */
export function makeCompare(): HTMLElement {
  const panel = h("div", { class: "compare" });
  let close: () => void = () => undefined;
  let asked = 0;
  const stop = (): void => {
    asked += 1;
    close();
    close = () => undefined;
    draw(null);
  };
  const choose = async (other: Plan): Promise<void> => {
    const mine = ++asked;
    const plan = state.plan;
    if (!plan) return;
    close();
    draw(other, h("p", { class: "hint", role: "status" }, t("loading")));
    try {
      const [compared, colours] = await Promise.all([know.compare(other.plan_id, plan.plan_id), api.colours(other.plan_id)]);
      if (mine !== asked) return;
      const stage = document.querySelector<HTMLElement>(".stage");
      if (stage) close = openSwipe(stage, other, colours);
      draw(other, ...makeSummary(compared), makeChanges(compared.changes));
    } catch (error) {
      if (mine === asked) draw(other, sayFailed(error, () => void choose(other)));
    }
  };
  const draw = (other: Plan | null, ...rest: HTMLElement[]): void => {
    const others = state.plans.filter((plan) => plan.plan_id !== state.plan?.plan_id);
    if (!others.length) return replace(panel, h("p", { class: "hint" }, t("compareNone")));
    const focused = panel.contains(document.activeElement) ? document.activeElement?.id : null;
    const list = h(
      "select",
      {
        id: "compare-with",
        onchange: () => {
          const found = others.find((plan) => plan.plan_id === list.value);
          if (found) void choose(found);
          else stop();
        },
      },
      h("option", { value: "" }, t("compareChoose")),
      ...others.map((plan) => h("option", { value: plan.plan_id, selected: plan.plan_id === other?.plan_id }, planTitle(plan))),
    );
    const end = other ? h("button", { type: "button", class: "quiet", onclick: stop }, t("compareStop")) : null;
    replace(panel, h("div", { class: "compare-head" }, h("label", { for: "compare-with" }, t("compareWith")), list, h("p", { class: "fine-hint" }, t("compareHint")), end), ...rest);
    if (focused === "compare-with") list.focus();
  };
  watch(["plan"], stop);
  watch(["plans"], () => draw(null));
  draw(null);
  return panel;
}

function planTitle(plan: Plan): string {
  const more = plan.status === "draft" ? t("planDraft") : plan.published_from ? t("planFrom", { from: plan.published_from }) : t("planPublished");
  return `${plan.name} · ${more}`;
}

function makeSummary(compared: Compared): HTMLElement[] {
  const { households } = compared;
  const tile = (name: string, value: string, small?: string): HTMLElement =>
    h("div", {}, h("dt", {}, name), h("dd", {}, value, small ? h("small", {}, small) : null));
  return [
    h(
      "dl",
      { class: "tiles compare-tiles" },
      tile(t("compareMoved"), formatNumber(households.moved), formatShare(households.moved, Math.max(households.before, 1))),
      tile(t("compareAdded"), formatNumber(households.added)),
      tile(t("compareRemoved"), formatNumber(households.removed)),
    ),
    h("section", {}, h("h3", {}, t("compareLevels")), makeLevels(compared.levels)),
  ];
}

function makeLevels(levels: Compared["levels"]): HTMLElement {
  const kinds = ["same", "changed", "new", "gone"] as const;
  const words = { same: "compareSame", changed: "compareChanged", new: "compareNew", gone: "compareGone" } as const;
  return h(
    "table",
    { class: "levels" },
    h("thead", {}, h("tr", {}, h("td"), ...kinds.map((kind) => h("th", { scope: "col" }, h("span", { class: `change-dot ${kind}` }), t(words[kind]))))),
    h(
      "tbody",
      {},
      ...levels.map((level) => h("tr", {}, h("th", { scope: "row" }, t(level.level)), ...kinds.map((kind) => h("td", {}, formatNumber(level[kind]))))),
    ),
  );
}

function makeChanges(changes: Change[]): HTMLElement {
  const title = h("h3", {}, `${t("compareChanges")} (${formatNumber(changes.length)})`);
  if (!changes.length) return h("section", {}, title, h("p", { class: "hint" }, t("compareEqual")));
  const list = h("ul", { class: "plain finding-list" }, ...changes.slice(0, PART).map(makeChange));
  const section = h("section", {}, title, list);
  if (changes.length > PART) {
    const more = h("button", { type: "button", class: "quiet" }, t("showMore"));
    more.addEventListener("click", () => {
      list.append(...changes.slice(list.childElementCount, list.childElementCount + PART).map(makeChange));
      if (list.childElementCount >= changes.length) more.remove();
    });
    section.append(more);
  }
  return section;
}

function makeChange(row: Change): HTMLElement {
  const group = row.after ?? row.before;
  const words = { changed: "compareChanged", new: "compareNew", gone: "compareGone" } as const;
  const lost = row.households_before - row.households_same;
  const gained = row.households_after - row.households_same;
  const said = row.change === "changed" ? t("compareGainLoss", { lost: formatNumber(lost), gained: formatNumber(gained) }) : t("householdsUnit", { count: formatNumber(row.households_after || row.households_before) });
  const go = (): void => {
    if (row.after) change({ selection: { kind: row.after.kind as Kind, id: row.after.id } });
    flyTo(row.bounds);
  };
  return h(
    "li",
    {},
    h(
      "button",
      { type: "button", class: "finding", onclick: go },
      h("span", { class: `change-dot ${row.change}`, "aria-hidden": "true" }),
      h("span", {}, h("strong", {}, group ? nameOf(group) : ""), h("small", {}, `${t(words[row.change])} · ${said}`), group?.code ? h("small", { class: "code" }, group.code) : null),
    ),
  );
}
