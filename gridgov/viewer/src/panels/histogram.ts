// How many clusters have how many households, with the band the plan aims at.

import { h, svg } from "../dom";
import type { Quality } from "../types";
import { formatNumber, t } from "../words";

const WIDTH = 288;
const HEIGHT = 132;
const BASE = HEIGHT - 20;
const STEP = 5;

export function makeHistogram(quality: Quality): HTMLElement {
  const { target, min, max } = withUsual(quality.rules);
  // a cluster where nobody lives has no size that could be right or wrong, as in the checks
  const sizes = quality.cluster_sizes.filter((size) => size.households > 0);
  const bins = toBins(sizes);
  const last = Math.max(max + 10, ...bins.keys()) + STEP;
  const tallest = Math.max(1, ...bins.values());
  const xOf = (households: number): number => (households / last) * WIDTH;
  const bars = [...bins].map(([from, count]) => {
    const tall = Math.max(1.5, (count / tallest) * (BASE - 16));
    const inside = from + STEP > min && from <= max;
    const text = `${from}–${from + STEP - 1}: ${formatNumber(count)}`;
    return svg("rect", { x: xOf(from) + 0.6, y: BASE - tall, width: xOf(STEP) - 1.2, height: tall, rx: 1.2, fill: inside ? "#3f8a8c" : "#cf7a55" }, svg("title", {}, text));
  });
  const said = t("sizesSaid", { clusters: formatNumber(livedIn(quality)), median: formatNumber(median(sizes)), target });
  const empty = quality.counts.clusters - livedIn(quality);
  const marks = [min, target, max].map((mark) => svg("text", { x: xOf(mark), y: HEIGHT - 6, "text-anchor": "middle", class: "scale" }, String(mark)));
  return h(
    "figure",
    { class: "chart" },
    svg(
      "svg",
      { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": `${t("sizes")}: ${said}` },
      svg("rect", { x: xOf(min), y: 4, width: xOf(max - min), height: BASE - 4, fill: "#e3efec" }),
      ...bars,
      svg("line", { x1: xOf(target), x2: xOf(target), y1: 4, y2: BASE, stroke: "#22333b", "stroke-dasharray": "3 3" }),
      svg("line", { x1: 0, x2: WIDTH, y1: BASE, y2: BASE, stroke: "#aab4b6" }),
      ...marks,
    ),
    h("figcaption", {}, said, empty ? ` ${t("sizesEmpty", { count: formatNumber(empty) })}` : ""),
  );
}

export const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0);

/** How many clusters somebody lives in. */
export function livedIn(quality: Quality): number {
  return sum(quality.cluster_sizes.map((size) => (size.households > 0 ? size.clusters : 0)));
}

/** The numbers a plan was made for, or the usual ones where it does not say. */
export function withUsual(rules: Quality["rules"]): { target: number; min: number; max: number } {
  return { target: rules.target ?? 50, min: rules.min ?? 35, max: rules.max ?? 65 };
}

function toBins(sizes: Quality["cluster_sizes"]): Map<number, number> {
  const bins = new Map<number, number>();
  for (const { households, clusters } of sizes) {
    const from = Math.floor(Math.min(households, 400) / STEP) * STEP;
    bins.set(from, (bins.get(from) ?? 0) + clusters);
  }
  return bins;
}

function median(sizes: Quality["cluster_sizes"]): number {
  const half = sum(sizes.map((size) => size.clusters)) / 2;
  let seen = 0;
  for (const size of sizes) {
    seen += size.clusters;
    if (seen >= half) return size.households;
  }
  return 0;
}
