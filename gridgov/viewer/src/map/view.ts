// The map itself: makes it, keeps it in step with the state, and tells the state what was clicked.

import {
  GPUInitializationError,
  Map as LibreMap,
  Marker,
  NavigationControl,
  ScaleControl,
  prewarm,
  setWorkerUrl,
} from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import "maplibre-gl/dist/maplibre-gl.css";
import { noteSignedOut, noteUnreachable } from "../api";
import { type View, makeLink, readLink } from "../link";
import { LAYERS, type State, state, watch } from "../state";
import type { Bounds } from "../types";
import { getLanguage, t } from "../words";
import { fade } from "./fade";
import { layGround } from "./ground";
import { HIGHLIGHTS } from "./highlights";
import { bindPick } from "./pick";
import { bindHatch, paintShades } from "./shade";
import { bindSketch, clear, draw as drawSketch } from "./sketch";
import { MIN_ZOOMS, SWITCHES, buildingPaint, clusterPaint, isShown, makeLayers, makeStyle, sectionColours } from "./style";

setWorkerUrl(workerUrl);
// the worker's script is on its way while somebody signs in
prewarm();

/** Fonts of this machine that write the names on the map. */
export const FONTS = "'Noto Sans CJK SC', 'Microsoft YaHei', 'PingFang SC', sans-serif";

// So long the map waits for the colours of a plan that nobody has asked for yet.
const PATIENCE_MS = 1500;

// Sources whose tiles come from our own server, whatever the ground map does.
const OURS = Object.keys(MIN_ZOOMS);

// Below shades buildings are seen as plain shapes.
const BUILDING_SHADED = "#5f625f";

let map: LibreMap | null = null;

/** The map on the screen, for the tools that work on it. */
export function currentMap(): LibreMap | null {
  return map;
}
let flyElsewhere: ((place: Bounds | [number, number]) => void) | null = null;

/** Where there is no map, let something else bring places into view. */
export function flyBy(fly: typeof flyElsewhere): void {
  flyElsewhere = fly;
}

/** Make the map once the colours are known, so that its tiles are laid out once; say whether this browser can draw it. */
export async function openMap(container: HTMLElement): Promise<boolean> {
  await coloursOrPatience();
  if (!container.isConnected) return true;
  try {
    makeMap(container);
    return true;
  } catch (error) {
    if (error instanceof GPUInitializationError) return false;
    throw error;
  }
}

function coloursOrPatience(): Promise<void> {
  if (state.colours) return Promise.resolve();
  return new Promise((go) => {
    watch(["colours"], go);
    setTimeout(go, PATIENCE_MS);
  });
}

function makeMap(container: HTMLElement): void {
  const link = readLink(location.hash);
  const start = link.map ? { center: [link.map.lng, link.map.lat] as [number, number], zoom: link.map.zoom } : boundsOfPlan();
  const made = new LibreMap({
    container,
    style: makeStyle(state),
    ...start,
    attributionControl: false,
    localIdeographFontFamily: FONTS,
    dragRotate: false,
    pitchWithRotate: false,
    maxPitch: 0,
    maxZoom: 20,
    minZoom: 6,
    // letters that fade in are many frames more to draw for old graphics cards
    fadeDuration: 0,
    // the style is our own; a test holds it against the rules
    validateStyle: false,
    locale: words(),
  });
  map = made;
  // looking straight down there is no sky; drawing it would cost a program more and every pixel once more
  made.painter.drawFunctions.sky = () => undefined;
  made.touchZoomRotate.disableRotation();
  made.addControl(new NavigationControl({ showCompass: false }), "bottom-right");
  made.addControl(new ScaleControl({ maxWidth: 120, unit: "metric" }), "bottom-left");
  bindSketch(made);
  bindHatch(made);
  made.on("load", () => {
    applyAll();
    (window as unknown as { gridgovMap: LibreMap | null }).gridgovMap = made;
    container.dataset.ready = "yes";
    performance.mark("gridgov-drawn");
  });
  made.once("idle", () => performance.mark("gridgov-still"));
  made.on("error", (event) => {
    const { status } = event.error as { status?: number };
    const ours = OURS.includes((event as { sourceId?: string }).sourceId ?? "");
    if (status === 401) noteSignedOut();
    else if (status === 0 && ours) noteUnreachable();
    else console.error(event.error);
  });
  made.on("webglcontextlost", () => (container.dataset.lost = t("contextLost")));
  made.on("webglcontextrestored", () => delete container.dataset.lost);
  made.on("moveend", writeLink);
  bindPick(made);
  follow();
}

