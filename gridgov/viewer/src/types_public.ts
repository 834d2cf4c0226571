// What the server answers to the public page.

import type { Place } from "./map/flat";

export type Figure = "households" | "clusters" | "sections" | "grids" | "buildings" | "shelters" | "rental_houses" | "liaison" | "shelter" | "letters";
export type Row = { level: "district" | "subdistrict" | "community"; id: string; parent_id: string | null; name: string } & Record<Figure, number | null>;

export interface Area<Properties> {
  properties: Properties;
  geometry: { type: "Polygon"; coordinates: Place[][] } | { type: "MultiPolygon"; coordinates: Place[][][] };
}

export interface PublicPage {
  plan: { name: string; published_from: string | null } | null;
  made_at: string | null;
  figures: Row[];
  outlines: { features: Area<{ id: string; name: string; at: Place }>[] };
  /** In which band the households of each section lie; null where it is withheld. */
  sections: { bands: number[]; features: Area<{ community: string; band: number | null }>[] };
}
