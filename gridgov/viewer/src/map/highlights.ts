// What is selected gets a bright outline.

import type { ExpressionSpecification, LayerSpecification } from "maplibre-gl";
import type { SourceName } from "./style";

// Kind of what is selected, and where it is drawn from; the view sets the filters.
export const HIGHLIGHTS: Record<string, SourceName> = {
  community: "communities",
  section: "sections",
  cluster: "clusters",
  grid: "grids",
  building: "buildings",
  barrier: "barriers",
  shelter: "shelters",
};

export function highlights(): LayerSpecification[] {
  return Object.entries(HIGHLIGHTS).flatMap(([kind, source]): LayerSpecification[] => {
    const common = { source, "source-layer": source, filter: ["==", ["get", "id"], ""] as ExpressionSpecification };
    if (kind === "shelter") {
      return [
        {
          id: "selected-shelter",
          ...common,
          type: "circle",
          paint: { "circle-radius": 15, "circle-color": "rgba(0,0,0,0)", "circle-stroke-color": "#d0492b", "circle-stroke-width": 3 },
        },
      ];
    }
    return [
      { id: `selected-${kind}-halo`, ...common, type: "line", layout: { "line-join": "round" }, paint: { "line-color": "#ffffff", "line-width": 7, "line-opacity": 0.9 } },
      { id: `selected-${kind}`, ...common, type: "line", layout: { "line-join": "round" }, paint: { "line-color": "#d0492b", "line-width": 3.2 } },
    ];
  });
}
