// What the server answers about surroundings, checks and comparisons; the same columns as gridgov/web/models_know.py.

import type { Bounds, Link } from "./types";

export interface DivisionFacts {
  kind: "district" | "subdistrict";
  id: string;
  code: string | null;
  name: string;
  population: number | null;
  bounds: Bounds | null;
  chain: Link[];
  counts: { communities: number; clusters: number; sections: number; grids: number; households: number; people: number | null };
}

export interface BarrierFacts {
  kind: "barrier";
  id: string;
  name: string | null;
  barrier_kind: "hard" | "soft" | "minor";
  length_m: number | null;
  area_m2: number | null;
  bounds: Bounds;
}

export interface Neighbour extends Link {
  relation: "stacked" | "beside" | "near";
  border_m: number | null;
  distance_m: number | null;
}

export interface Responsible {
  role: "liaison" | "officer";
  name: string;
  workplace: string | null;
  distance_m: number | null;
  sections: number | null;
}

export interface Around {
  parents: Link[];
  children: Link[];
  neighbours: Neighbour[];
  responsible: Responsible[];
}

export interface RentalHouse {
  id: string;
  building_id: string | null;
  building_name: string | null;
  address: string | null;
  unit: number | null;
  storey: number | null;
  rooms: number;
  tenants: number;
  let_type: string;
  house_class: "green" | "yellow" | "orange" | "red" | null;
  letter_signed: boolean | null;
  terminal_installed: boolean | null;
  visited_on: string | null;
}

export interface Check {
  check: string;
  count: number;
  amount: number | null;
}

export interface CheckPlace {
  kind: string;
  id: string;
  code: string | null;
  name: string | null;
  amount: number | null;
  bounds: Bounds | null;
}

export interface Change {
  change: "changed" | "new" | "gone";
  before: Link | null;
  after: Link | null;
  households_before: number;
  households_after: number;
  households_same: number;
  bounds: Bounds | null;
}

export interface Compared {
  households: { before: number; after: number; moved: number; added: number; removed: number };
  levels: { level: "cluster" | "section" | "grid"; same: number; changed: number; new: number; gone: number }[];
  changes: Change[];
}
