// The public page: figures by community for anybody, as tiles, a map and a table. It draws without WebGL.

import { Problem, get } from "./api";
import { h, icon, replace } from "./dom";
import { NAMES, SHARES, makeMap, say } from "./public_map";
import "./styles/base.css";
import "./styles/flat.css";
import "./styles/pages.css";
import type { Language } from "./types";
import type { Figure, PublicPage, Row } from "./types_public";
import { formatDay, getLanguage, keepLanguage, keptLanguage, setLanguage, t } from "./words";

const TILES: Figure[] = ["households", "clusters", "sections", "buildings", "shelters", "rental_houses"];
const COLUMNS: Figure[] = ["households", "clusters", "sections", "grids", "buildings", "shelters", "rental_houses", "liaison", "shelter", "letters"];

const root = document.getElementById("app") as HTMLElement;
let page: PublicPage | null = null;

async function start(): Promise<void> {
  setLanguage(keptLanguage());
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
    keepLanguage(other);
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
  const made = shown.made_at ? formatDay(shown.made_at) : "";
  const plan = shown.plan ? t("publicPlan", { name: shown.plan.name, from: shown.plan.published_from ?? "" }) : "";
  return h("p", { class: "fine-hint" }, [plan, made ? t("publicMade", { at: made }) : ""].filter(Boolean).join(" · "));
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
    h("p", { class: "fine-hint scroll-hint" }, t("publicScroll")),
    h(
      "div",
      { class: "table-scroll", role: "region", tabindex: "0", "aria-labelledby": "public-table" },
      h("table", { class: "figures" }, h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("publicName")), ...COLUMNS.map((figure) => h("th", { scope: "col" }, t(NAMES[figure]))))), h("tbody", {}, ...body)),
    ),
    h("p", { class: "fine-hint" }, t("publicEmptyHint"), getLanguage() === "zh" ? "" : " ", t("publicHiddenHint")),
  );
}

/** Each division followed by what lies in it. */
function ordered(rows: Row[]): Row[] {
  const ids = new Set(rows.map((row) => row.id));
  const below = (parent: string | null): Row[] => rows.filter((row) => (row.parent_id !== null && ids.has(row.parent_id) ? row.parent_id : null) === parent).flatMap((row) => [row, ...below(row.id)]);
  return below(null);
}

void start();
