// Colours of the map, and what the legend says about them.

import type { ExpressionSpecification } from "maplibre-gl";
import type { Colours } from "../types";
import type { Word } from "../words";

export const LAND = "#f3f4ef";

// Seven calm hues, each in three shades: sections take a hue, their clusters the shades.
const HUES = [
  ["#8cc0b3", "#b5d8cf", "#67a395"],
  ["#e6bd82", "#f2d9b3", "#cf9f5c"],
  ["#9bb3d6", "#c3d2e8", "#7794bf"],
  ["#dba3a0", "#ecc9c6", "#c58582"],
  ["#bcc487", "#d8ddb6", "#9fa866"],
  ["#b9a4cc", "#d6c9e2", "#9c83b3"],
  ["#8fc3d8", "#bbdce9", "#6ba8c1"],
  ["#d0b49f", "#e3d2c5", "#b39379"],
] as const;

export function clusterColour(number: number, shades: number): string {
  const hue = HUES[Math.floor(number / shades) % HUES.length] ?? HUES[0];
  return hue[number % shades] ?? hue[0];
}

/** Colour of each cluster by its identifier. */
export function distinctColours(colours: Colours | null): ExpressionSpecification | string {
  const pairs = Object.entries(colours?.clusters ?? {});
  if (!colours || pairs.length === 0) return "#c9d3d0";
  const stops = pairs.flatMap(([id, number]) => [id, clusterColour(number, colours.shades)]);
  return ["match", ["get", "id"], ...stops, "#c9d3d0"] as unknown as ExpressionSpecification;
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
  { word: "useResidential", colour: "#b9a58f", uses: ["residential", "apartments", "house", "住宅", "slab", "tower"] },
  { word: "useVillage", colour: "#cf9d78", uses: ["urban_village", "village", "self_built", "old_village", "城中村"] },
  { word: "useDormitory", colour: "#9d8fae", uses: ["dormitory", "宿舍"] },
  { word: "useCommercial", colour: "#c98a8a", uses: ["commercial", "retail", "shop", "shops", "office", "mixed", "hotel", "商业"] },
  { word: "useIndustrial", colour: "#8d9aa5", uses: ["industrial", "factory", "warehouse", "工业"] },
  {
    word: "usePublic",
    colour: "#7fa3b8",
    uses: ["public", "school", "hospital", "government", "education", "civic", "service", "公共"],
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
