// The legend of a printed page: what is switched on, and nothing else.

import { h } from "../dom";
import { makeShades } from "../map/shade";
import { state } from "../state";
import { t } from "../words";
import { ROWS } from "./layers";
import { line, nameMeasure, sayWhole, shadeRows } from "./legend";

export function makePaperLegend(): HTMLElement {
  const shades = makeShades(state);
  const groups: HTMLElement[] = [];
  if (shades && state.values) groups.push(makeGroup(nameMeasure(state.values), shadeRows(shades, state.values), sayWhole(state.values).join(" · ")));
  const borders = [
    state.layers.communities ? line("#7a2f2a", "4 2", 2, "communities") : null,
    state.layers.sections ? line("#1f5a63", "", 2.4, "sections") : null,
    state.layers.clusters ? line("#4f6a6b", "", 1, "clusters") : null,
  ].filter((row) => row !== null);
  if (borders.length) groups.push(makeGroup(t("areas"), borders));
  for (const row of ROWS.filter((one) => state.layers[one.name] && !["communities", "sections"].includes(one.name))) {
    if (shades && ["clusters", "buildings"].includes(row.name)) continue;
    const rows = row.legend();
    if (rows.length) groups.push(makeGroup(t(row.name), rows));
  }
  return h("div", { class: "paper-legend" }, ...groups);
}

function makeGroup(title: string, rows: HTMLElement[], whole = ""): HTMLElement {
  return h("section", {}, h("h2", {}, title), h("ul", { class: "legend" }, ...rows), whole ? h("p", {}, whole) : null);
}
