// Layer switches, each with its legend.

import { h, replace, svg } from "../dom";
import {
  BUILDING_HOUSEHOLD_STEPS,
  FLOOR_STEPS,
  HOUSEHOLD_STEPS,
  RENTAL_STEPS,
  type Step,
  USES,
  USE_OTHER,
  clusterColour,
} from "../map/palette";
import { type BuildingFill, type ClusterFill, type LayerName, change, state, watch } from "../state";
import { type Word, t } from "../words";

export function makeLayers(): HTMLElement {
  const panel = h("div", { class: "layers" });
  const draw = (): void => replace(panel, ...ROWS.map(makeRow));
  watch(["layers", "clusterFill", "buildingFill"], draw);
  draw();
  return panel;
}

interface Row {
  name: LayerName;
  sign?: () => Element;
  legend: () => (Element | null)[];
}

const ROWS: Row[] = [
  { name: "communities", sign: () => lineSign("#7a2f2a", "4 2", 2), legend: () => [] },
  { name: "sections", sign: () => lineSign("#1f5a63", "", 2.4), legend: () => [] },
  { name: "clusters", legend: clusterLegend },
  { name: "rentals", legend: () => [disc("#b9602f", "rentalLegend")] },
  {
    name: "grids",
    legend: () => [line("#6b5a8e", "4 2", 1.6, "manager"), swatch("rgb(124 106 156 / 25%)", t("special"))],
  },
  { name: "buildings", legend: buildingLegend },
  { name: "shelters", legend: () => [disc("#2c6aa0", "indoor"), disc("#4f8a4c", "outdoor")] },
  {
    name: "barriers",
    legend: () => [line("#98a3a7", "", 4.5, "hard"), line("#c3c9cb", "", 2.6, "soft"), line("#d3d6d3", "", 1.2, "minor")],
  },
];

function makeRow(row: Row): HTMLElement {
  const on = state.layers[row.name];
  const box = h("input", {
    type: "checkbox",
    role: "switch",
    id: `layer-${row.name}`,
    onchange: (event: Event) => {
      const layers = { ...state.layers, [row.name]: (event.target as HTMLInputElement).checked };
      change({ layers });
      document.getElementById(`layer-${row.name}`)?.focus();
    },
  });
  box.checked = on;
  const legend = row.legend();
  return h(
    "section",
    { class: "layer" },
    h("label", { class: "layer-head", for: `layer-${row.name}` }, h("span", { class: "layer-name" }, t(row.name), row.sign?.()), box),
    on && legend.length ? h("ul", { class: "legend" }, ...legend) : null,
  );
}

function clusterLegend(): (Element | null)[] {
  const fills: [ClusterFill, Word][] = [
    ["distinct", "fillDistinct"],
    ["households", "fillHouseholds"],
    ["rentals", "fillRentals"],
    ["none", "fillNone"],
  ];
  const legends: Record<ClusterFill, () => (Element | null)[]> = {
    distinct: () => [shades()],
    households: () => steps(HOUSEHOLD_STEPS),
    rentals: () => steps(RENTAL_STEPS),
    none: () => [],
  };
  const choose = select("cluster-fill", "fill", fills, state.clusterFill, (fill) => change({ clusterFill: fill }));
  return [choose, ...legends[state.clusterFill]()];
}

function buildingLegend(): (Element | null)[] {
  const fills: [BuildingFill, Word][] = [
    ["plain", "byNothing"],
    ["use", "byUse"],
    ["households", "byHouseholds"],
    ["floors", "byFloors"],
  ];
  const legends: Record<BuildingFill, () => (Element | null)[]> = {
    plain: () => [],
    use: () => [...USES.map((kind) => swatch(kind.colour, t(kind.word))), swatch(USE_OTHER, t("useOther"))],
    households: () => steps(BUILDING_HOUSEHOLD_STEPS),
    floors: () => steps(FLOOR_STEPS),
  };
  const choose = select("building-fill", "buildingFill", fills, state.buildingFill, (fill) => change({ buildingFill: fill }));
  return [choose, ...legends[state.buildingFill]()];
}

function select<T extends string>(id: string, label: Word, options: [T, Word][], chosen: T, then: (value: T) => void): Element {
  const list = h(
    "select",
    {
      id,
      onchange: (event: Event) => {
        then((event.target as HTMLSelectElement).value as T);
        document.getElementById(id)?.focus();
      },
    },
    ...options.map(([value, word]) => h("option", { value, selected: value === chosen }, t(word))),
  );
  return h("li", { class: "legend-choice" }, h("label", { for: id }, t(label)), list);
}

function swatch(colour: string, text: string): Element {
  const box = svg("svg", { viewBox: "0 0 18 12", class: "key", "aria-hidden": "true" }, svg("rect", { x: 0.5, y: 0.5, width: 17, height: 11, rx: 2, fill: colour, stroke: "#00000022" }));
  return h("li", {}, box, h("span", {}, text));
}

function line(colour: string, dashes: string, width: number, word: Word): Element {
  return h("li", {}, lineSign(colour, dashes, width), h("span", {}, t(word)));
}

function lineSign(colour: string, dashes: string, width: number): Element {
  const stroke = svg("line", { x1: 0, y1: 6, x2: 18, y2: 6, stroke: colour, "stroke-width": width, "stroke-dasharray": dashes || null });
  return svg("svg", { viewBox: "0 0 18 12", class: "key", "aria-hidden": "true" }, stroke);
}

function disc(colour: string, word: Word): Element {
  const circle = svg("circle", { cx: 9, cy: 6, r: 5, fill: colour, stroke: "#fff", "stroke-width": 1 });
  return h("li", {}, svg("svg", { viewBox: "0 0 18 12", class: "key", "aria-hidden": "true" }, circle), h("span", {}, t(word)));
}

function shades(): Element {
  const boxes = [0, 1, 2, 3, 4, 5, 9, 10, 11].map((number, at) =>
    svg("rect", { x: at * 11 + Math.floor(at / 3) * 6, y: 0, width: 11, height: 12, fill: clusterColour(number, 3) }),
  );
  return h("li", { class: "legend-wide" }, svg("svg", { viewBox: "0 0 112 12", class: "ramp", "aria-hidden": "true" }, ...boxes), h("span", {}, t("legendDistinct")));
}

function steps(list: Step[]): Element[] {
  return list.map((step, at) => {
    const next = list[at + 1];
    const last = next ? next.from - 1 : null;
    const text = last === null ? `≥ ${step.from}` : last === step.from ? `${step.from}` : `${step.from}–${last}`;
    return swatch(step.colour, text);
  });
}
