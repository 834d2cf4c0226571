// Indicators: which one, by which areas, in which classes; what the colours mean, and the areas as a list.

import { Problem, api } from "../api";
import { h, replace } from "../dom";
import { MIN_ZOOMS } from "../map/style";
import { makeShades } from "../map/shade";
import { currentMap, flyTo } from "../map/view";
import { METHODS, type Shading, change, state, watch } from "../state";
import { AREA_LEVELS, type AreaLevel, type AreaMeasure, type AreaValues } from "../types";
import { type Word, formatNumber, t } from "../words";
import { sayFailed } from "./failure";
import { makeOpacity } from "./layers";
import { formatValue, nameMeasure, sayWhole, shadeRows } from "./legend";

const LEVEL_WORDS: Record<AreaLevel, Word> = {
  community: "levelCommunity",
  grid: "levelGrid",
  section: "levelSection",
  cluster: "levelCluster",
};
const SOURCES = { community: "communities", grid: "grids", section: "sections", cluster: "clusters" } as const;
const FIRST_ROWS = 60;

export function makeShadesPanel(): HTMLElement {
  const form = h("div", { class: "shade-form" });
  const legend = h("div", { class: "shade-legend", "aria-live": "polite" });
  let measures: AreaMeasure[] = [];
  let failed: unknown = null;
  const draw = (): void => {
    const id = form.contains(document.activeElement) ? document.activeElement?.id : "";
    replace(form, ...(failed ? [sayFailed(failed, () => void load())] : makeForm(measures)));
    if (id) document.getElementById(id)?.focus();
  };
  const drawLegend = (): void => replace(legend, ...makeLegend());
  watch(["shading"], draw);
  watch(["shading", "values", "plan", "valuesFailed"], drawLegend);
  const load = async (): Promise<void> => {
    try {
      measures = await api.measures();
      failed = null;
    } catch (error) {
      failed = error;
    }
    draw();
  };
  void load();
  return h("div", { class: "shades" }, form, legend);
}

/** Ask for the values whenever another indicator, level or plan is chosen. */
export function keepValues(): void {
  let asked = "";
  const load = async (): Promise<void> => {
    const { shading, plan } = state;
    const wanted = shading && plan ? `${plan.plan_id} ${shading.name} ${shading.level}` : "";
    if (wanted === asked) return;
    asked = wanted;
    if (state.valuesFailed) change({ valuesFailed: null });
    if (!shading || !plan) return change({ values: null });
    try {
      const values = await api.areaValues(plan.plan_id, shading.name, shading.level);
      if (asked === wanted) change({ values });
    } catch (error) {
      if (asked !== wanted) return;
      asked = "";
      // an indicator that a link names and nobody knows is let go of; one that did not come may be asked for again
      const unknown = error instanceof Problem && error.status >= 400 && error.status < 429;
      change(unknown ? { values: null, shading: null } : { values: null, valuesFailed: error });
    }
  };
  watch(["shading", "plan"], () => void load());
  void load();
}

function makeForm(measures: AreaMeasure[]): HTMLElement[] {
  const { shading } = state;
  const chosen = measures.find((one) => one.name === shading?.name);
  const pick = (name: string): void => change({ shading: start(measures.find((one) => one.name === name)) });
  const group = (word: Word, rate: boolean): HTMLElement => {
    const own = measures.filter((one) => (one.kind === "ratio") === rate);
    return h("optgroup", { label: t(word) }, ...own.map((one) => h("option", { value: one.name, selected: one === chosen }, nameMeasure(one))));
  };
  const list = h(
    "select",
    { id: "shade-name", onchange: (event: Event) => pick((event.target as HTMLSelectElement).value) },
    h("option", { value: "", selected: !chosen }, t("noIndicator")),
    group("counts", false),
    group("rates", true),
  );
  const first = h("div", { class: "field" }, h("label", { for: "shade-name" }, t("indicator")), list);
  if (!shading || !chosen) return [first, h("p", { class: "hint shade-lead" }, t("shadesLead"))];
  return [first, makeLevels(chosen, shading), makeMethod(chosen, shading), makeOpacity("shades", t("shades"))];
}

