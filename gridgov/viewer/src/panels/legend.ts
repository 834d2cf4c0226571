// Pieces of legends: swatches, lines, discs; used by the layers, the indicators and the printed page.

import { h, svg } from "../dom";
import { type Step, USES, USE_OTHER, clusterColour } from "../map/palette";
import { type ShadeClass, type Shades, HIDDEN, NO_DATA } from "../map/shade";
import type { AreaMeasure, AreaValues } from "../types";
import { type Word, formatNumber, getLanguage, t } from "../words";

export function swatch(colour: string, text: string): HTMLElement {
  return item(svg("rect", { x: 0.5, y: 0.5, width: 17, height: 11, rx: 2, fill: colour, stroke: "#00000022" }), text);
}

export function hatched(text: string): HTMLElement {
  const lines = [-6, 0, 6, 12].map((x) => svg("path", { d: `M${x} 12 L${x + 12} 0`, stroke: "#767a78", "stroke-width": 1 }));
  const box = svg("rect", { x: 0.5, y: 0.5, width: 17, height: 11, rx: 2, fill: HIDDEN, stroke: "#00000033" });
  return item(svg("g", {}, box, ...lines), text);
}

export function line(colour: string, dashes: string, width: number, word: Word): HTMLElement {
  return h("li", {}, lineSign(colour, dashes, width), h("span", {}, t(word)));
}

export function lineSign(colour: string, dashes: string, width: number): Element {
  const stroke = svg("line", { x1: 0, y1: 6, x2: 18, y2: 6, stroke: colour, "stroke-width": width, "stroke-dasharray": dashes || null });
  return svg("svg", { viewBox: "0 0 18 12", class: "key", "aria-hidden": "true" }, stroke);
}

export function disc(colour: string, word: Word): HTMLElement {
  return item(svg("circle", { cx: 9, cy: 6, r: 5, fill: colour, stroke: "#fff", "stroke-width": 1 }), t(word));
}

function item(sign: SVGElement, text: string): HTMLElement {
  return h("li", {}, svg("svg", { viewBox: "0 0 18 12", class: "key", "aria-hidden": "true" }, sign), h("span", {}, text));
}

export function hues(): HTMLElement {
  const boxes = [0, 1, 2, 3, 4, 5, 9, 10, 11].map((number, at) =>
    svg("rect", { x: at * 11 + Math.floor(at / 3) * 6, y: 0, width: 11, height: 12, fill: clusterColour(number, 3) }),
  );
  const ramp = svg("svg", { viewBox: "0 0 112 12", class: "ramp", "aria-hidden": "true" }, ...boxes);
  return h("li", { class: "legend-wide" }, ramp, h("span", {}, t("legendDistinct")));
}

export function steps(list: Step[]): HTMLElement[] {
  return list.map((step, at) => {
    const next = list[at + 1];
    const last = next ? next.from - 1 : null;
    const text = last === null ? `≥ ${step.from}` : last === step.from ? `${step.from}` : `${step.from}–${last}`;
    return swatch(step.colour, text);
  });
}

export function uses(): HTMLElement[] {
  return [...USES.map((kind) => swatch(kind.colour, t(kind.word))), swatch(USE_OTHER, t("useOther"))];
}

// ---- indicators

export function nameMeasure(measure: AreaMeasure): string {
  return getLanguage() === "zh" ? measure.chinese : measure.english;
}

export function unitOf(measure: AreaMeasure): string {
  return getLanguage() === "zh" ? measure.unit_chinese : measure.unit_english;
}

export function formatValue(value: number | null, measure: AreaMeasure): string {
  if (value === null) return "—";
  if (measure.kind === "ratio") return `${formatNumber(100 * value, Math.abs(value) < 0.0995 || value > 0.9 ? 1 : 0)}%`;
  return formatNumber(value, measure.kind === "density" ? 1 : 0);
}

/** A class in words: whole numbers from … to …, shares with their ends shared. */
export function formatClass(one: ShadeClass, measure: AreaMeasure, isLast: boolean): string {
  if (measure.kind !== "count") return one.from === one.to ? formatValue(one.from, measure) : `${formatValue(one.from, measure)} – ${formatValue(one.to, measure)}`;
  const [from, to] = [Math.ceil(one.from), isLast ? Math.floor(one.to) : Math.ceil(one.to) - 1];
  return from >= to ? formatNumber(from) : `${formatNumber(from)} – ${formatNumber(to)}`;
}

export function shadeRows(shades: Shades, values: AreaValues): HTMLElement[] {
  const most = Math.max(1, ...shades.classes.map((one) => one.areas), shades.hidden, shades.missing);
  const count = (areas: number): HTMLElement[] => [
    h("progress", { value: areas, max: most, "aria-hidden": "true" }),
    h("span", { class: "legend-count" }, t("areaCount", { count: formatNumber(areas) })),
  ];
  const rows = shades.classes.map((one, at) => {
    const text = formatClass(one, values, at === shades.classes.length - 1);
    const row = swatch(one.colour, text);
    if (one.met) row.title = t("targetMet", { target: formatValue(values.target_ratio, values) });
    row.append(...count(one.areas));
    return row;
  });
  if (shades.hidden) rows.push(addTo(hatched(t("hiddenCell")), count(shades.hidden)));
  if (shades.missing) rows.push(addTo(swatch(NO_DATA, t("noData")), count(shades.missing)));
  return rows;
}

function addTo(row: HTMLElement, more: HTMLElement[]): HTMLElement {
  row.append(...more);
  return row;
}

/** What all areas come to, and the target. */
export function sayWhole(values: AreaValues): string[] {
  const said: string[] = [];
  const { total_count: count, total_whole: whole } = values;
  if (count !== null && values.kind === "ratio" && whole) {
    said.push(t("wholeIs", { value: `${formatValue(count / whole, values)} (${t("ofWhat", { count: formatNumber(count), whole: formatNumber(whole), unit: unitOf(values) })})` }));
  } else if (count !== null) said.push(t("wholeIs", { value: t("countOf", { count: formatNumber(count), unit: unitOf(values) }) }));
  if (values.target_ratio !== null) {
    said.push(t(values.at_least === false ? "targetMost" : "targetIs", { target: formatValue(values.target_ratio, values) }));
  }
  return said;
}
