// Areas shaded by an indicator: classes, colours, and the colour of each area as a state of its feature on the map.

import type { ExpressionSpecification, LayerSpecification, Map as LibreMap } from "maplibre-gl";
import type { State } from "../state";
import { AREA_LEVELS, type AreaLevel, type AreaValues } from "../types";
import { classOf, findBreaks } from "./classes";

// Ramps that stay in order for every kind of colour vision and in grey: light is little, dark is much.
const RAMPS = {
  plain: ["#f1f5d9", "#d3e7c5", "#a5d3bb", "#70b9b8", "#4797b3", "#3672a3", "#2b4f8c"],
  worse: ["#fdf3d8", "#fbdfa8", "#f5c071", "#e99b4b", "#d0732f", "#a84f20", "#7a3617"],
  // short of the target from dark orange to pale, the last has met it: orange and blue are told apart by everybody
  target: ["#8f4413", "#b9611d", "#d98a3d", "#eab56f", "#f3d6a6", "#f8ebd2", "#2f6ea5"],
} as const;
export const NO_DATA = "#dedfda";
export const HIDDEN = "#e9e9e6";
export const HATCH = "hatch";
const [STATE_NONE, STATE_HIDDEN] = [-1, -2];

export interface ShadeClass {
  from: number;
  to: number;
  colour: string;
  areas: number;
  met: boolean;
}

export interface Shades {
  classes: ShadeClass[];
  breaks: number[];
  hidden: number;
  missing: number;
}

/** The classes of what is shown now; null while nothing is. */
export function makeShades(state: State): Shades | null {
  const { shading, values } = state;
  if (!shading || !values || values.name !== shading.name || values.level !== shading.level) return null;
  const known = values.values.filter((value): value is number => value !== null);
  const target = shading.method === "target" ? values.target_ratio : null;
  const breaks = findBreaks(known, shading.method, shading.classes, target === null ? null : { value: target, atLeast: values.at_least !== false });
  const counted = new Array<number>(breaks.length + 1).fill(0);
  for (const value of known) counted[classOf(value, breaks)] = (counted[classOf(value, breaks)] ?? 0) + 1;
  const colours = chooseColours(values, target !== null, breaks.length + 1);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const hidden = values.hidden.filter(Boolean).length;
  return {
    breaks,
    hidden,
    missing: values.values.length - known.length - hidden,
    classes: known.length === 0 ? [] : counted.map((areas, at) => ({
      from: breaks[at - 1] ?? low,
      to: breaks[at] ?? high,
      colour: colours[at] ?? NO_DATA,
      areas,
      met: target !== null && isMet(values, breaks[at - 1] ?? low, breaks[at] ?? high, target),
    })),
  };
}

function isMet(values: AreaValues, from: number, to: number, target: number): boolean {
  return values.at_least === false ? to <= target + 1e-6 : from >= target - 1e-9;
}

function chooseColours(values: AreaValues, byTarget: boolean, count: number): string[] {
  if (byTarget) {
    const short = spread(RAMPS.target.slice(0, -1), count - 1);
    const met = RAMPS.target.at(-1) ?? "";
    return values.at_least === false ? [met, ...short.reverse()] : [...short, met];
  }
  return spread([...(values.at_least === false ? RAMPS.worse : RAMPS.plain)], count);
}

/** So many colours of a ramp, its ends among them. */
function spread(ramp: string[], count: number): string[] {
  const last = ramp.length - 1;
  if (count <= 1) return [ramp[Math.floor(last / 2)] ?? NO_DATA].slice(0, count);
  return Array.from({ length: count }, (_, at) => ramp[Math.round((at * last) / (count - 1))] ?? NO_DATA);
}

const SOURCES: Record<AreaLevel, string> = { community: "communities", grid: "grids", section: "sections", cluster: "clusters" };

export function shadeLayers(): LayerSpecification[] {
  const state: ExpressionSpecification = ["coalesce", ["feature-state", "shade"], STATE_NONE];
  return AREA_LEVELS.flatMap((level): LayerSpecification[] => {
    const common = { source: SOURCES[level], "source-layer": SOURCES[level], layout: { visibility: "none" as const } };
    const stacked = level === "cluster" ? { "fill-sort-key": ["-", 0, ["coalesce", ["get", "storey_from"], 0]] as ExpressionSpecification } : {};
    const layout = { ...common.layout, ...stacked };
    return [
      { id: `shade-${level}`, ...common, layout, type: "fill", paint: { "fill-color": NO_DATA, "fill-outline-color": "rgba(80, 96, 96, 0.7)" } },
      {
        id: `shade-${level}-hatch`,
        ...common,
        layout,
        type: "fill",
        paint: { "fill-pattern": HATCH, "fill-opacity": ["case", ["==", state, STATE_HIDDEN], 1, 0] },
      },
    ];
  });
}

/** Give a map the hatching of hidden areas when it asks for it. */
export function bindHatch(map: LibreMap): void {
  map.setMissingStyleImageResolver((id) => {
    if (id === HATCH && !map.hasImage(HATCH)) map.addImage(HATCH, makeHatch(), { pixelRatio: 2 });
  });
}

/** Show the shades on a map, or take them away. */
export function paintShades(map: LibreMap, state: State): void {
  if (!map.getLayer("shade-community")) return;
  const shades = makeShades(state);
  for (const level of AREA_LEVELS) {
    const shown = shades !== null && state.shading?.level === level;
    for (const id of [`shade-${level}`, `shade-${level}-hatch`]) map.setLayoutProperty(id, "visibility", shown ? "visible" : "none");
    if (!shown) continue;
    const source = { source: SOURCES[level], sourceLayer: SOURCES[level] };
    map.removeFeatureState(source);
    state.values?.ids.forEach((id, at) => map.setFeatureState({ ...source, id }, { shade: stateOf(at, state, shades) }));
    const stops = shades.classes.flatMap((one, at) => [at, one.colour]);
    const colour = ["match", ["coalesce", ["feature-state", "shade"], STATE_NONE], ...stops, STATE_HIDDEN, HIDDEN, NO_DATA];
    map.setPaintProperty(`shade-${level}`, "fill-color", colour as unknown as ExpressionSpecification);
  }
}

function stateOf(at: number, state: State, shades: Shades): number {
  const value = state.values?.values[at];
  if (state.values?.hidden[at]) return STATE_HIDDEN;
  return value === null || value === undefined ? STATE_NONE : classOf(value, shades.breaks);
}

/** Slanting lines on a transparent ground, drawn point by point. */
function makeHatch(): { width: number; height: number; data: Uint8Array } {
  const size = 16;
  const data = new Uint8Array(size * size * 4);
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      if ((x + y) % 8 < 2) data.set([118, 122, 120, 190], (y * size + x) * 4);
    }
  }
  return { width: size, height: size, data };
}
