// Measuring on the map: points that somebody sets, the line or the area between them, and what they come to.

import type { GeoJSONSource, LayerSpecification, Map as LibreMap, MapMouseEvent } from "maplibre-gl";
import { type Point, area, length } from "../geo";
import { change, state } from "../state";

export const SKETCH = "sketch";
const COLOUR = "#b3261e";

export interface Sketch {
  points: Point[];
  done: boolean;
  length_m: number;
  area_m2: number;
}

let points: Point[] = [];
let hover: Point | null = null;
let done = false;
let tell: (sketch: Sketch) => void = () => undefined;

/** Say who wants to hear what the sketch comes to. */
export function whenSketched(act: (sketch: Sketch) => void): void {
  tell = act;
}

export function sketchLayers(): LayerSpecification[] {
  const line = { "line-color": COLOUR, "line-width": 2.4, "line-dasharray": [2, 1.2] };
  return [
    { id: "sketch-area", source: SKETCH, type: "fill", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": COLOUR, "fill-opacity": 0.14 } },
    { id: "sketch-line", source: SKETCH, type: "line", layout: { "line-join": "round" }, filter: ["!=", ["geometry-type"], "Point"], paint: line },
    { id: "sketch-point", source: SKETCH, type: "circle", filter: ["==", ["geometry-type"], "Point"], paint: { "circle-color": "#ffffff", "circle-radius": 4.5, "circle-stroke-color": COLOUR, "circle-stroke-width": 2 } },
  ];
}

/** Whether clicks now belong to measuring; if so this one is taken. */
export function takeClick(event: MapMouseEvent): boolean {
  if (!state.measuring) return false;
  addPoint(event.lngLat.toArray());
  return true;
}

export function addPoint(point: Point): void {
  if (done) clear();
  const last = points.at(-1);
  if (!last || last[0] !== point[0] || last[1] !== point[1]) points.push(point);
  hover = null;
  draw();
}

export function undoPoint(): void {
  points.pop();
  done = false;
  draw();
}

export function endSketch(): void {
  if (points.length > 1) done = true;
  hover = null;
  draw();
}

export function clear(): void {
  points = [];
  hover = null;
  done = false;
  draw();
}

let target: LibreMap | null = null;

/** Bind measuring to a map. */
export function bindSketch(map: LibreMap): void {
  target = map;
  map.on("mousemove", (event) => {
    if (!state.measuring || done || points.length === 0) return;
    hover = event.lngLat.toArray();
    draw();
  });
  map.on("dblclick", (event) => {
    if (!state.measuring) return;
    event.preventDefault();
    endSketch();
  });
  map.getCanvas().addEventListener("keydown", (event) => {
    if (!state.measuring) return;
    const acts: Record<string, () => void> = {
      Enter: endSketch,
      Backspace: undoPoint,
      Escape: () => change({ measuring: null }),
      " ": () => addPoint(map.getCenter().toArray()),
    };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}

export function draw(): void {
  const shown = hover && !done ? [...points, hover] : points;
  const closed = state.measuring === "area" && shown.length > 2;
  const ring = closed ? [...shown, shown[0] ?? [0, 0]] : shown;
  tell({ points, done, length_m: length(ring), area_m2: state.measuring === "area" ? area(shown) : 0 });
  const source = target?.getSource<GeoJSONSource>(SKETCH);
  if (!source) return;
  const wrap = (type: string, coordinates: unknown): object => ({ type: "Feature", properties: {}, geometry: { type, coordinates } });
  const features = points.map((point) => wrap("Point", point));
  if (closed) features.push(wrap("Polygon", [ring]));
  else if (shown.length > 1) features.push(wrap("LineString", shown));
  source.setData({ type: "FeatureCollection", features } as Parameters<GeoJSONSource["setData"]>[0]);
}
