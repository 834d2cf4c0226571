// What the page shows, as a link that opens it again: #map=16.2/22.618/114.031&plan=P1&at=building:B7&shade=households,cluster,natural,5

import { LAYERS, type LayerName, METHODS, type Method, type Selection, type Shading, type State, state } from "./state";
import { AREA_LEVELS, type AreaLevel, type Kind } from "./types";

export interface View {
  zoom: number;
  lat: number;
  lng: number;
}

export interface LinkParts {
  map: View | null;
  plan: string | null;
  /** The rest of the state that the link speaks of; what it is silent about is as usual. */
  state: Partial<State>;
}

const KINDS: readonly string[] = ["community", "building", "cluster", "section", "grid", "shelter", "barrier", "subdistrict", "district"];
const CLUSTER_FILLS = ["distinct", "households", "rentals", "none"] as const;
const BUILDING_FILLS = ["plain", "use", "households", "floors"] as const;
const USUAL = {
  layers: { ...state.layers },
  clusterFill: state.clusterFill,
  buildingFill: state.buildingFill,
};

export function readLink(hash: string): LinkParts {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  const [zoom, lat, lng] = readNumbers(given.get("map"), 3);
  const valid = zoom !== undefined && lat !== undefined && lng !== undefined && isPlace(lng, lat);
  const [pinLat, pinLng] = readNumbers(given.get("pin"), 2);
  const pin = pinLat !== undefined && pinLng !== undefined && isPlace(pinLng, pinLat);
  return {
    map: valid ? { zoom, lat, lng } : null,
    plan: given.get("plan"),
    state: {
      selection: readSelection(given.get("at")),
      layers: readLayers(given),
      shading: readShading(given.get("shade")),
      labels: given.get("labels") !== "off",
      opacity: readOpacity(given.get("fade")),
      ground: given.get("ground"),
      pin: pin ? [pinLng, pinLat] : null,
      clusterFill: CLUSTER_FILLS.find((fill) => fill === given.get("clusters")) ?? USUAL.clusterFill,
      buildingFill: BUILDING_FILLS.find((fill) => fill === given.get("buildings")) ?? USUAL.buildingFill,
    },
  };
}

export function makeLink(map: View | null): string {
  const changed = LAYERS.filter((name) => state.layers[name] !== USUAL.layers[name]);
  const { selection, shading, pin } = state;
  const faded = Object.entries(state.opacity).filter(([, opacity]) => opacity < 1);
  const parts: Record<string, string | false | null | undefined> = {
    map: map && `${map.zoom.toFixed(2)}/${map.lat.toFixed(5)}/${map.lng.toFixed(5)}`,
    plan: state.plan?.plan_id,
    at: selection && `${selection.kind}:${selection.id}`,
    on: changed.filter((name) => state.layers[name]).join(","),
    off: changed.filter((name) => !state.layers[name]).join(","),
    clusters: state.clusterFill !== USUAL.clusterFill && state.clusterFill,
    buildings: state.buildingFill !== USUAL.buildingFill && state.buildingFill,
    shade: shading && [shading.name, shading.level, shading.method, shading.classes].join(","),
    labels: !state.labels && "off",
    fade: faded.map(([name, opacity]) => `${name}:${Math.round(100 * opacity)}`).join(","),
    ground: state.ground,
    pin: pin && `${pin[1].toFixed(6)}/${pin[0].toFixed(6)}`,
  };
  const said = new URLSearchParams();
  for (const [name, value] of Object.entries(parts)) if (value) said.set(name, value);
  return `#${said.toString().replaceAll("%2F", "/").replaceAll("%3A", ":").replaceAll("%2C", ",")}`;
}

function readNumbers(text: string | null, count: number): number[] {
  const numbers = (text ?? "").split("/").map(Number);
  return text && numbers.length === count && numbers.every(Number.isFinite) ? numbers : [];
}

export function isPlace(lng: number, lat: number): boolean {
  return Math.abs(lat) <= 85 && Math.abs(lng) <= 180;
}

function readSelection(text: string | null): Selection | null {
  const [kind, ...rest] = (text ?? "").split(":");
  return kind && KINDS.includes(kind) && rest.length ? { kind: kind as Kind, id: rest.join(":") } : null;
}

function readLayers(given: URLSearchParams): Record<LayerName, boolean> {
  const layers = { ...USUAL.layers };
  for (const name of LAYERS) {
    if ((given.get("on") ?? "").split(",").includes(name)) layers[name] = true;
    if ((given.get("off") ?? "").split(",").includes(name)) layers[name] = false;
  }
  return layers;
}

function readShading(text: string | null): Shading | null {
  const [name, level, method, classes] = (text ?? "").split(",");
  const number = Number(classes);
  if (!name || !AREA_LEVELS.includes(level as AreaLevel) || !METHODS.includes(method as Method)) return null;
  return { name, level: level as AreaLevel, method: method as Method, classes: number >= 3 && number <= 7 ? Math.round(number) : 5 };
}

function readOpacity(text: string | null): State["opacity"] {
  const pairs = (text ?? "").split(",").map((pair) => pair.split(":"));
  const known: readonly string[] = [...LAYERS, "shades", "ground"];
  const valid = pairs.filter(([name, share]) => known.includes(name ?? "") && Number(share) >= 0 && Number(share) <= 100);
  return Object.fromEntries(valid.map(([name, share]) => [name, Number(share) / 100]));
}
