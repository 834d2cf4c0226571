// The public page: figures by community for anybody, as tiles, a map and a table. It draws without WebGL.

import { Problem, get } from "./api";
import { h, icon, replace, svg } from "./dom";
import { type Place, boundsOf, frameOf, pathOf, project } from "./map/flat";
import "./styles/base.css";
import "./styles/flat.css";
import "./styles/pages.css";
import type { Language } from "./types";
import { type Word, formatNumber, getLanguage, guessLanguage, setLanguage, t } from "./words";

type Figure = "households" | "clusters" | "sections" | "grids" | "buildings" | "shelters" | "rental_houses" | "liaison" | "shelter" | "letters";
type Row = { level: "district" | "subdistrict" | "community"; id: string; parent_id: string | null; name: string } & Record<Figure, number | null>;

interface Outline {
  properties: { id: string; name: string; at: Place };
  geometry: { type: "Polygon"; coordinates: Place[][] } | { type: "MultiPolygon"; coordinates: Place[][][] };
}

interface PublicPage {
  plan: { name: string; published_from: string | null } | null;
  made_at: string | null;
  figures: Row[];
  outlines: { features: Outline[] };
}

const NAMES: Record<Figure, Word> = {
  households: "publicHouseholds",
  clusters: "clusters",
  sections: "sections",
  grids: "grid",
  buildings: "buildings",
  shelters: "publicShelters",
  rental_houses: "publicRentals",
  liaison: "publicLiaison",
  shelter: "publicShelter",
  letters: "publicLetters",
};
const SHARES: readonly Figure[] = ["liaison", "shelter", "letters"];
const TILES: Figure[] = ["households", "clusters", "sections", "buildings", "shelters", "rental_houses"];
const COLUMNS: Figure[] = ["households", "clusters", "sections", "grids", "buildings", "shelters", "rental_houses", "liaison", "shelter", "letters"];
const SHADED: Figure[] = ["households", "rental_houses", "shelters", "liaison", "shelter", "letters"];
const RAMP = ["#e6efe9", "#c0d9cf", "#8fbdb4", "#549494", "#2a6472"];
const HIDDEN = "#e3e1da";
const KEPT = "gridgov-language";

const root = document.getElementById("app") as HTMLElement;
let page: PublicPage | null = null;
let shaded: Figure = "households";

async function start(): Promise<void> {
  setLanguage((localStorage.getItem(KEPT) as Language | null) ?? guessLanguage());
  try {
    page = await get<PublicPage>("/api/public/summary");
    draw();
  } catch (error) {
    const why = error instanceof Problem && error.status === 0 ? t("unreachable") : (error as Error).message;
    replace(root, makeHeader(), h("main", { class: "sheet-page" }, h("p", { class: "warn", role: "alert" }, t("failed", { why }))));
  }
}

function draw(): void {
  document.title = t("publicTitle");
  if (!page?.plan) {
    return replace(root, makeHeader(), h("main", { class: "sheet-page" }, h("h2", {}, t("publicTitle")), h("p", { class: "hint" }, t("publicNone"))));
  }
  const tops = page.figures.filter((row) => row.level === "district");
  replace(
    root,
    makeHeader(),
    h(
      "main",
      { class: "sheet-page" },
      h("header", { class: "page-head" }, h("h2", {}, tops.length === 1 ? `${tops[0]?.name ?? ""} · ${t("publicTitle")}` : t("publicTitle")), h("p", { class: "lead" }, t("publicLead")), makeDates(page)),
      makeTiles(tops),
      h("div", { class: "public-two" }, makeMap(page), makeCoverage(tops)),
      makeTable(page.figures),
    ),
  );
}

function makeHeader(): HTMLElement {
  const other: Language = getLanguage() === "zh" ? "en" : "zh";
  const change = (): void => {
    localStorage.setItem(KEPT, other);
    setLanguage(other);
    if (page) draw();
    else void start();
    root.querySelector<HTMLElement>(".language")?.focus();
  };
  return h(
    "header",
    { class: "bar" },
    h("div", { class: "brand" }, icon("place"), h("h1", {}, t("title"))),
    h(
      "div",
      { class: "bar-end" },
      h("button", { type: "button", class: "language", title: t("languageHint"), lang: other === "en" ? "en" : "zh-CN", onclick: change }, t("language")),
      h("a", { class: "ghost", href: "/" }, t("publicStaff")),
    ),
  );
}

function makeDates(shown: PublicPage): HTMLElement {
  const made = shown.made_at ? new Date(shown.made_at).toLocaleDateString(getLanguage() === "zh" ? "zh-CN" : "en-GB") : "";
  const plan = shown.plan ? t("publicPlan", { name: shown.plan.name, from: shown.plan.published_from ?? "" }) : "";
  return h("p", { class: "fine-hint" }, [plan, made ? t("publicMade", { at: made }) : ""].filter(Boolean).join(" · "));
}

function say(figure: Figure, value: number | null): string {
  if (value === null) return t("publicHidden");
  return SHARES.includes(figure) ? t("publicPercent", { share: formatNumber(value) }) : formatNumber(value);
}

function makeTiles(tops: Row[]): HTMLElement {
  const sum = (figure: Figure): number | null => tops.reduce<number | null>((total, row) => (total === null || row[figure] === null ? null : total + (row[figure] ?? 0)), 0);
  return h("dl", { class: "public-tiles" }, ...TILES.map((figure) => h("div", {}, h("dt", {}, t(NAMES[figure])), h("dd", {}, say(figure, sum(figure))))));
}

