// A tower drawn storey by storey: one column a unit, one block a band of storeys, coloured by cluster.

import { h, svg } from "../dom";
import { clusterColour } from "../map/palette";
import { change, state } from "../state";
import type { StackPart } from "../types";
import { t } from "../words";

const WIDTH = 300;
const LEFT = 34;
const TOP = 18;

/** The diagram, or null for a building that is not divided by storeys. */
export function makeTower(stack: StackPart[], floors: number | null): HTMLElement | null {
  const parts = joinBands(stack.filter((part) => part.storey_from !== null && part.storey_to !== null));
  if (parts.length < 2) return null;
  const units = [...new Set(parts.map((part) => part.unit ?? 0))].sort((a, b) => a - b);
  const storeys = Math.max(floors ?? 0, ...parts.map((part) => part.storey_to ?? 0));
  const rise = Math.max(5, Math.min(16, 380 / storeys));
  const height = TOP + storeys * rise + 18;
  const wide = (WIDTH - LEFT - 4) / units.length;
  const yOf = (storey: number): number => TOP + (storeys - storey) * rise;
  const blocks = parts.map((part) => {
    const x = LEFT + units.indexOf(part.unit ?? 0) * wide + 1.5;
    const from = part.storey_from ?? 1;
    const to = part.storey_to ?? from;
    return makeBlock(part, x, yOf(to), wide - 3, (to - from + 1) * rise - 1.5);
  });
  const drawing = svg(
    "svg",
    { viewBox: `0 0 ${WIDTH} ${height}`, class: "tower", role: "group", "aria-label": t("tower") },
    ...makeScale(storeys, yOf, rise),
    ...units.map((unit, at) => label(LEFT + at * wide + wide / 2, 11, units.length > 6 ? String(unit || "") : unit ? t("unitNumber", { unit }) : "", "middle")),
    ...blocks,
    svg("line", { x1: LEFT - 4, x2: WIDTH, y1: yOf(0) + 0.5, y2: yOf(0) + 0.5, stroke: "#6b777b", "stroke-width": 2 }),
  );
  return h("section", {}, h("h3", {}, t("tower")), h("p", { class: "hint" }, t("towerHint")), drawing);
}

/** Storeys of one unit that follow one another in one cluster become one band. */
function joinBands(parts: StackPart[]): StackPart[] {
  const sorted = [...parts].sort((a, b) => (a.unit ?? 0) - (b.unit ?? 0) || (a.storey_from ?? 0) - (b.storey_from ?? 0));
  const bands: StackPart[] = [];
  for (const part of sorted) {
    const last = bands.at(-1);
    const follows = last && last.unit === part.unit && last.cluster_id === part.cluster_id && (last.storey_to ?? 0) + 1 >= (part.storey_from ?? 0);
    if (follows) bands[bands.length - 1] = { ...last, storey_to: part.storey_to, households: last.households + part.households };
    else bands.push(part);
  }
  return bands;
}

function makeBlock(part: StackPart, x: number, y: number, width: number, height: number): SVGElement {
  const number = state.colours?.clusters[part.cluster_id ?? ""];
  const colour = number === undefined ? "#d7dcda" : clusterColour(number, state.colours?.shades ?? 3);
  const name = part.cluster_name ?? part.cluster_code ?? t("noCluster");
  const said = `${name} · ${storeysOf(part)} · ${t("householdsUnit", { count: part.households })}`;
  const choose = (): void => {
    if (part.cluster_id) change({ selection: { kind: "cluster", id: part.cluster_id } });
  };
  const short = shorten(name, Math.floor(width / 11));
  const block = svg(
    "rect",
    { x, y, width, height, rx: 2.5, fill: colour, class: "block", tabindex: 0, role: "button", "aria-label": said, onclick: choose },
    svg("title", {}, said),
  );
  const words = [
    height >= 13 ? label(x + width / 2, y + height / 2 + (height > 30 ? -2 : 4), short, "middle", "block-name") : null,
    height > 30 ? label(x + width / 2, y + height / 2 + 12, t("householdsUnit", { count: part.households }), "middle", "block-count") : null,
  ];
  block.addEventListener("keydown", (event) => {
    if (event instanceof KeyboardEvent && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      choose();
    }
  });
  return svg("g", {}, block, ...words);
}

function makeScale(storeys: number, yOf: (storey: number) => number, rise: number): SVGElement[] {
  const step = storeys <= 12 ? 2 : storeys <= 24 ? 4 : 5;
  const marks: SVGElement[] = [];
  for (let storey = 1; storey <= storeys; storey += storey === 1 ? step - 1 : step) {
    const y = yOf(storey) + rise / 2;
    marks.push(label(LEFT - 8, y + 3.5, String(storey), "end", "scale"));
  }
  return marks;
}

function label(x: number, y: number, text: string, anchor: string, kind = "scale"): SVGElement {
  return svg("text", { x, y, "text-anchor": anchor, class: kind, "aria-hidden": "true" }, text);
}

function shorten(text: string, letters: number): string {
  return text.length <= letters ? text : letters < 3 ? "" : `…${text.slice(-(letters - 1))}`;
}

export function storeysOf(part: { unit: number | null; storey_from: number | null; storey_to: number | null }): string {
  const unit = part.unit ? t("unitNumber", { unit: part.unit }) : "";
  if (part.storey_from === null) return unit || t("wholeBuilding");
  const { storey_from: from, storey_to: to } = part;
  const storeys = to === null || from === to ? t("storeyOne", { from }) : t("storeysRange", { from, to });
  return [unit, storeys].filter(Boolean).join(" ");
}
