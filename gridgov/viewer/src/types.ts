// What the server answers; the same columns as gridgov/web/models.py.

import type { BarrierFacts, DivisionFacts } from "./types_know";

export type Bounds = [number, number, number, number];
export type Language = "zh" | "en";
export type Kind = "community" | "building" | "cluster" | "section" | "grid" | "shelter" | "barrier" | "subdistrict" | "district";

export interface Me {
  login: string;
  name: string;
  role: string;
  language: Language;
}

export interface Plan {
  plan_id: string;
  name: string;
  status: "draft" | "published";
  published_from: string | null;
  published_to: string | null;
  created_at: string;
  bounds: Bounds | null;
}

export interface TreeNode {
  id: string;
  level: "district" | "subdistrict" | "community" | "section" | "cluster" | "grid";
  parent_id: string | null;
  code: string | null;
  name: string | null;
  bounds: Bounds | null;
  households: number | null;
  sections: number | null;
  unit: number | null;
  storey_from: number | null;
  storey_to: number | null;
}

export interface Found {
  kind: Kind;
  id: string;
  code: string | null;
  name: string | null;
  place: string | null;
  bounds: Bounds;
}

export interface Link {
  kind: string;
  id: string;
  code: string | null;
  name: string | null;
  households: number | null;
}

export interface Rentals {
  houses: number;
  rooms: number | null;
  tenants: number | null;
  letters_signed: number | null;
  terminals_installed: number | null;
}

interface Common {
  id: string;
  name: string | null;
  bounds: Bounds | null;
}

export interface CommunityFacts extends Common {
  kind: "community";
  code: string | null;
  population: number | null;
  area_m2: number | null;
  chain: Link[];
  counts: { clusters: number; sections: number; grids: number; households: number; buildings: number };
  rentals: Rentals;
}

export interface GroupFacts extends Common {
  kind: "cluster" | "section" | "grid";
  code: string | null;
  group_kind: string | null;
  households: number;
  unit: number | null;
  storey_from: number | null;
  storey_to: number | null;
  area_m2: number;
  chain: Link[];
  parts: Link[];
  buildings: { id: string; name: string | null; address: string | null; households: number; estimated: boolean | null }[];
  rentals: Rentals;
  liaison: { name: string; workplace: string | null; distance_m: number | null } | null;
  shelters: { id: string | null; name: string | null; people: number | null; distance_m: number | null; reason: string | null }[];
}

export interface StackPart {
  unit: number | null;
  storey_from: number | null;
  storey_to: number | null;
  households: number;
  cluster_id: string | null;
  cluster_code: string | null;
  cluster_name: string | null;
  cluster_households: number | null;
}

export interface BuildingFacts extends Common {
  kind: "building";
  address: string | null;
  use: string | null;
  floors: number | null;
  floors_source: string | null;
  height_m: number | null;
  units: number | null;
  households: number | null;
  households_estimated: boolean | null;
  area_m2: number;
  chain: Link[];
  stack: StackPart[];
  rentals: Rentals | null;
}

export interface ShelterFacts extends Common {
  kind: "shelter";
  address: string | null;
  phone: string | null;
  indoor: boolean | null;
  area_m2: number | null;
  capacity: number | null;
  sign_name: boolean | null;
  sign_address: boolean | null;
  sign_phone: boolean | null;
  unsuitable_for: string | null;
  people: number | null;
  clusters: number;
}

export type Facts = CommunityFacts | GroupFacts | BuildingFacts | ShelterFacts | DivisionFacts | BarrierFacts;

export interface Quality {
  rules: { target: number | null; min: number | null; max: number | null };
  counts: {
    clusters: number;
    sections: number;
    grids: number;
    communities: number;
    households: number;
    households_estimated: number;
    buildings: number;
  };
  cluster_sizes: { households: number; clusters: number }[];
  section_sizes: { clusters: number; sections: number }[];
  liaisons: { liaisons: number; sections_with: number };
  shelters: { people: number | null; people_placed: number | null; shelters: number };
  findings: { rule: string; severity: Severity; count: number; names: Record<Language, string> }[];
}

export type Severity = "error" | "warning" | "note";

export interface Finding {
  layer: string;
  row_id: string;
  rule: string;
  severity: Severity;
  detail: string;
  action: string;
  place: [number, number] | null;
  words: Record<Language, { name: string; said: string; advice: string }>;
}

export interface Colours {
  shades: number;
  sections: Record<string, number>;
  clusters: Record<string, number>;
}

export const AREA_LEVELS = ["community", "grid", "section", "cluster"] as const;
export type AreaLevel = (typeof AREA_LEVELS)[number];

export interface AreaMeasure {
  name: string;
  english: string;
  chinese: string;
  kind: "count" | "density" | "ratio";
  unit_english: string;
  unit_chinese: string;
  about: "people" | "houses" | "places";
  levels: AreaLevel[];
  at_least: boolean | null;
  target_ratio: number | null;
}

/** Lists in step; null is no data, or hidden where `hidden` says so. */
export interface AreaValues extends AreaMeasure {
  level: AreaLevel;
  ids: string[];
  names: string[];
  values: (number | null)[];
  counts: (number | null)[];
  wholes: (number | null)[];
  hidden: boolean[];
  total_count: number | null;
  total_whole: number | null;
}

export interface Grounds {
  choices: { name: string; tiles: string[][] }[];
  file: string | null;
  credit: string;
  max_zoom: number;
}
