// The map of the public page: communities coloured by a figure, or sections by bands of households. SVG, no WebGL.

import { h, replace, svg } from "./dom";
import { type Place, boundsOf, frameOf, nameAt, pathOf, placeNames } from "./map/flat";
import type { Area, Figure, PublicPage, Row } from "./types_public";
import { type Word, formatNumber, t } from "./words";

export const NAMES: Record<Figure, Word> = {
  households: "publicHouseholds",
  clusters: "publicClusters",
  sections: "publicSections",
  grids: "gridCount",
  buildings: "buildings",
  shelters: "publicShelters",
  rental_houses: "publicRentals",
  liaison: "publicLiaison",
  shelter: "publicShelter",
  letters: "publicLetters",
};
export const SHARES: readonly Figure[] = ["liaison", "shelter", "letters"];

const BY_SECTION = "by-section";
const SHADED: Figure[] = ["households", "rental_houses", "shelters", "liaison", "shelter", "letters"];
const RAMP = ["#e6efe9", "#c0d9cf", "#8fbdb4", "#549494", "#2a6472"];
const HIDDEN = "#e3e1da";
const MOST_NAMES = 40;

let shaded: Figure | typeof BY_SECTION = "households";

/** A figure in words; null is withheld. */
export function say(figure: Figure, value: number | null): string {
  if (value === null) return t("publicHidden");
  return SHARES.includes(figure) ? t("publicPercent", { share: formatNumber(value) }) : formatNumber(value);
}

export function makeMap(page: PublicPage): HTMLElement {
  const list = makeChoice(page, () => paint());
  const legend = h("ul", { class: "public-legend" });
  const drawing = svg("svg", { class: "public-map", role: "img" });
  const paint = (): void => {
    const name = shaded === BY_SECTION ? t("publicBySection") : t(NAMES[shaded]);
    drawing.setAttribute("aria-label", `${t("publicMap")}: ${name}`);
    const [shapes, keys] = shaded === BY_SECTION ? paintSections(page) : paintCommunities(page, shaded);
    replace(drawing, ...shapes, ...nameCommunities(page));
    replace(legend, ...keys);
    if (frame) placeNames(drawing, frame);
  };
  const rings = page.outlines.features.flatMap(ringsOf);
  const frame = rings.length ? frameOf(boundsOf(rings)) : null;
  if (frame) {
    drawing.setAttribute("viewBox", `${frame.x} ${frame.y} ${frame.width} ${frame.height}`);
    new ResizeObserver(() => placeNames(drawing, frame)).observe(drawing);
  }
  paint();
  return h("section", { class: "card public-map-card" }, h("div", { class: "card-head" }, h("h3", {}, t("publicMap")), h("label", { for: "public-shade", class: "visually-hidden" }, t("publicShade")), list), drawing, legend);
}

function makeChoice(page: PublicPage, paint: () => void): HTMLElement {
  const options: [typeof shaded, string][] = SHADED.map((figure) => [figure, t(NAMES[figure])]);
  if (page.sections.features.length) options.splice(1, 0, [BY_SECTION, t("publicBySection")]);
  const list = h(
    "select",
    {
      id: "public-shade",
      onchange: () => {
        shaded = list.value as typeof shaded;
        paint();
      },
    },
    ...options.map(([value, name]) => h("option", { value, selected: value === shaded }, name)),
  );
  return list;
}

function paintCommunities(page: PublicPage, figure: Figure): [SVGElement[], HTMLElement[]] {
  const rows = new Map(page.figures.filter((row) => row.level === "community").map((row) => [row.id, row]));
  const values = [...rows.values()].map((row: Row) => row[figure]);
  const steps = stepsOf(values, SHARES.includes(figure));
  const shapes = page.outlines.features.map((one) => {
    const value = rows.get(one.properties.id)?.[figure] ?? null;
    const tint = value === null ? HIDDEN : RAMP[steps.filter((step) => value >= step).length];
    return svg("path", { d: pathOf(ringsOf(one)), fill: tint, class: "public-shape" }, svg("title", {}, `${one.properties.name}: ${say(figure, value)}`));
  });
  const end = SHARES.includes(figure) ? "%" : "";
  return [shapes, makeKeys(steps, end, values.includes(null))];
}

/** Sections are told by bands only: fixed ones, so that the same colour is the same everywhere and always. */
function paintSections(page: PublicPage): [SVGElement[], HTMLElement[]] {
  const { bands, features } = page.sections;
  const names = new Map(page.outlines.features.map((one) => [one.properties.id, one.properties.name]));
  const shapes = features.map((one) => {
    const { band, community } = one.properties;
    const said = band === null ? t("publicHidden") : bandName(bands, band, "");
    const tint = band === null ? HIDDEN : RAMP[band];
    return svg("path", { d: pathOf(ringsOf(one)), fill: tint, class: "public-section" }, svg("title", {}, `${names.get(community) ?? ""} · ${t("publicBySection")}: ${said}`));
  });
  const edges = page.outlines.features.map((one) => svg("path", { d: pathOf(ringsOf(one)), class: "public-edge" }));
  return [[...shapes, ...edges], makeKeys(bands, "", features.some((one) => one.properties.band === null))];
}

function nameCommunities(page: PublicPage): SVGElement[] {
  if (page.outlines.features.length > MOST_NAMES) return [];
  const households = new Map(page.figures.map((row) => [row.id, row.households ?? 0]));
  const places = page.outlines.features.map((one) => one.properties);
  places.sort((a, b) => (households.get(b.id) ?? 0) - (households.get(a.id) ?? 0));
  return places.map((one) => nameAt(one.at, one.name));
}

function ringsOf({ geometry }: Area<unknown>): Place[][] {
  return geometry.type === "Polygon" ? geometry.coordinates : geometry.coordinates.flat();
}

function makeKeys(steps: number[], end: string, hidden: boolean): HTMLElement[] {
  const bands = RAMP.slice(0, steps.length + 1).map((tint, at) => makeKey(tint, bandName(steps, at, end)));
  return hidden ? [...bands, makeKey(HIDDEN, t("publicHidden"))] : bands;
}

function makeKey(tint: string, name: string): HTMLElement {
  return h("li", {}, svg("svg", { class: "key", viewBox: "0 0 20 13", "aria-hidden": "true" }, svg("rect", { width: 20, height: 13, rx: 3, fill: tint })), h("span", {}, name));
}

/** Where one class ends and the next begins: fixed for shares, by fifths for counts. */
function stepsOf(values: (number | null)[], share: boolean): number[] {
  if (share) return [80, 90, 95, 100];
  const known = values.filter((value): value is number => value !== null).sort((a, b) => a - b);
  const steps = [0.2, 0.4, 0.6, 0.8].map((part) => known[Math.floor(part * known.length)] ?? 0);
  return [...new Set(steps)].filter((step) => step > (known[0] ?? 0));
}

function bandName(steps: number[], at: number, end: string): string {
  const [from, to] = [steps[at - 1], steps[at]];
  if (from === undefined) return to === undefined ? "" : `< ${formatNumber(to)}${end}`;
  return to === undefined ? `≥ ${formatNumber(from)}${end}` : `${formatNumber(from)}–${formatNumber(to - 1)}${end}`;
}
