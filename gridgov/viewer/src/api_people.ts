// Ask the server about homes and residents. What names somebody goes and comes in bodies, never in an address.

import { get, post } from "./api";
import type { Allowance, HomeGrid, Homes, Identity, MaskedPerson, PlaceKind } from "./types_people";

export const people = {
  allowance: () => get<Allowance>("/api/allowance"),
  grids: () => get<HomeGrid[]>("/api/homes"),
  homes: (kind: PlaceKind, id: string) => get<Homes>(`/api/homes/${kind}/${encodeURIComponent(id)}`),
  household: (id: string) => get<MaskedPerson[]>("/api/people", { household: id }),
  lookUp: (wanted: Record<string, string>) => post<MaskedPerson[]>("/api/people/lookup", wanted, false),
  reveal: (id: string, reason: string, words: string) => post<Identity>(`/api/people/${encodeURIComponent(id)}/reveal`, { reason, words }, false),
};