/** Ask for every tile again, once the server is back. */
export function loadTilesAgain(): void {
  for (const source of Object.keys(map?.getStyle().sources ?? {})) if (OURS.includes(source)) map?.refreshTiles(source);
}

export function closeMap(): void {
  map?.remove();
  map = null;
}

/** Bring a box or a point into view, clear of the panels. */
export function flyTo(place: Bounds | [number, number] | null): void {
  if (!map && place) flyElsewhere?.(place);
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
    map?.once("styledata", applyAll);
    showWhole();
    writeLink();
  });
  watch(["layers", "labels"], () => {
    if (map) applySwitches(map, state);
    writeLink();
  });
  watch(["clusterFill", "buildingFill", "colours"], () => {
    if (map) applyFills(map, state);
    writeLink();
  });
  watch(["opacity", "shading", "values"], () => {
    if (map) applyShades(map, state);
    writeLink();
  });
  watch(["ground"], () => {
    if (map) applyGround(map, state);
    writeLink();
  });
  watch(["opacity"], () => state.opacity.ground !== undefined && map && applyGround(map, state));
  watch(["selection"], () => {
    if (map) applySelection(map, state);
    writeLink();
  });
  watch(["measuring"], () => {
    clear();
    if (map) map.getCanvas().style.cursor = state.measuring ? "crosshair" : "";
    if (state.measuring) map?.doubleClickZoom.disable();
    else map?.doubleClickZoom.enable();
  });
  watch(["pin"], () => {
    applyPin();
    writeLink();
  });
}

function applyAll(): void {
  if (!map) return;
  dress(map, state);
  applyPin();
  drawSketch();
}

/** Bring a map in step with the state, e.g. the one that is drawn for paper. */
export function dress(on: LibreMap, shown: State): void {
  applySwitches(on, shown);
  applyFills(on, shown);
  applyShades(on, shown);
  applySelection(on, shown);
  applyGround(on, shown);
}

function applySwitches(on: LibreMap, shown: State): void {
  for (const name of LAYERS) {
    for (const id of SWITCHES[name]) {
      const wanted = isShown(id, shown) ? "visible" : "none";
      // to set it anew, even to the same, has every tile of the source laid out again
      if (on.getLayer(id) && (on.getLayoutProperty(id, "visibility") ?? "visible") !== wanted) on.setLayoutProperty(id, "visibility", wanted);
    }
  }
}

function applyFills(on: LibreMap, shown: State): void {
  if (!on.getLayer("cluster-fill")) return;
  on.setPaintProperty("cluster-fill", "fill-color", clusterPaint(shown.clusterFill, shown));
  on.setPaintProperty("section-fill", "fill-color", sectionColours(shown));
  on.setPaintProperty("building-fill", "fill-color", shown.shading ? BUILDING_SHADED : buildingPaint(shown.buildingFill));
}

function applyShades(on: LibreMap, shown: State): void {
  paintShades(on, shown);
  fade(on, makeLayers(shown), shown);
  if (on.getLayer("building-fill")) applyFills(on, shown);
}

function applyGround(on: LibreMap, shown: State): void {
  void layGround(on, shown, () => console.warn(t("groundFailed"))).then(() => on.getLayer("ground") && fade(on, makeLayers(shown), shown));
}

let marker: Marker | null = null;

function applyPin(): void {
  marker?.remove();
  marker = null;
  if (map && state.pin) marker = new Marker({ color: "#b3261e" }).setLngLat(state.pin).addTo(map);
}

function applySelection(on: LibreMap, shown: State): void {
  for (const kind of Object.keys(HIGHLIGHTS)) {
    const id = shown.selection?.kind === kind ? shown.selection.id : "";
    for (const layer of [`selected-${kind}`, `selected-${kind}-halo`]) {
      if (on.getLayer(layer)) on.setFilter(layer, ["==", ["get", "id"], id]);
    }
  }
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
