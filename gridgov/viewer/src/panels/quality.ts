// How good the plan is: figures, sizes, and findings that each lead to their place.

import { api } from "../api";
import { know } from "../api_know";
import { h, icon, replace } from "../dom";
import { flyTo } from "../map/view";
import { change, state, watch } from "../state";
import type { Finding, Kind, Quality } from "../types";
import type { Check } from "../types_know";
import { formatNumber, formatShare, getLanguage, t } from "../words";
import { makeChecks } from "./checks";
import { sayFailed } from "./failure";
import { livedIn, makeHistogram, sum, withUsual } from "./histogram";

export function makeQuality(): HTMLElement {
  const panel = h("div", { class: "quality" });
  let shownFor = "";
  const load = async (): Promise<void> => {
    const plan = state.plan;
    if (!plan || state.tab !== "quality" || shownFor === plan.plan_id) return;
    shownFor = plan.plan_id;
    replace(panel, h("p", { class: "hint" }, t("loading")));
    try {
      const staff = state.me?.role !== "viewer";
      const [quality, checks] = await Promise.all([api.quality(plan.plan_id), staff ? know.checks(plan.plan_id) : []]);
      if (shownFor === plan.plan_id) replace(panel, ...makeParts(quality, checks, plan.plan_id));
    } catch (error) {
      shownFor = "";
      replace(panel, sayFailed(error, () => void load()));
    }
  };
  watch(["plan", "tab"], () => void load());
  void load();
  return panel;
}

function makeParts(quality: Quality, checks: Check[], plan: string): HTMLElement[] {
  const { counts } = quality;
  return [
    h(
      "dl",
      { class: "tiles" },
      ...(["communities", "sections", "clusters", "buildings", "households"] as const).map((name) =>
        h("div", {}, h("dt", {}, t(name)), h("dd", {}, formatNumber(counts[name]))),
      ),
    ),
    h("ul", { class: "shares" }, ...makeShares(quality)),
    h("section", {}, h("h3", {}, t("sizes")), makeHistogram(quality)),
    h("section", {}, h("h3", {}, t("sectionSizes")), makeSectionSizes(quality)),
    ...(checks.length ? [h("section", {}, h("h3", {}, t("checks")), makeChecks(checks, plan))] : []),
    h("section", {}, h("h3", {}, t("findings")), makeFindings(quality, plan)),
  ];
}

function makeShares(quality: Quality): HTMLElement[] {
  const { min, max } = withUsual(quality.rules);
  const { counts, liaisons, shelters } = quality;
  const inRange = quality.cluster_sizes.filter((size) => size.households >= min && size.households <= max);
  const right = quality.section_sizes.filter((size) => size.clusters === 2 || size.clusters === 3);
  const sections = sum(quality.section_sizes.map((size) => size.sections));
  return [
    share(t("inRange", { min, max }), sum(inRange.map((size) => size.clusters)), livedIn(quality), true),
    share(t("sectionsRight"), sum(right.map((size) => size.sections)), sections, true),
    share(t("liaisonCover"), liaisons.sections_with, sections, true),
    share(t("shelterCover"), shelters.people_placed, shelters.people, true),
    share(t("estimatedShare"), counts.households_estimated, counts.households, false),
  ].filter((row) => row !== null);
}

function share(name: string, part: number | null, whole: number | null, good: boolean): HTMLElement | null {
  if (part === null || !whole) return null;
  const grade = good ? (part / whole >= 0.95 ? "good" : part / whole >= 0.8 ? "fair" : "poor") : "plain";
  return h(
    "li",
    { class: grade },
    h("div", { class: "share-head" }, h("span", {}, name), h("strong", {}, formatShare(part, whole))),
    h("progress", { max: whole, value: part, "aria-label": name }),
    h("small", {}, t("ofWhole", { part: formatNumber(part), whole: formatNumber(whole) })),
  );
}

function makeSectionSizes(quality: Quality): HTMLElement {
  const most = Math.max(1, ...quality.section_sizes.map((size) => size.sections));
  return h(
    "ul",
    { class: "bars" },
    ...quality.section_sizes.map((size) =>
      h(
        "li",
        { class: size.clusters === 2 || size.clusters === 3 ? "good" : "poor" },
        h("span", { class: "bar-name" }, String(size.clusters)),
        h("progress", { max: most, value: size.sections, "aria-label": `${t("sectionSizes")} ${size.clusters}` }),
        h("span", { class: "bar-count" }, formatNumber(size.sections)),
      ),
    ),
  );
}

function makeFindings(quality: Quality, plan: string): HTMLElement {
  if (state.me?.role === "viewer") return h("p", { class: "hint" }, t("findingsHidden"));
  if (!quality.findings.length) return h("p", { class: "hint" }, t("findingsNone"));
  return h("div", { class: "findings" }, ...quality.findings.map((row) => makeRule(row, plan)));
}

function makeRule(row: Quality["findings"][number], plan: string): HTMLElement {
  const list = h("ul", { class: "plain finding-list" });
  const details = h(
    "details",
    { class: `rule ${row.severity}` },
    h("summary", {}, h("span", { class: `severity ${row.severity}` }, t(row.severity)), h("span", { class: "rule-name" }, row.names[getLanguage()]), h("span", { class: "count" }, formatNumber(row.count))),
    list,
  );
  const more = async (): Promise<void> => {
    list.querySelector(".more, .failure")?.remove();
    const found = await api.findings(plan, row.rule, list.childElementCount).catch((error: unknown) => {
      list.append(sayFailed(error, () => void more(), "li"));
      return [] as Finding[];
    });
    list.append(...found.map(makeFinding));
    if (list.childElementCount < row.count && found.length) {
      list.append(h("li", { class: "more" }, h("button", { type: "button", class: "quiet", onclick: () => void more() }, t("showMore"))));
    }
  };
  details.addEventListener("toggle", () => {
    if (details.open && !list.childElementCount) void more();
  });
  return details;
}

const KIND_OF_LAYER: Record<string, Kind> = {
  clusters: "cluster",
  sections: "section",
  grids: "grid",
  buildings: "building",
  communities: "community",
  shelters: "shelter",
};

function makeFinding(finding: Finding): HTMLElement {
  const kind = KIND_OF_LAYER[finding.layer];
  const go = (): void => {
    flyTo(finding.place);
    if (kind) change({ selection: { kind, id: finding.row_id } });
  };
  const words = finding.words[getLanguage()];
  const text = h("span", {}, h("strong", {}, finding.row_id), h("small", {}, words.said), h("small", { class: "action" }, words.advice));
  if (!finding.place && !kind) return h("li", { class: "finding" }, text);
  return h("li", {}, h("button", { type: "button", class: "finding", onclick: go }, icon("place"), text));
}
