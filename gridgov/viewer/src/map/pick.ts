// What lies under the pointer: a click selects it.

import type { Map as LibreMap, MapGeoJSONFeature, MapMouseEvent } from "maplibre-gl";
import { change, state } from "../state";
import type { Kind } from "../types";
import { takeClick } from "./sketch";

// What a click finds, the finest first.
const CLICKABLE: [string, Kind][] = [
  ["shelter-point", "shelter"],
  ["shade-cluster", "cluster"],
  ["shade-section", "section"],
  ["shade-grid", "grid"],
  ["shade-community", "community"],
  ["building-fill", "building"],
  ["barrier-line", "barrier"],
  ["cluster-fill", "cluster"],
  ["grid-fill", "grid"],
  ["section-fill", "section"],
  ["community-fill", "community"],
];

export function bindPick(map: LibreMap): void {
  map.on("click", (event) => choose(map, event));
  map.on("mousemove", (event) => point(map, event));
}

function choose(map: LibreMap, event: MapMouseEvent): void {
  if (takeClick(event)) return;
  const found = findAt(map, event);
  if (found) change({ selection: { kind: found.kind, id: String(found.feature.properties.id) } });
  else change({ selection: null });
}

function point(map: LibreMap, event: MapMouseEvent): void {
  if (!state.measuring) map.getCanvas().style.cursor = findAt(map, event) ? "pointer" : "";
}

function findAt(map: LibreMap, event: MapMouseEvent): { kind: Kind; feature: MapGeoJSONFeature } | null {
  const layers = CLICKABLE.map(([id]) => id).filter((id) => map.getLayer(id));
  const features = map.queryRenderedFeatures(event.point, { layers });
  for (const [layer, kind] of CLICKABLE) {
    const feature = features.find((candidate) => candidate.layer.id === layer);
    if (feature) return { kind, feature };
  }
  return null;
}
