// Homes and residents of who answers for them: the own grids, a place with its counts, a home with who lives in it.

import { Problem } from "../api";
import { people } from "../api_people";
import { h, icon, replace } from "../dom";
import { flyTo } from "../map/view";
import { change, state, watch } from "../state";
import type { Bounds } from "../types";
import { type Counts, type Home, type HomeBuilding, type HomeGrid, type Homes, NEEDS, type Need, PLACES, type PlaceKind } from "../types_people";
import { formatNumber, t } from "../words";
import { sayFailed } from "./failure";
import { nameOf } from "./links";
import { makeFind } from "./people_find";
import { makeResident, needBadges, sayFailure, sayRoom } from "./people_rows";

interface Place {
  kind: PlaceKind;
  id: string;
}

/** Below this width the facts lie over the panel, so that going to a place must not open them. */
const WIDE = window.matchMedia("(min-width: 761px)");

export function makePeople(): HTMLElement {
  const body = h("div", { class: "people-body" });
  let place: Place | null = placeOf();
  let shown: string | null = null;
  let asked = 0;
  const load = async (): Promise<void> => {
    const wanted = place ? `${place.kind}:${place.id}` : "";
    // what is looked at is noted in the audit, so nothing is asked for that nobody sees
    if (state.tab !== "residents" || shown === wanted) return;
    shown = wanted;
    const mine = ++asked;
    body.setAttribute("aria-busy", "true");
    try {
      const parts = place ? placeParts(await people.homes(place.kind, place.id), go) : gridParts(await people.grids(), go);
      if (mine === asked) replace(body, ...parts);
    } catch (error) {
      const missing = error instanceof Problem && error.status === 404;
      if (mine === asked) replace(body, place ? backButton(go) : null, missing ? h("p", { class: "hint" }, t("homesNot")) : sayFailed(error, () => void load()));
      if (!missing) shown = null;
    }
    if (mine === asked) body.removeAttribute("aria-busy");
  };
  const go = (next: Place | null, bounds: Bounds | null): void => {
    place = next;
    if (bounds) flyTo(bounds);
    if (WIDE.matches) change({ selection: next });
    void load().then(() => body.querySelector<HTMLElement>("h3")?.focus());
  };
  watch(["selection"], () => {
    place = placeOf() ?? place;
    void load();
  });
  watch(["tab"], () => void load());
  void load();
  return h("div", { class: "people" }, h("p", { class: "people-lead" }, t("residentsLead")), makeFind((id) => go({ kind: "building", id }, null)), body);
}

type Go = (place: Place | null, bounds: Bounds | null) => void;

function placeOf(): Place | null {
  const { selection } = state;
  const kind = PLACES.find((one) => one === selection?.kind);
  return kind && selection ? { kind, id: selection.id } : null;
}

function gridParts(grids: HomeGrid[], go: Go): HTMLElement[] {
  const list = filtered(grids, (grid) => partRow(nameOf(grid), grid.community, grid, () => go({ kind: "grid", id: grid.id }, grid.bounds)));
  return [title(t("myGrids")), ...(grids.length ? list : [h("p", { class: "hint" }, t("myGridsNone"))])];
}

function placeParts(homes: Homes, go: Go): (HTMLElement | null)[] {
  const rows = homes.kind === "building" ? filtered(homes.homes, homeRow) : filtered(homes.buildings, (one) => buildingRow(one, go));
  return [
    backButton(go),
    h("span", { class: `kind kind-${homes.kind}` }, t(homes.kind)),
    title(homes.name || homes.address || homes.code || homes.id),
    countTiles(homes),
    ...(homes.households ? [h("h4", {}, t(homes.kind === "building" ? "homesHomes" : "homesBuildings")), ...rows] : [h("p", { class: "hint" }, t("homesNone"))]),
  ];
}

function title(text: string): HTMLElement {
  return h("h3", { tabindex: "-1" }, text);
}

function backButton(go: Go): HTMLElement {
  return h("button", { type: "button", class: "quiet people-back", onclick: () => go(null, null) }, t("backToGrids"));
}

function countTiles(counts: Counts): HTMLElement {
  const names = ["households", "residents", ...NEEDS] as const;
  return h("dl", { class: "tiles people-tiles" }, ...names.map((name) => h("div", {}, h("dt", {}, t(name)), h("dd", {}, formatNumber(counts[name])))));
}

/** A list with a choice above it: only what has residents with a need. */
function filtered<Row extends Counts>(rows: Row[], make: (row: Row) => HTMLElement): HTMLElement[] {
  const list = h("ul", { class: "plain people-list" });
  const count = h("span", { class: "people-shown", role: "status" });
  const options = NEEDS.filter((need) => rows.some((row) => row[need] > 0)).map((need) => h("option", { value: need }, t(need)));
  const choice = h("select", { id: "people-need" }, h("option", { value: "" }, t("homesAll")), ...options);
  const draw = (): void => {
    const need = choice.value as Need | "";
    const shown = need ? rows.filter((row) => row[need] > 0) : rows;
    replace(list, ...shown.map(make));
    count.textContent = need ? t("homesFiltered", { shown: formatNumber(shown.length), all: formatNumber(rows.length) }) : "";
  };
  choice.addEventListener("change", draw);
  draw();
  const head = options.length ? [h("div", { class: "people-filter" }, h("label", { for: choice.id }, t("homesFilter")), choice, count)] : [];
  return [...head, list];
}

function buildingRow(building: HomeBuilding, go: Go): HTMLElement {
  const note = building.name ? building.address : null;
  return partRow(building.name || building.address || building.id, note, building, () => go({ kind: "building", id: building.id }, building.bounds));
}

function partRow(name: string, note: string | null, counts: Counts, open: () => void): HTMLElement {
  const sums = [t("householdsUnit", { count: formatNumber(counts.households) }), t("residentsCount", { count: formatNumber(counts.residents) })];
  const text = h("span", { class: "people-text" }, h("strong", {}, name), note ? h("small", {}, note) : null, h("small", {}, sums.join(" · ")), needBadges(counts));
  return h("li", {}, h("button", { type: "button", class: "people-part", onclick: open }, text, icon("chevron")));
}

function homeRow(home: Home): HTMLElement {
  const list = h("ul", { class: "plain people-residents" });
  const details = h(
    "details",
    { class: "people-home" },
    h("summary", {}, h("span", { class: "people-text" }, h("strong", {}, sayRoom(home) || home.id), h("small", {}, t("residentsCount", { count: formatNumber(home.residents) })), needBadges(home))),
    list,
  );
  details.addEventListener("toggle", () => {
    if (!details.open || list.childElementCount) return;
    people
      .household(home.id)
      .then((found) => replace(list, ...(found.length ? found.map((one) => makeResident(one)) : [h("li", {}, t("homeEmpty"))])))
      .catch((error: unknown) => replace(list, h("li", { class: "warn" }, sayFailure(error))));
  });
  return h("li", {}, details);
}
