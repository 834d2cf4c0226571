// What the page shows now, and who wants to know when it changes.

import type { AreaLevel, AreaValues, Colours, Grounds, Kind, Me, Plan } from "./types";

export interface Selection {
  kind: Kind;
  id: string;
}

export type ClusterFill = "distinct" | "households" | "rentals" | "none";
export type BuildingFill = "plain" | "use" | "households" | "floors";
export type Tab = "areas" | "layers" | "shades" | "quality" | "compare" | "residents";
export const METHODS = ["quantile", "equal", "natural", "target"] as const;
export type Method = (typeof METHODS)[number];
export type Measuring = "distance" | "area";

export const LAYERS = ["communities", "sections", "clusters", "grids", "buildings", "barriers", "shelters", "rentals"] as const;
export type LayerName = (typeof LAYERS)[number];

/** By which indicator areas are shaded, and how its values are put into classes. */
export interface Shading {
  name: string;
  level: AreaLevel;
  method: Method;
  classes: number;
}

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
  labels: boolean;
  opacity: Partial<Record<LayerName | "shades" | "ground", number>>;
  shading: Shading | null;
  values: AreaValues | null;
  /** Why the values did not come. */
  valuesFailed: unknown;
  grounds: Grounds | null;
  ground: string | null;
  measuring: Measuring | null;
  pin: [number, number] | null;
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
  labels: true,
  opacity: {},
  shading: null,
  values: null,
  valuesFailed: null,
  grounds: null,
  ground: null,
  measuring: null,
  pin: null,
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
