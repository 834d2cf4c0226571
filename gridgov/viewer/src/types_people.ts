// What the server answers about homes and residents; the same columns as gridgov/web/models_people.py.

import type { Bounds } from "./types";

export const PLACES = ["grid", "section", "cluster", "building"] as const;
export type PlaceKind = (typeof PLACES)[number];

export const NEEDS = ["older_living_alone", "disability_support", "subsistence_allowance"] as const;
export type Need = (typeof NEEDS)[number];

export interface Counts extends Record<Need, number> {
  households: number;
  residents: number;
}

export interface HomeGrid extends Counts {
  id: string;
  code: string | null;
  name: string | null;
  community: string | null;
  bounds: Bounds;
}

export interface HomeBuilding extends Counts {
  id: string;
  name: string | null;
  address: string | null;
  bounds: Bounds;
}

export interface Home extends Counts {
  id: string;
  unit: number | null;
  storey: number | null;
  room: string | null;
}

export interface Homes extends Counts {
  kind: PlaceKind;
  id: string;
  code: string | null;
  name: string | null;
  address: string | null;
  buildings: HomeBuilding[];
  homes: Home[];
}

export const FIELDS = ["name", "telephone", "id_number", "address"] as const;
export type Field = (typeof FIELDS)[number];

export interface MaskedPerson extends Record<Need, boolean | null> {
  resident_id: string;
  household_id: string;
  building_id: string;
  unit: number | null;
  storey: number | null;
  room: string | null;
  birth_year: number | null;
  basis: string | null;
  masks: Record<Field, string | null>;
}

export type Identity = { resident_id: string } & Record<Field, string | null>;

export interface Allowance {
  reveals_left: number;
  reveals_a_day: number;
  lookups_left: number;
  lookups_a_day: number;
  id_numbers: boolean;
}
