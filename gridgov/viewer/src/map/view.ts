// The map itself: makes it, keeps it in step with the state, and tells the state what was clicked.

import {
  Map as LibreMap,
  type MapGeoJSONFeature,
  type MapMouseEvent,
  NavigationControl,
  ScaleControl,
  setWorkerUrl,
} from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import "maplibre-gl/dist/maplibre-gl.css";
import { noteSignedOut } from "../api";
import { type View, makeLink, readLink } from "../link";
import { LAYERS, change, state, watch } from "../state";
import type { Bounds, Kind } from "../types";
import { getLanguage, t } from "../words";
import { HIGHLIGHTS, SWITCHES, buildingPaint, clusterPaint, makeStyle, sectionColours } from "./style";

setWorkerUrl(workerUrl);

// What a click finds, the finest first.
const CLICKABLE: [string, Kind][] = [
  ["shelter-point", "shelter"],
  ["building-fill", "building"],
  ["cluster-fill", "cluster"],
  ["grid-fill", "grid"],
  ["section-fill", "section"],
  ["community-fill", "community"],
];

let map: LibreMap | null = null;

/** Whether this browser can draw the map. */
export function canDraw(): boolean {
  return document.createElement("canvas").getContext("webgl2") !== null;
}

export function openMap(container: HTMLElement): void {
  const link = readLink(location.hash);
  const start = link.map ? { center: [link.map.lng, link.map.lat] as [number, number], zoom: link.map.zoom } : boundsOfPlan();
  const made = new LibreMap({
    container,
    style: makeStyle(state),
    ...start,
    attributionControl: false,
    localIdeographFontFamily: "'Noto Sans CJK SC', 'Microsoft YaHei', 'PingFang SC', sans-serif",
    dragRotate: false,
    pitchWithRotate: false,
    maxZoom: 20,
    minZoom: 6,
    fadeDuration: 120,
    locale: words(),
  });
  map = made;
  made.touchZoomRotate.disableRotation();
  made.addControl(new NavigationControl({ showCompass: false }), "bottom-right");
  made.addControl(new ScaleControl({ maxWidth: 120, unit: "metric" }), "bottom-left");
  made.on("load", () => {
    applyAll();
    (window as unknown as { gridgovMap: LibreMap | null }).gridgovMap = made;
    container.dataset.ready = "yes";
  });
  made.on("error", (event) => {
    if ((event.error as { status?: number }).status === 401) noteSignedOut();
    else console.error(event.error);
  });
  made.on("webglcontextlost", () => (container.dataset.lost = t("contextLost")));
  made.on("webglcontextrestored", () => delete container.dataset.lost);
  made.on("moveend", writeLink);
  made.on("click", choose);
  made.on("mousemove", point);
  follow();
}

export function closeMap(): void {
  map?.remove();
  map = null;
}

/** Bring a box or a point into view, clear of the panels. */
export function flyTo(place: Bounds | [number, number] | null): void {
  if (!map || !place) return;
  const [west, south, east, north] = place.length === 4 ? place : [place[0], place[1], place[0], place[1]];
  const smooth = !matchMedia("(prefers-reduced-motion: reduce)").matches;
  map.fitBounds([west, south, east, north], { padding: padding(), maxZoom: 17.5, duration: smooth ? 900 : 0 });
}

/** Go where a link says, at once. */
export function showView(view: View | null): void {
  if (view) map?.jumpTo({ center: [view.lng, view.lat], zoom: view.zoom });
}

export function showWhole(): void {
  flyTo(state.plan?.bounds ?? null);
}

export function writeLink(): void {
  const centre = map?.getCenter();
  const place = map && centre ? { zoom: map.getZoom(), lat: centre.lat, lng: centre.lng } : null;
  history.replaceState(null, "", makeLink(place));
}

function boundsOfPlan(): { bounds?: Bounds; fitBoundsOptions?: object; center?: [number, number]; zoom?: number } {
  const bounds = state.plan?.bounds;
  return bounds ? { bounds, fitBoundsOptions: { padding: padding() } } : { center: [114.05, 22.6], zoom: 11 };
}

function padding(): { top: number; bottom: number; left: number; right: number } {
  if (!matchMedia("(max-width: 760px)").matches) return { top: 48, bottom: 48, left: 48, right: 64 };
  const page = document.querySelector(".page");
  const covered = page?.classList.contains("sheet-open") || page?.classList.contains("with-facts");
  return { top: 70, bottom: covered ? innerHeight * 0.53 : 70, left: 24, right: 24 };
}

function follow(): void {
  watch(["plan"], () => {
    map?.setStyle(makeStyle(state), { diff: true });
    map?.once("idle", applyAll);
    showWhole();
    writeLink();
  });
  watch(["layers"], () => {
    applySwitches();
    writeLink();
  });
  watch(["clusterFill", "buildingFill", "colours"], applyFills);
  watch(["selection"], () => {
    applySelection();
    writeLink();
  });
}

function applyAll(): void {
  applySwitches();
  applyFills();
  applySelection();
}

function applySwitches(): void {
  for (const name of LAYERS) {
    for (const id of SWITCHES[name]) {
      if (map?.getLayer(id)) map.setLayoutProperty(id, "visibility", state.layers[name] ? "visible" : "none");
    }
  }
}

function applyFills(): void {
  if (!map?.getLayer("cluster-fill")) return;
  map.setPaintProperty("cluster-fill", "fill-color", clusterPaint(state.clusterFill, state));
  map.setPaintProperty("section-fill", "fill-color", sectionColours(state));
  map.setPaintProperty("building-fill", "fill-color", buildingPaint(state.buildingFill));
}

function applySelection(): void {
  for (const kind of Object.keys(HIGHLIGHTS)) {
    const id = state.selection?.kind === kind ? state.selection.id : "";
    for (const layer of [`selected-${kind}`, `selected-${kind}-halo`]) {
      if (map?.getLayer(layer)) map.setFilter(layer, ["==", ["get", "id"], id]);
    }
  }
}

function choose(event: MapMouseEvent): void {
  const found = findAt(event);
  if (found) change({ selection: { kind: found.kind, id: String(found.feature.properties.id) } });
  else change({ selection: null });
}

function point(event: MapMouseEvent): void {
  if (map) map.getCanvas().style.cursor = findAt(event) ? "pointer" : "";
}

function findAt(event: MapMouseEvent): { kind: Kind; feature: MapGeoJSONFeature } | null {
  if (!map) return null;
  const layers = CLICKABLE.map(([id]) => id).filter((id) => map?.getLayer(id));
  const features = map.queryRenderedFeatures(event.point, { layers });
  for (const [layer, kind] of CLICKABLE) {
    const feature = features.find((candidate) => candidate.layer.id === layer);
    if (feature) return { kind, feature };
  }
  return null;
}

function words(): Record<string, string> {
  const metric = getLanguage() === "zh" ? { "ScaleControl.Meters": "米", "ScaleControl.Kilometers": "公里" } : {};
  return {
    "NavigationControl.ZoomIn": t("zoomIn"),
    "NavigationControl.ZoomOut": t("zoomOut"),
    "Map.Title": t("map"),
    ...metric,
  };
}