/** Keep level and classes where the new indicator knows them. */
function start(measure: AreaMeasure | undefined): Shading | null {
  if (!measure) return null;
  const before = state.shading;
  const level = before && measure.levels.includes(before.level) ? before.level : (measure.levels.find((one) => one === "section") ?? measure.levels[0] ?? "community");
  const usual = measure.target_ratio !== null && measure.kind === "ratio" ? "target" : "natural";
  const method = before && (before.method !== "target" || usual === "target") ? before.method : usual;
  return { name: measure.name, level, method, classes: before?.classes ?? 5 };
}

function makeLevels(measure: AreaMeasure, shading: Shading): HTMLElement {
  const radios = AREA_LEVELS.map((level) => {
    const radio = h("input", {
      type: "radio",
      name: "shade-level",
      id: `shade-${level}`,
      value: level,
      disabled: !measure.levels.includes(level),
      onchange: () => change({ shading: { ...shading, level } }),
    });
    radio.checked = level === shading.level;
    return h("label", { for: `shade-${level}`, class: "segment" }, radio, h("span", {}, t(LEVEL_WORDS[level])));
  });
  return h("fieldset", { class: "field segments" }, h("legend", {}, t("areasBy")), h("div", { class: "segment-row" }, ...radios));
}

function makeMethod(measure: AreaMeasure, shading: Shading): HTMLElement {
  const methods = METHODS.filter((method) => method !== "target" || (measure.kind === "ratio" && measure.target_ratio !== null));
  const list = h(
    "select",
    {
      id: "shade-method",
      onchange: (event: Event) => change({ shading: { ...shading, method: (event.target as HTMLSelectElement).value as Shading["method"] } }),
    },
    ...methods.map((method) => h("option", { value: method, selected: method === shading.method }, t(method))),
  );
  const counts = h(
    "select",
    { id: "shade-classes", "aria-label": t("classCount"), onchange: (event: Event) => change({ shading: { ...shading, classes: Number((event.target as HTMLSelectElement).value) } }) },
    ...[3, 4, 5, 6, 7].map((count) => h("option", { value: count, selected: count === shading.classes }, t("classCountSaid", { count }))),
  );
  return h("div", { class: "field" }, h("label", { for: "shade-method" }, t("method")), h("div", { class: "field-pair" }, list, counts));
}

function makeLegend(): HTMLElement[] {
  const { values, shading } = state;
  const shades = makeShades(state);
  if (!shading) return [];
  // the shading is set anew, so that whoever keeps its values asks again
  if (state.valuesFailed) return [sayFailed(state.valuesFailed, () => change({ shading: { ...shading } }))];
  if (!values || !shades) return [h("p", { class: "hint" }, t("loading"))];
  const zoom = currentMap()?.getZoom() ?? 20;
  const tooFar = zoom < MIN_ZOOMS[SOURCES[shading.level]];
  return [
    h("h3", {}, nameMeasure(values)),
    ...sayWhole(values).map((text) => h("p", { class: "shade-whole" }, text)),
    ...(tooFar ? [h("p", { class: "note" }, t("zoomToSee"))] : []),
    h("ul", { class: "legend legend-shades" }, ...shadeRows(shades, values)),
    ...(shades.hidden ? [h("p", { class: "layer-hint" }, t("hiddenWhy"))] : []),
    makeList(values),
  ];
}

/** The same values in words, for reading and for those who do not see the map. */
function makeList(values: AreaValues): HTMLElement {
  const order = values.ids.map((_, at) => at).filter((at) => values.values[at] !== null);
  order.sort((a, b) => (values.values[b] ?? 0) - (values.values[a] ?? 0));
  const rows = order.slice(0, FIRST_ROWS).map((at) => {
    const go = async (): Promise<void> => {
      const id = values.ids[at] ?? "";
      change({ selection: { kind: values.level, id } });
      const facts = await api.facts(state.plan?.plan_id ?? "", values.level, id).catch(() => null);
      flyTo(facts?.bounds ?? null);
    };
    const name = h("button", { type: "button", class: "link", onclick: () => void go() }, values.names[at] ?? "");
    return h("li", {}, name, h("span", {}, formatValue(values.values[at] ?? null, values)));
  });
  const hint = order.length > FIRST_ROWS ? h("p", { class: "layer-hint" }, t("listFirst", { count: formatNumber(FIRST_ROWS) })) : null;
  return h("details", { class: "area-list" }, h("summary", {}, t("listAreas")), hint, h("ol", { class: "plain" }, ...rows));
}
