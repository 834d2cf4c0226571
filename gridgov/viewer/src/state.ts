// What the page shows now, who wants to know when it changes, and the same thing as a link.

import type { Colours, Kind, Me, Plan } from "./types";

export interface Selection {
  kind: Kind;
  id: string;
}

export type ClusterFill = "distinct" | "households" | "rentals" | "none";
export type BuildingFill = "plain" | "use" | "households" | "floors";
export type Tab = "areas" | "layers" | "quality";
export const LAYERS = ["communities", "sections", "clusters", "grids", "buildings", "barriers", "shelters", "rentals"] as const;
export type LayerName = (typeof LAYERS)[number];

export interface State {
  me: Me | null;
  plans: Plan[];
  plan: Plan | null;
  colours: Colours | null;
  selection: Selection | null;
  layers: Record<LayerName, boolean>;
  clusterFill: ClusterFill;
  buildingFill: BuildingFill;
  tab: Tab;
}

export const state: State = {
  me: null,
  plans: [],
  plan: null,
  colours: null,
  selection: null,
  layers: {
    communities: true,
    sections: true,
    clusters: true,
    grids: false,
    buildings: true,
    barriers: true,
    shelters: true,
    rentals: false,
  },
  clusterFill: "distinct",
  buildingFill: "use",
  tab: "areas",
};

type Part = keyof State;
const watchers = new Map<Part, Set<() => void>>();

/** Call `act` whenever one of the parts changes; returns how to stop. */
export function watch(parts: Part[], act: () => void): () => void {
  for (const part of parts) {
    if (!watchers.has(part)) watchers.set(part, new Set());
    watchers.get(part)?.add(act);
  }
  return () => parts.forEach((part) => watchers.get(part)?.delete(act));
}

export function change(parts: Partial<State>): void {
  Object.assign(state, parts);
  const acts = new Set<() => void>();
  for (const part of Object.keys(parts) as Part[]) watchers.get(part)?.forEach((act) => acts.add(act));
  acts.forEach((act) => act());
}

export function forgetWatchers(): void {
  watchers.clear();
}

// ---- links: #map=16.2/22.61800/114.03100&plan=P1&at=building:B7&off=shelters

export interface LinkParts {
  map: { zoom: number; lat: number; lng: number } | null;
  plan: string | null;
  selection: Selection | null;
  layers: Partial<Record<LayerName, boolean>>;
}

const KINDS: readonly string[] = ["community", "building", "cluster", "section", "grid", "shelter"];

export function readLink(hash: string): LinkParts {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  const numbers = (given.get("map") ?? "").split("/").map(Number);
  const [zoom, lat, lng] = numbers;
  const valid =
    numbers.length === 3 && numbers.every(Number.isFinite) && Math.abs(lat ?? 99) <= 85 && Math.abs(lng ?? 999) <= 180;
  const [kind, ...rest] = (given.get("at") ?? "").split(":");
  const layers: Partial<Record<LayerName, boolean>> = {};
  for (const name of LAYERS) {
    if ((given.get("on") ?? "").split(",").includes(name)) layers[name] = true;
    if ((given.get("off") ?? "").split(",").includes(name)) layers[name] = false;
  }
  return {
    map: valid ? { zoom: zoom ?? 0, lat: lat ?? 0, lng: lng ?? 0 } : null,
    plan: given.get("plan"),
    selection: kind && KINDS.includes(kind) && rest.length ? { kind: kind as Kind, id: rest.join(":") } : null,
    layers,
  };
}

const USUAL = { ...state.layers };

export function makeLink(map: { zoom: number; lat: number; lng: number } | null): string {
  const parts = new URLSearchParams();
  if (map) parts.set("map", `${map.zoom.toFixed(2)}/${map.lat.toFixed(5)}/${map.lng.toFixed(5)}`);
  if (state.plan) parts.set("plan", state.plan.plan_id);
  if (state.selection) parts.set("at", `${state.selection.kind}:${state.selection.id}`);
  const changed = LAYERS.filter((name) => state.layers[name] !== USUAL[name]);
  const on = changed.filter((name) => state.layers[name]);
  const off = changed.filter((name) => !state.layers[name]);
  if (on.length) parts.set("on", on.join(","));
  if (off.length) parts.set("off", off.join(","));
  return `#${parts.toString().replaceAll("%2F", "/").replaceAll("%3A", ":").replaceAll("%2C", ",")}`;
}
