// Ask the server what lies around a thing, how a plan fares, and what another plan would change.

import { get } from "./api";
import type { Around, Check, CheckPlace, Compared, RentalHouse } from "./types_know";

export const know = {
  around: (plan: string, kind: string, id: string) => get<Around>(`/api/around/${kind}/${encodeURIComponent(id)}`, { plan }),
  rentals: (plan: string, kind: string, id: string) => get<RentalHouse[]>(`/api/rentals/${kind}/${encodeURIComponent(id)}`, { plan }),
  checks: (plan: string) => get<Check[]>("/api/checks", { plan }),
  places: (plan: string, check: string, offset: number) =>
    get<CheckPlace[]>(`/api/checks/${check}`, { plan, offset: String(offset), limit: "100" }),
  compare: (from: string, to: string) => get<Compared>("/api/compare", { from, to }),
};
