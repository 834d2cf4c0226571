// Whose ground map it is, said on the map itself while one is shown.

import { h } from "../dom";
import { hasGround } from "../map/fade";
import { state, watch } from "../state";

export function makeCredit(): HTMLElement {
  const said = h("p", { class: "map-credit" });
  const draw = (): void => {
    said.textContent = creditShown();
    said.hidden = !said.textContent;
  };
  watch(["ground", "grounds"], draw);
  draw();
  return said;
}

/** The credit of the ground map that is shown; empty without one. */
export function creditShown(): string {
  return hasGround(state) ? (state.grounds?.credit ?? "") : "";
}
