// Words and figures on the map: names of areas and things, and counts of rental houses.

import type { ExpressionSpecification, LayerSpecification } from "maplibre-gl";
import { t } from "../words";

// Which style layers are words: the switch for labels turns them on and off. Counts of rental houses are figures.
export const LABELS = ["barrier-label", "building-label", "cluster-label", "grid-label", "section-label", "shelter-label", "community-label"];

const NAME: ExpressionSpecification = ["coalesce", ["get", "name"], ["get", "code"], ""];
// Clusters on top of one another in a tower share one label that says how many they are.
function clusterName(): ExpressionSpecification {
  const stack: ExpressionSpecification = ["coalesce", ["get", "stack"], 1];
  const [before = "", after = ""] = t("stackLabel", { count: "#" }).split("#");
  const many: ExpressionSpecification = ["concat", before, ["to-string", stack], after];
  const one: ExpressionSpecification = ["concat", NAME, "\n", ["to-string", ["get", "households"]]];
  return ["case", [">", stack, 1], many, one];
}

const HALO = { "text-halo-color": "rgba(255,255,255,0.92)", "text-halo-width": 1.6 };

export function labels(): LayerSpecification[] {
  return [
    {
      id: "barrier-label",
      source: "barriers",
      "source-layer": "barriers",
      type: "symbol",
      minzoom: 14,
      filter: ["has", "name"],
      layout: { "symbol-placement": "line", "text-field": ["get", "name"], "text-size": 11, "symbol-spacing": 400 },
      paint: { "text-color": "#6d7579", ...HALO },
    },
    {
      id: "building-label",
      source: "buildings",
      "source-layer": "building_points",
      type: "symbol",
      minzoom: 17,
      filter: ["has", "name"],
      layout: { "text-field": ["get", "name"], "text-size": 10.5, "text-max-width": 7 },
      paint: { "text-color": "#4a443e", ...HALO },
    },
    {
      id: "cluster-label",
      source: "clusters",
      "source-layer": "cluster_points",
      type: "symbol",
      minzoom: 16,
      layout: {
        "text-field": clusterName(),
        "text-size": 11.5,
        "text-line-height": 1.15,
      },
      paint: { "text-color": "#274a4c", ...HALO },
    },
    {
      id: "grid-label",
      source: "grids",
      "source-layer": "grid_points",
      type: "symbol",
      minzoom: 15,
      layout: { "text-field": NAME, "text-size": 11 },
      paint: { "text-color": "#54447a", ...HALO },
    },
    {
      id: "section-label",
      source: "sections",
      "source-layer": "section_points",
      type: "symbol",
      minzoom: 15.4,
      maxzoom: 17.6,
      layout: { "text-field": NAME, "text-size": ["interpolate", ["linear"], ["zoom"], 13, 11, 17, 14] },
      paint: { "text-color": "#124a54", ...HALO },
    },
    ...rentalLabels(),
    {
      id: "shelter-label",
      source: "shelters",
      "source-layer": "shelters",
      type: "symbol",
      minzoom: 15.6,
      layout: { "text-field": ["get", "name"], "text-size": 11, "text-offset": [0, 1.1], "text-anchor": "top", "text-max-width": 9 },
      paint: { "text-color": "#24527c", ...HALO },
    },
    {
      id: "community-label",
      source: "communities",
      "source-layer": "community_points",
      type: "symbol",
      maxzoom: 16,
      layout: { "text-field": NAME, "text-size": ["interpolate", ["linear"], ["zoom"], 10, 11, 14, 16], "text-letter-spacing": 0.06 },
      paint: { "text-color": "#6a2723", ...HALO, "text-halo-width": 2 },
    },
  ];
}

function rentalLabels(): LayerSpecification[] {
  const make = (id: string, source: string, layer: string, zooms: { minzoom: number; maxzoom: number }): LayerSpecification[] => {
    const common = { source, "source-layer": layer, ...zooms, filter: [">", ["get", "rental_houses"], 0] as ExpressionSpecification };
    const radius = ["interpolate", ["linear"], ["sqrt", ["get", "rental_stack"]], 1, 9, 10, 20] as ExpressionSpecification;
    return [
      { id: `${id}-disc`, ...common, type: "circle", paint: { "circle-radius": radius, "circle-color": "#b9602f", "circle-opacity": 0.9, "circle-stroke-color": "#fff", "circle-stroke-width": 1.5 } },
      { id: `${id}-count`, ...common, type: "symbol", layout: { "text-field": ["to-string", ["get", "rental_stack"]], "text-size": 12, "text-allow-overlap": true }, paint: { "text-color": "#ffffff" } },
    ];
  };
  return [
    ...make("rental-section", "sections", "section_points", { minzoom: 13.5, maxzoom: 16.4 }),
    ...make("rental-cluster", "clusters", "cluster_points", { minzoom: 16.4, maxzoom: 24 }),
  ];
}
