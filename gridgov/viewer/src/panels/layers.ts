// Layer switches, each with its legend and its opacity, the labels, and the ground map.

import { h, replace } from "../dom";
import { BUILDING_HOUSEHOLD_STEPS, FLOOR_STEPS, HOUSEHOLD_STEPS, RENTAL_STEPS } from "../map/palette";
import { type BuildingFill, type ClusterFill, type LayerName, type State, change, state, watch } from "../state";
import { type Word, formatNumber, t } from "../words";
import { disc, hues, line, lineSign, steps, swatch, uses } from "./legend";

export function makeLayers(): HTMLElement {
  const panel = h("div", { class: "layers" });
  const draw = (): void => replace(panel, makeLabels(), ...ROWS.map(makeRow), makeGround(), makeReset());
  watch(["layers", "labels", "clusterFill", "buildingFill", "ground", "shading"], () => keepFocus(panel, draw));
  draw();
  return panel;
}

/** Draw anew and leave the focus where it was. */
function keepFocus(panel: HTMLElement, draw: () => void): void {
  const id = panel.contains(document.activeElement) ? document.activeElement?.id : "";
  draw();
  if (id) document.getElementById(id)?.focus();
}

export interface Row {
  name: LayerName;
  sign?: () => Element;
  legend: () => HTMLElement[];
}

export const ROWS: Row[] = [
  { name: "communities", sign: () => lineSign("#7a2f2a", "4 2", 2), legend: () => [] },
  { name: "sections", sign: () => lineSign("#1f5a63", "", 2.4), legend: () => [] },
  { name: "clusters", legend: () => CLUSTER_LEGENDS[state.clusterFill]() },
  { name: "rentals", legend: () => [disc("#b9602f", "rentalLegend")] },
  {
    name: "grids",
    legend: () => [line("#6b5a8e", "4 2", 1.6, "manager"), swatch("rgb(124 106 156 / 25%)", t("special"))],
  },
  { name: "buildings", legend: () => BUILDING_LEGENDS[state.buildingFill]() },
  { name: "shelters", legend: () => [disc("#2c6aa0", "indoor"), disc("#4f8a4c", "outdoor")] },
  {
    name: "barriers",
    legend: () => [line("#98a3a7", "", 4.5, "hard"), line("#c3c9cb", "", 2.6, "soft"), line("#d3d6d3", "", 1.2, "minor")],
  },
];

const CLUSTER_LEGENDS: Record<ClusterFill, () => HTMLElement[]> = {
  distinct: () => [hues()],
  households: () => steps(HOUSEHOLD_STEPS),
  rentals: () => steps(RENTAL_STEPS),
  none: () => [],
};
const BUILDING_LEGENDS: Record<BuildingFill, () => HTMLElement[]> = {
  plain: () => [],
  use: uses,
  households: () => steps(BUILDING_HOUSEHOLD_STEPS),
  floors: () => steps(FLOOR_STEPS),
};
const CLUSTER_FILLS: [ClusterFill, Word][] = [
  ["distinct", "fillDistinct"],
  ["households", "fillHouseholds"],
  ["rentals", "fillRentals"],
  ["none", "fillNone"],
];
const BUILDING_FILLS: [BuildingFill, Word][] = [
  ["plain", "byNothing"],
  ["use", "byUse"],
  ["households", "byHouseholds"],
  ["floors", "byFloors"],
];

function makeRow(row: Row): HTMLElement {
  const on = state.layers[row.name];
  const flip = (checked: boolean): void => change({ layers: { ...state.layers, [row.name]: checked } });
  const choices: Partial<Record<LayerName, () => Element>> = {
    clusters: () => select("cluster-fill", "fill", CLUSTER_FILLS, state.clusterFill, (clusterFill) => change({ clusterFill })),
    buildings: () => select("building-fill", "buildingFill", BUILDING_FILLS, state.buildingFill, (buildingFill) => change({ buildingFill })),
  };
  const legend = [choices[row.name]?.(), ...row.legend()].filter((part) => part !== undefined);
  const section = makeSwitch(`layer-${row.name}`, t(row.name), on, flip, row.sign?.());
  if (!on) return section;
  section.append(makeOpacity(row.name, t(row.name)));
  if (legend.length) section.append(h("ul", { class: "legend" }, ...legend));
  return section;
}

function makeSwitch(id: string, name: string, on: boolean, flip: (checked: boolean) => void, sign?: Element): HTMLElement {
  const box = h("input", { type: "checkbox", role: "switch", id, onchange: (event: Event) => flip((event.target as HTMLInputElement).checked) });
  box.checked = on;
  return h("section", { class: "layer" }, h("label", { class: "layer-head", for: id }, h("span", { class: "layer-name" }, name, sign), box));
}

/** A slider from 0 to 100 %. */
export function makeOpacity(name: keyof State["opacity"], shown: string): HTMLElement {
  const share = Math.round(100 * (state.opacity[name] ?? 1));
  const said = h("output", { class: "opacity-said" }, `${formatNumber(share)}%`);
  const slider = h("input", {
    type: "range",
    id: `opacity-${name}`,
    min: 0,
    max: 100,
    step: 5,
    value: share,
    "aria-label": t("opacityOf", { name: shown }),
    oninput: (event: Event) => {
      const chosen = Number((event.target as HTMLInputElement).value);
      said.textContent = `${formatNumber(chosen)}%`;
      change({ opacity: { ...state.opacity, [name]: chosen / 100 } });
    },
  });
  return h("div", { class: "opacity" }, h("span", { "aria-hidden": "true" }, t("opacity")), slider, said);
}

function makeLabels(): HTMLElement {
  const section = makeSwitch("layer-labels", t("labels"), state.labels, (labels) => change({ labels }));
  section.append(h("p", { class: "layer-hint" }, t("labelsHint")));
  return section;
}

const GROUNDS: Record<string, Word> = { map: "groundMap", image: "groundImage", file: "groundFile" };

function makeGround(): HTMLElement {
  const choices = state.grounds?.choices ?? [];
  const head = h("span", { class: "layer-head" }, t("ground"));
  if (!choices.length) return h("section", { class: "layer" }, head, h("p", { class: "layer-hint" }, t("groundUnset")));
  const options: [string, Word][] = [["none", "groundNone"], ...choices.map(({ name }): [string, Word] => [name, GROUNDS[name] ?? "groundMap"])];
  const choose = select("ground", "ground", options, state.ground ?? "none", (ground) => change({ ground }));
  const section = h("section", { class: "layer" }, h("ul", { class: "legend ground-choice" }, choose));
  if (state.ground !== "none") section.append(makeOpacity("ground", t("ground")));
  if (state.grounds?.credit) section.append(h("p", { class: "layer-hint" }, state.grounds.credit));
  return section;
}

const USUAL = { layers: { ...state.layers }, labels: true, opacity: {}, clusterFill: state.clusterFill, buildingFill: state.buildingFill };

function makeReset(): HTMLElement {
  const reset = (): void => change({ ...USUAL, layers: { ...USUAL.layers } });
  return h("button", { type: "button", class: "quiet reset", id: "reset-layers", onclick: reset }, t("resetLayers"));
}

export function select<T extends string>(id: string, label: Word, options: [T, Word][], chosen: T, then: (value: T) => void): HTMLElement {
  const list = h(
    "select",
    { id, onchange: (event: Event) => then((event.target as HTMLSelectElement).value as T) },
    ...options.map(([value, word]) => h("option", { value, selected: value === chosen }, t(word))),
  );
  return h("li", { class: "legend-choice" }, h("label", { for: id }, t(label)), list);
}
