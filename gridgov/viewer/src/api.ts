// Ask the server; every refusal becomes a Problem.

import type { AreaMeasure, AreaValues, Colours, Facts, Finding, Found, Grounds, Me, Plan, Quality, TreeNode } from "./types";

export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
  ) {
    super(detail);
  }
}

let onSignedOut: () => void = () => undefined;

/** Say what to do when the session has ended. */
export function whenSignedOut(act: () => void): void {
  onSignedOut = act;
}

/** Say that the server no longer knows us, e.g. because a tile was refused. */
export function noteSignedOut(): void {
  onSignedOut();
}

let onReached: (reached: boolean) => void = () => undefined;

/** Hear at every question whether the server answered. */
export function whenReached(act: (reached: boolean) => void): void {
  onReached = act;
}

/** Say that the server does not answer, e.g. because a tile did not come. */
export function noteUnreachable(): void {
  onReached(false);
}

export const api = {
  me: () => get<Me | null>("/api/me"),
  signIn: (login: string, password: string, code?: string) => post<Me>("/login", { login, password, code: code || undefined }),
  signOut: () => post<null>("/logout"),
  plans: () => get<Plan[]>("/api/plans"),
  tree: (plan: string, community?: string) => get<TreeNode[]>("/api/tree", { plan, community }),
  search: (plan: string, q: string) => get<Found[]>("/api/search", { plan, q }),
  facts: (plan: string, kind: string, id: string) => get<Facts>(`/api/facts/${kind}/${encodeURIComponent(id)}`, { plan }),
  quality: (plan: string) => get<Quality>(`/api/quality/${encodeURIComponent(plan)}`),
  colours: (plan: string) => get<Colours>(`/api/colours/${encodeURIComponent(plan)}`),
  measures: () => get<AreaMeasure[]>("/api/indicators"),
  areaValues: (plan: string, name: string, level: string) => get<AreaValues>(`/api/indicators/${encodeURIComponent(name)}/${level}`, { plan }),
  grounds: () => get<Grounds>("/api/basemap"),
  findings: (plan: string, rule: string, offset: number) =>
    get<Finding[]>(`/api/findings/${encodeURIComponent(plan)}`, { rule, offset: String(offset), limit: "100" }),
};

export async function get<T>(path: string, query: Record<string, string | undefined> = {}): Promise<T> {
  const given = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined);
  const address = given.length ? `${path}?${new URLSearchParams(given)}` : path;
  return ask<T>(address, { headers: { Accept: "application/json" } }, false);
}

/** Send something; `quiet` where a refusal means a wrong password rather than a session that has ended. */
export function post<T>(path: string, body?: unknown, quiet = true): Promise<T> {
  return send<T>("POST", path, body, quiet);
}

export function patch<T>(path: string, body: unknown): Promise<T> {
  return send<T>("PATCH", path, body);
}

export function remove<T>(path: string): Promise<T> {
  return send<T>("DELETE", path);
}

function send<T>(method: string, path: string, body?: unknown, quiet = true): Promise<T> {
  const headers = { "Content-Type": "application/json", "X-Gridgov-Request": "1" };
  return ask<T>(path, { method, headers, body: body === undefined ? null : JSON.stringify(body) }, quiet);
}

async function ask<T>(address: string, request: RequestInit, quiet: boolean): Promise<T> {
  let answer: Response;
  try {
    answer = await fetch(address, { ...request, credentials: "same-origin" });
  } catch {
    onReached(false);
    throw new Problem(0, "unreachable", "");
  }
  onReached(true);
  if (answer.status === 204) return null as T;
  if (answer.ok) return (await answer.json()) as T;
  if (answer.status === 401 && !quiet) onSignedOut();
  const said = (await answer.json().catch(() => ({}))) as { code?: string; detail?: string };
  throw new Problem(answer.status, said.code ?? "http", said.detail ?? answer.statusText);
}
