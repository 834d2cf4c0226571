// The style of the map: sources are our own tiles, the ground is a plain colour, letters come from fonts of this machine.

import type {
  ExpressionSpecification,
  LayerSpecification,
  SourceSpecification,
  StyleSpecification,
} from "maplibre-gl";
import type { BuildingFill, ClusterFill, LayerName, State } from "../state";
import { highlights } from "./highlights";
import { LABELS, labels } from "./labels";
import {
  BUILDING_HOUSEHOLD_STEPS,
  BUILDING_PLAIN,
  FLOOR_STEPS,
  HOUSEHOLD_STEPS,
  LAND,
  RENTAL_STEPS,
  distinctColours,
  stepped,
  useColours,
} from "./palette";
import { shadeLayers } from "./shade";
import { SKETCH, sketchLayers } from "./sketch";

// Zoom from which the server sends each tile layer; the same numbers as gridgov/storage/tiles.py.
export const MIN_ZOOMS = { communities: 0, sections: 10, clusters: 12, grids: 10, buildings: 14, barriers: 9, shelters: 9 };
export type SourceName = keyof typeof MIN_ZOOMS;
const MAX_TILE_ZOOM = 17;
// From here on clusters are drawn, and sections have lines of their own.
const LINES_FROM = 12;
const SECTION_LINE = "#1f5a63";
const OF_PLAN: SourceName[] = ["sections", "clusters", "grids"];

export function makeStyle(state: State): StyleSpecification {
  const names = Object.keys(MIN_ZOOMS) as SourceName[];
  const tiles = names.map((name) => [name, makeSource(name, state.plan?.plan_id ?? "")]);
  const nothing: SourceSpecification = { type: "geojson", data: { type: "FeatureCollection", features: [] } };
  return {
    version: 8,
    sources: { ...Object.fromEntries(tiles), [SKETCH]: nothing },
    layers: makeLayers(state).map((layer) => (isShown(layer.id, state) ? layer : hide(layer))),
  };
}

/** Whether the switches leave a style layer on; those that no switch knows are on. */
export function isShown(id: string, state: State): boolean {
  const owner = (Object.keys(SWITCHES) as LayerName[]).find((name) => SWITCHES[name].includes(id));
  return (owner === undefined || state.layers[owner]) && (state.labels || !LABELS.includes(id));
}

function hide(layer: LayerSpecification): LayerSpecification {
  return { ...layer, layout: { ...layer.layout, visibility: "none" } } as LayerSpecification;
}

function makeSource(name: SourceName, plan: string): SourceSpecification {
  const query = OF_PLAN.includes(name) ? `?plan=${encodeURIComponent(plan)}` : "";
  return {
    type: "vector",
    tiles: [`${location.origin}/tiles/${name}/{z}/{x}/{y}.mvt${query}`],
    minzoom: MIN_ZOOMS[name],
    maxzoom: MAX_TILE_ZOOM,
    promoteId: "id",
  };
}

const WIDER = (low: number, high: number): ExpressionSpecification => [
  "interpolate",
  ["exponential", 1.6],
  ["zoom"],
  10,
  low,
  18,
  high,
];

export function makeLayers(state: State): LayerSpecification[] {
  return [
    { id: "ground", type: "background", paint: { "background-color": LAND } },
    ...grounds(),
    ...areas(state),
    ...shadeLayers(),
    ...barriers(),
    ...buildings(state),
    ...outlines(),
    ...highlights(),
    ...labels(),
    ...sketchLayers(),
  ];
}

function grounds(): LayerSpecification[] {
  return [
    {
      id: "community-fill",
      source: "communities",
      "source-layer": "communities",
      type: "fill",
      paint: { "fill-color": "#fbfbf7", "fill-opacity": 1, "fill-antialias": false },
    },
  ];
}

function areas(state: State): LayerSpecification[] {
  return [
    {
      id: "section-fill",
      source: "sections",
      "source-layer": "sections",
      type: "fill",
      maxzoom: LINES_FROM,
      // a hair line around each, which costs a software renderer a tenth of a line of its own width
      paint: { "fill-color": sectionColours(state), "fill-outline-color": "rgba(31, 90, 99, 0.5)" },
    },
    {
      id: "cluster-fill",
      source: "clusters",
      "source-layer": "clusters",
      type: "fill",
      minzoom: LINES_FROM,
      // of the clusters stacked in a tower the lowest is drawn last, on top
      layout: { "fill-sort-key": ["-", 0, ["coalesce", ["get", "storey_from"], 0]] },
      paint: {
        "fill-color": clusterPaint(state.clusterFill, state),
        "fill-opacity": 1,
        "fill-antialias": false,
      },
    },
    {
      id: "grid-fill",
      source: "grids",
      "source-layer": "grids",
      type: "fill",
      filter: ["==", ["get", "kind"], "special"],
      paint: { "fill-color": "#7c6a9c", "fill-opacity": 0.16 },
    },
  ];
}

/** Below the zoom of clusters a section is shown in its own hue. */
export function sectionColours(state: State): ExpressionSpecification | string {
  if (!state.colours) return "#d5dcd8";
  const { sections, shades } = state.colours;
  const clusters = Object.fromEntries(Object.entries(sections).map(([id, hue]) => [id, hue * shades]));
  return distinctColours({ shades, sections, clusters });
}