function makeCoverage(tops: Row[]): HTMLElement {
  const bars = tops.flatMap((row) =>
    SHARES.map((figure) => {
      const value = row[figure];
      const name = tops.length > 1 ? `${row.name} · ${t(NAMES[figure])}` : t(NAMES[figure]);
      const grade = value === null ? "plain" : value >= 95 ? "good" : value >= 80 ? "fair" : "poor";
      return h(
        "li",
        { class: grade },
        h("div", { class: "share-head" }, h("span", {}, name), h("strong", {}, say(figure, value))),
        value === null ? null : h("progress", { max: 100, value, "aria-label": name }),
      );
    }),
  );
  return h("section", { class: "card" }, h("h3", {}, t("publicCoverage")), h("ul", { class: "shares" }, ...bars));
}

function makeMap(shown: PublicPage): HTMLElement {
  const outlines = shown.outlines.features.map((one) => ({ ...one.properties, rings: one.geometry.type === "Polygon" ? one.geometry.coordinates : one.geometry.coordinates.flat() }));
  const list = h(
    "select",
    {
      id: "public-shade",
      onchange: () => {
        shaded = list.value as Figure;
        paint();
      },
    },
    ...SHADED.map((figure) => h("option", { value: figure, selected: figure === shaded }, t(NAMES[figure]))),
  );
  const legend = h("ul", { class: "public-legend", "aria-hidden": "true" });
  const drawing = svg("svg", { class: "public-map", role: "img" });
  const rows = new Map(shown.figures.filter((row) => row.level === "community").map((row) => [row.id, row]));
  const paint = (): void => {
    const steps = stepsOf([...rows.values()].map((row) => row[shaded]), SHARES.includes(shaded));
    const colour = (value: number | null): string => (value === null ? HIDDEN : (RAMP[steps.filter((step) => value >= step).length] ?? HIDDEN));
    drawing.setAttribute("aria-label", `${t("publicMap")}: ${t(NAMES[shaded])}`);
    const shapes = outlines.map((one) => {
      const value = rows.get(one.id)?.[shaded] ?? null;
      return svg("path", { d: pathOf(one.rings), fill: colour(value), class: "public-shape" }, svg("title", {}, `${one.name}: ${say(shaded, value)}`));
    });
    const names = outlines.map((one) => {
      const [x, y] = project(one.at);
      return svg("text", { x, y, class: "outline-name", "text-anchor": "middle", "aria-hidden": "true" }, one.name);
    });
    replace(drawing, ...shapes, ...(outlines.length <= 40 ? names : []));
    const bands = [...RAMP.slice(0, steps.length + 1)].map((tint, at) => legendItem(tint, bandName(steps, at)));
    const hidden = [...rows.values()].some((row) => row[shaded] === null);
    replace(legend, ...bands, hidden ? legendItem(HIDDEN, t("publicHidden")) : null);
  };
  if (outlines.length) {
    const frame = frameOf(boundsOf(outlines.flatMap((one) => one.rings)));
    drawing.setAttribute("viewBox", `${frame.x} ${frame.y} ${frame.width} ${frame.height}`);
    (drawing as SVGElement & { style: CSSStyleDeclaration }).style.setProperty("--pixel", String(Math.max(frame.width / 620, frame.height / 420)));
  }
  paint();
  return h("section", { class: "card public-map-card" }, h("div", { class: "card-head" }, h("h3", {}, t("publicMap")), h("label", { for: "public-shade", class: "visually-hidden" }, t("publicShade")), list), drawing, legend);
}

function legendItem(tint: string, name: string): HTMLElement {
  return h("li", {}, svg("svg", { class: "key", viewBox: "0 0 20 13" }, svg("rect", { width: 20, height: 13, rx: 3, fill: tint })), h("span", {}, name));
}

/** Where one class ends and the next begins: fixed for shares, by fifths for counts. */
function stepsOf(values: (number | null)[], share: boolean): number[] {
  if (share) return [80, 90, 95, 100];
  const known = values.filter((value): value is number => value !== null).sort((a, b) => a - b);
  const steps = [0.2, 0.4, 0.6, 0.8].map((part) => known[Math.floor(part * known.length)] ?? 0);
  return [...new Set(steps)].filter((step) => step > (known[0] ?? 0));
}

function bandName(steps: number[], at: number): string {
  const [from, to] = [steps[at - 1], steps[at]];
  const end = SHARES.includes(shaded) ? "%" : "";
  if (from === undefined) return to === undefined ? "" : `< ${formatNumber(to)}${end}`;
  return to === undefined ? `≥ ${formatNumber(from)}${end}` : `${formatNumber(from)}–${formatNumber(to)}${end}`;
}

function makeTable(rows: Row[]): HTMLElement {
  const body = ordered(rows).map((row) =>
    h(
      "tr",
      { class: `row-${row.level}` },
      h("th", { scope: "row" }, row.name),
      ...COLUMNS.map((figure) => h("td", { class: row[figure] === null ? "withheld" : null }, say(figure, row[figure]))),
    ),
  );
  return h(
    "section",
    { class: "card" },
    h("h3", { id: "public-table" }, t("publicTable")),
    h(
      "div",
      { class: "table-scroll", role: "region", tabindex: "0", "aria-labelledby": "public-table" },
      h("table", { class: "figures" }, h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("publicName")), ...COLUMNS.map((figure) => h("th", { scope: "col" }, t(NAMES[figure]))))), h("tbody", {}, ...body)),
    ),
    h("p", { class: "fine-hint" }, t("publicHiddenHint")),
  );
}

/** Each division followed by what lies in it. */
function ordered(rows: Row[]): Row[] {
  const ids = new Set(rows.map((row) => row.id));
  const below = (parent: string | null): Row[] => rows.filter((row) => (row.parent_id !== null && ids.has(row.parent_id) ? row.parent_id : null) === parent).flatMap((row) => [row, ...below(row.id)]);
  return below(null);
}

void start();
