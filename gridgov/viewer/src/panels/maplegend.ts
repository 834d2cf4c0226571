// A small legend on the map itself while areas are shaded.

import { h, icon, replace } from "../dom";
import { makeShades } from "../map/shade";
import { change, state, watch } from "../state";
import { t } from "../words";
import { nameMeasure, shadeRows } from "./legend";

export function makeMapLegend(): HTMLElement {
  const card = h("aside", { class: "map-legend", "aria-label": t("shadeLegend"), hidden: true });
  const draw = (): void => {
    const shades = makeShades(state);
    card.hidden = !shades;
    if (!shades || !state.values) return;
    const off = h("button", { type: "button", class: "close", "aria-label": t("noIndicator"), onclick: () => change({ shading: null }) }, icon("close"));
    replace(card, h("strong", {}, nameMeasure(state.values)), off, h("ul", { class: "legend" }, ...shadeRows(shades, state.values)));
  };
  watch(["shading", "values"], draw);
  draw();
  return card;
}