export function clusterPaint(fill: ClusterFill, state: State): ExpressionSpecification | string {
  if (fill === "households") return stepped("households", HOUSEHOLD_STEPS);
  if (fill === "rentals") return stepped("rental_houses", RENTAL_STEPS);
  if (fill === "none") return "rgba(0,0,0,0)";
  return distinctColours(state.colours);
}

export function buildingPaint(fill: BuildingFill): ExpressionSpecification | string {
  if (fill === "households") return stepped("households", BUILDING_HOUSEHOLD_STEPS);
  if (fill === "floors") return stepped("floors", FLOOR_STEPS);
  return fill === "use" ? useColours() : BUILDING_PLAIN;
}

function barriers(): LayerSpecification[] {
  const hard = ["==", ["get", "kind"], "hard"] as ExpressionSpecification;
  const source = { source: "barriers", "source-layer": "barriers" } as const;
  return [
    {
      id: "barrier-area",
      ...source,
      type: "fill",
      filter: ["==", ["geometry-type"], "Polygon"],
      paint: { "fill-color": "#cfdde2", "fill-opacity": 0.9 },
    },
    {
      id: "barrier-casing",
      ...source,
      type: "line",
      filter: ["all", ["==", ["geometry-type"], "LineString"], hard],
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": "#a9b2b5", "line-width": WIDER(1.6, 13) },
    },
    {
      id: "barrier-line",
      ...source,
      type: "line",
      filter: ["==", ["geometry-type"], "LineString"],
      layout: { "line-cap": "round", "line-join": "round" },
      paint: {
        "line-color": ["match", ["get", "kind"], "hard", "#ffffff", "soft", "#ffffff", "#f6f6f2"],
        "line-width": ["interpolate", ["exponential", 1.6], ["zoom"], 10, ["match", ["get", "kind"], "hard", 1, "soft", 0.5, 0.2], 18, ["match", ["get", "kind"], "hard", 11, "soft", 7, 4]],
      },
    },
  ];
}

function buildings(state: State): LayerSpecification[] {
  // below zoom 14 a building is a speck and a view holds a whole city of them
  const source = { source: "buildings", "source-layer": "buildings", minzoom: 14 } as const;
  return [
    {
      id: "building-fill",
      ...source,
      type: "fill",
      paint: {
        "fill-color": buildingPaint(state.buildingFill),
        // below the zoom of their outlines they are specks, above it the outlines are smooth
        "fill-antialias": false,
        "fill-opacity": ["interpolate", ["linear"], ["zoom"], 14, 0.55, 16, 0.82],
      },
    },
    {
      id: "building-line",
      ...source,
      type: "line",
      minzoom: 15,
      paint: { "line-color": "#5b5650", "line-opacity": 0.55, "line-width": WIDER(0.2, 1.1) },
    },
  ];
}

function outlines(): LayerSpecification[] {
  return [
    {
      id: "cluster-line",
      source: "clusters",
      "source-layer": "clusters",
      type: "line",
      minzoom: 13,
      paint: { "line-color": "#4f6a6b", "line-opacity": 0.7, "line-width": WIDER(0.2, 1.4) },
    },
    {
      id: "grid-line",
      source: "grids",
      "source-layer": "grids",
      type: "line",
      minzoom: 12,
      paint: {
        "line-color": "#6b5a8e",
        "line-width": WIDER(0.6, 2.2),
        "line-dasharray": [3, 2],
      },
    },
    {
      id: "section-line",
      source: "sections",
      "source-layer": "sections",
      type: "line",
      minzoom: LINES_FROM,
      paint: { "line-color": SECTION_LINE, "line-opacity": 0.85, "line-width": WIDER(0.4, 3) },
    },
    {
      id: "community-line",
      source: "communities",
      "source-layer": "communities",
      type: "line",
      layout: { "line-join": "round" },
      paint: { "line-color": "#7a2f2a", "line-opacity": 0.85, "line-width": WIDER(1, 4), "line-dasharray": [4, 1.2] },
    },
    {
      id: "shelter-point",
      source: "shelters",
      "source-layer": "shelters",
      type: "circle",
      paint: {
        "circle-color": ["case", ["==", ["get", "indoor"], false], "#4f8a4c", "#2c6aa0"],
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 10, 2.5, 14, 5, 18, 9],
        "circle-stroke-color": "#ffffff",
        "circle-stroke-width": 1.6,
      },
    },
  ];
}

// Which style layers each switch turns on and off.
export const SWITCHES: Record<LayerName, string[]> = {
  communities: ["community-fill", "community-line", "community-label"],
  sections: ["section-line", "section-label", "section-fill"],
  clusters: ["cluster-fill", "cluster-line", "cluster-label"],
  grids: ["grid-fill", "grid-line", "grid-label"],
  buildings: ["building-fill", "building-line", "building-label"],
  barriers: ["barrier-area", "barrier-casing", "barrier-line", "barrier-label"],
  shelters: ["shelter-point", "shelter-label"],
  rentals: ["rental-section-disc", "rental-section-count", "rental-cluster-disc", "rental-cluster-count"],
};
