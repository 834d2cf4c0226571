// Colours of the map, and what the legend says about them.

import type { ExpressionSpecification } from "maplibre-gl";
import type { Colours } from "../types";
import type { Word } from "../words";

export const LAND = "#f3f4ef";

// Eight calm hues, each in three shades: sections take a hue, their clusters the shades. They are drawn opaque, so that
// the map has the colours of the legend and clusters stacked in a tower do not blend.
const HUES = [
  ["#b4d6ce", "#d6eae5", "#95bfb5"],
  ["#efd4ae", "#f8ead5", "#ddbc8d"],
  ["#becee4", "#dee6f2", "#a0b4d2"],
  ["#e8c3c1", "#f5e1e0", "#d6aaa8"],
  ["#d3d9b1", "#eaecd7", "#bcc294"],
  ["#d2c4de", "#e8e1ef", "#baa8ca"],
  ["#b6d8e6", "#daecf3", "#97c2d4"],
  ["#e0cec1", "#f0e6df", "#cab3a1"],
] as const;

export function clusterColour(number: number, shades: number): string {
  const hue = HUES[Math.floor(number / shades) % HUES.length] ?? HUES[0];
  return hue[number % shades] ?? hue[0];
}

/** Colour of each cluster by its identifier. */
export function distinctColours(colours: Colours | null): ExpressionSpecification | string {
  const pairs = Object.entries(colours?.clusters ?? {});
  if (!colours || pairs.length === 0) return "#dfe5e2";
  const stops = pairs.flatMap(([id, number]) => [id, clusterColour(number, colours.shades)]);
  return ["match", ["get", "id"], ...stops, "#dfe5e2"] as unknown as ExpressionSpecification;
}

export interface Step {
  from: number;
  colour: string;
}

export const HOUSEHOLD_STEPS: Step[] = [
  { from: 0, colour: "#f1eee3" },
  { from: 20, colour: "#dbe2cf" },
  { from: 35, colour: "#b2d0c0" },
  { from: 45, colour: "#7fb5ae" },
  { from: 56, colour: "#4d929a" },
  { from: 66, colour: "#2c6479" },
];

export const RENTAL_STEPS: Step[] = [
  { from: 0, colour: "#f4f0ea" },
  { from: 1, colour: "#f3dcc0" },
  { from: 3, colour: "#ebbd8d" },
  { from: 6, colour: "#dd975f" },
  { from: 12, colour: "#c06d3e" },
  { from: 25, colour: "#8f4526" },
];

export const BUILDING_HOUSEHOLD_STEPS: Step[] = [
  { from: 0, colour: "#dfe1dd" },
  { from: 1, colour: "#c9d3cf" },
  { from: 10, colour: "#a5bdb8" },
  { from: 30, colour: "#7aa09f" },
  { from: 80, colour: "#4f7d84" },
  { from: 200, colour: "#2c5666" },
];

export const BUILDING_PLAIN = "#7d7f7a";

export const FLOOR_STEPS: Step[] = [
  { from: 0, colour: "#e0ddd5" },
  { from: 3, colour: "#cfc8bd" },
  { from: 7, colour: "#b3a99d" },
  { from: 12, colour: "#92867c" },
  { from: 18, colour: "#70665f" },
  { from: 30, colour: "#4c4542" },
];

export function stepped(attribute: string, steps: Step[]): ExpressionSpecification {
  const [first, ...rest] = steps;
  const stops = rest.flatMap((step) => [step.from, step.colour]);
  return ["step", ["coalesce", ["get", attribute], 0], first?.colour ?? "#ccc", ...stops] as ExpressionSpecification;
}

export interface UseClass {
  word: Word;
  colour: string;
  uses: string[];
}

export const USES: UseClass[] = [
  {
    word: "useResidential",
    colour: "#b9a58f",
    uses: ["residential", "apartment", "apartments", "house", "detached", "terrace", "tower", "slab", "住宅"],
  },
  {
    word: "useVillage",
    colour: "#cf9d78",
    uses: ["self-built", "village-house", "urban-village", "village", "自建房", "城中村"],
  },
  { word: "useDormitory", colour: "#9d8fae", uses: ["dormitory", "宿舍"] },
  {
    word: "useCommercial",
    colour: "#c98a8a",
    uses: ["commercial", "retail", "shop", "market", "office", "hotel", "mixed", "supermarket", "商业", "办公"],
  },
  { word: "useIndustrial", colour: "#8d9aa5", uses: ["industrial", "factory", "warehouse", "工业", "厂房", "仓库"] },
  {
    word: "usePublic",
    colour: "#7fa3b8",
    uses: ["public", "school", "hospital", "government", "kindergarten", "university", "civic", "学校", "医院", "公共"],
  },
];
export const USE_OTHER = "#bfbdb5";

export function useColours(): ExpressionSpecification {
  const stops = USES.flatMap((kind) => [kind.uses, kind.colour]);
  return ["match", ["coalesce", ["get", "use"], ""], ...stops, USE_OTHER] as unknown as ExpressionSpecification;
}

export function nameUse(use: string | null): Word {
  return USES.find((kind) => kind.uses.includes(use ?? ""))?.word ?? "useOther";
}
