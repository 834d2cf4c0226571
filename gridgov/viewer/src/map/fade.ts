// How opaque each layer is: what the style says, times what the person chose.

import type { LayerSpecification, Map as LibreMap } from "maplibre-gl";
import type { LayerName, State } from "../state";
import { SWITCHES } from "./style";

const PROPERTIES: Record<string, string[]> = {
  fill: ["fill-opacity"],
  line: ["line-opacity"],
  circle: ["circle-opacity", "circle-stroke-opacity"],
  symbol: ["text-opacity"],
  raster: ["raster-opacity"],
};

export function fade(map: LibreMap, styled: LayerSpecification[], state: State): void {
  for (const layer of styled) {
    if (!map.getLayer(layer.id)) continue;
    const share = shareOf(layer.id, state);
    for (const property of PROPERTIES[layer.type] ?? []) {
      const usual = ((layer.paint ?? {}) as Record<string, unknown>)[property] ?? 1;
      const wanted = scale(usual, share);
      // what is set anew, even to the same, is drawn anew
      if (isSame(map.getPaintProperty(layer.id, property as "fill-opacity") ?? 1, wanted)) continue;
      map.setPaintProperty(layer.id, property as "fill-opacity", wanted as number);
    }
  }
}

function isSame(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

function shareOf(id: string, state: State): number {
  if (id.startsWith("shade-")) return state.opacity.shades ?? 1;
  const layer = (Object.keys(SWITCHES) as LayerName[]).find((name) => SWITCHES[name].includes(id));
  const share = layer ? (state.opacity[layer] ?? 1) : 1;
  const shaded = state.shading !== null;
  // where areas are shaded the colours below and above them would only confuse
  if (shaded && UNDER_SHADES.includes(id)) return 0;
  if (shaded && id === "building-fill") return share * 0.3;
  if (hasGround(state) && id === "community-fill") return 0;
  if (hasGround(state) && ["cluster-fill", "section-fill"].includes(id)) return share * 0.55;
  return share;
}

export function hasGround(state: State): boolean {
  return state.grounds?.choices.some((choice) => choice.name === state.ground) ?? false;
}

const UNDER_SHADES = ["cluster-fill", "section-fill", "grid-fill"];

/** A number or an expression times a share; zoom may only stand outside, so its stops are scaled one by one. */
function scale(usual: unknown, share: number): unknown {
  if (share === 1) return usual;
  if (typeof usual === "number") return usual * share;
  if (!Array.isArray(usual)) return usual;
  if (usual[0] === "interpolate") return usual.map((part: unknown, at) => (at > 2 && at % 2 === 0 ? scale(part, share) : part));
  return ["*", usual, share];
}
