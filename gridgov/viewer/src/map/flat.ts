// A flat map drawn as SVG: Web Mercator, north up, in units of about a metre.

import type { Bounds } from "../types";

export type Place = [number, number];

export interface Frame {
  x: number;
  y: number;
  width: number;
  height: number;
}

const UNIT = 100_000;

export function project([lng, lat]: Place): Place {
  const y = (Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360)) * 180) / Math.PI;
  return [Math.round(lng * UNIT * 10) / 10, Math.round(-y * UNIT * 10) / 10];
}

/** The part of the drawing that holds a box, with a margin. */
export function frameOf([west, south, east, north]: Bounds): Frame {
  const [x, bottom] = project([west, south]);
  const [right, y] = project([east, north]);
  const margin = 0.08 * Math.max(right - x, bottom - y, 40);
  return { x: x - margin, y: y - margin, width: right - x + 2 * margin, height: bottom - y + 2 * margin };
}

/** What an SVG path draws along rings of longitude and latitude. */
export function pathOf(rings: Place[][]): string {
  return rings.map((ring) => `M${ring.map((at) => project(at).join(" ")).join("L")}Z`).join("");
}

export function boundsOf(rings: Place[][]): Bounds {
  const points = rings.flat();
  const axis = (at: 0 | 1): number[] => points.map((point) => point[at]);
  return [Math.min(...axis(0)), Math.min(...axis(1)), Math.max(...axis(0)), Math.max(...axis(1))];
}
