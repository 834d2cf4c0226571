// A flat map drawn as SVG: Web Mercator, north up, in units of about a metre.

import { svg } from "../dom";
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

const NAME_PX = 13;
/** Lines by which a name may be moved up or down to stand free. */
const MOVES = [0, -0.6, 0.6, -1, 1];

/** A name over a place; those made first are placed first. */
export function nameAt(at: Place, name: string): SVGElement {
  const [x, y] = project(at);
  return svg("text", { x, y, "data-y": y, class: "outline-name", "text-anchor": "middle", "dominant-baseline": "central", "aria-hidden": "true" }, name);
}

/** Give the names their size on the screen, and leave out those that would lie over others. */
export function placeNames(drawing: SVGElement, frame: Frame): void {
  const pixel = Math.max(frame.width / Math.max(drawing.clientWidth, 1), frame.height / Math.max(drawing.clientHeight, 1));
  (drawing as SVGElement & { style: CSSStyleDeclaration }).style.setProperty("--pixel", String(pixel));
  const line = NAME_PX * pixel;
  const taken: [number, number, number][] = [];
  for (const text of drawing.querySelectorAll<SVGTextElement>("text.outline-name")) {
    const [x, y, half] = [Number(text.getAttribute("x")), Number(text.dataset.y), (widthOf(text.textContent ?? "") * line) / 2];
    const isFree = (at: number): boolean => taken.every(([left, top, other]) => Math.abs(left - x) > half + other || Math.abs(top - at) > 1.15 * line);
    const at = MOVES.map((move) => y + move * line).find(isFree);
    text.style.display = at === undefined ? "none" : "";
    if (at === undefined) continue;
    text.setAttribute("y", String(at));
    taken.push([x, at, half]);
  }
}

/** About how wide a name is, in its letters' height: Chinese is square. */
function widthOf(name: string): number {
  return [...name].reduce((sum, letter) => sum + (letter > "\u2e7f" ? 1 : 0.58), 0.3);
}
