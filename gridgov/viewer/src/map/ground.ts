// The ground map below the layers: none, the office's own file, or pictures from an address that somebody set.

import { type LayerSpecification, type Map as LibreMap, type SourceSpecification, addProtocol } from "maplibre-gl";
import type { State } from "../state";
import { hasGround } from "./fade";

const PREFIX = "ground-map";
const FIRST_ABOVE = "community-fill";

/** Put the chosen ground map below everything, or take it away. */
export async function layGround(map: LibreMap, state: State, onFailed: () => void): Promise<void> {
  const made = hasGround(state) ? await makeGround(state).catch(onFailed) : null;
  for (const layer of map.getStyle().layers.filter((one) => one.id.startsWith(PREFIX))) map.removeLayer(layer.id);
  for (const source of Object.keys(map.getStyle().sources).filter((one) => one.startsWith(PREFIX))) map.removeSource(source);
  if (!made || !map.getLayer(FIRST_ABOVE)) return;
  for (const [name, source] of Object.entries(made.sources)) map.addSource(name, source);
  for (const layer of made.layers) map.addLayer(layer, FIRST_ABOVE);
}

interface Made {
  sources: Record<string, SourceSpecification>;
  layers: LayerSpecification[];
}

async function makeGround(state: State): Promise<Made> {
  const { grounds } = state;
  const choice = grounds?.choices.find((one) => one.name === state.ground);
  if (!grounds || !choice) return { sources: {}, layers: [] };
  if (grounds.file) return makeFile(new URL(grounds.file, location.href).href, state.opacity.ground ?? 1);
  const names = choice.tiles.map((_, at) => `${PREFIX}-${choice.name}-${at}`);
  const sources = choice.tiles.map((tiles) => ({ type: "raster" as const, tiles: tiles.map(absolute), tileSize: 256, maxzoom: grounds.max_zoom }));
  return {
    sources: Object.fromEntries(names.map((name, at) => [name, sources[at] as SourceSpecification])),
    layers: names.map((name) => ({ id: name, type: "raster", source: name, paint: { "raster-opacity": state.opacity.ground ?? 1 } })),
  };
}

function absolute(tiles: string): string {
  return tiles.startsWith("/") ? location.origin + tiles : tiles;
}

let known = false;

/** A file of picture tiles or of vector tiles; the program that reads it is fetched only where there is one. */
async function makeFile(address: string, opacity: number): Promise<Made> {
  const { PMTiles, Protocol, TileType } = await import("pmtiles");
  const file = new PMTiles(address);
  const header = await file.getHeader();
  if (!known) addProtocol("pmtiles", new Protocol().tile);
  known = true;
  const source = { url: `pmtiles://${address}`, maxzoom: header.maxZoom, minzoom: header.minZoom };
  if (header.tileType !== TileType.Mvt) {
    const layer: LayerSpecification = { id: PREFIX, type: "raster", source: PREFIX, paint: { "raster-opacity": opacity } };
    return { sources: { [PREFIX]: { type: "raster", tileSize: 256, ...source } }, layers: [layer] };
  }
  const said = (await file.getMetadata()) as { vector_layers?: { id: string }[] };
  const layers = (said.vector_layers ?? []).flatMap(({ id }) => drawVectors(id, opacity));
  return { sources: { [PREFIX]: { type: "vector", ...source } }, layers: layers.sort((a, b) => rank(a.id) - rank(b.id)) };
}

// Plain looks for the layers that free base maps have in common; a layer of another name is drawn as thin lines.
const LOOKS: [RegExp, "fill" | "line", string, number][] = [
  [/^(earth|land)$/, "fill", "#f5f5f0", 1],
  [/land(cover|use)|park|natural/, "fill", "#e6ecdb", 1],
  [/water$|^water|ocean/, "fill", "#cbdde6", 1],
  [/building/, "fill", "#e3ded5", 1],
  [/waterway|river/, "line", "#b5d0de", 1.4],
  [/road|transport|street|highway/, "line", "#c9c4ba", 1.6],
  [/rail/, "line", "#b7b3ad", 1.2],
  [/bound/, "line", "#b3a3a3", 1],
];

function rank(id: string): number {
  const at = LOOKS.findIndex(([names]) => names.test(id.slice(PREFIX.length + 1)));
  return at < 0 ? LOOKS.length : at;
}

function drawVectors(id: string, opacity: number): LayerSpecification[] {
  const [, kind, colour, width] = LOOKS.find(([names]) => names.test(id)) ?? [/./, "line", "#c8c8c2", 0.6];
  const common = { id: `${PREFIX}-${id}`, source: PREFIX, "source-layer": id };
  const type = ["geometry-type"];
  if (/place|poi|label|name/.test(id)) return [];
  if (kind === "fill") {
    return [{ ...common, type: "fill", filter: ["==", type, "Polygon"] as never, paint: { "fill-color": colour, "fill-opacity": opacity } }];
  }
  return [{ ...common, type: "line", filter: ["!=", type, "Point"] as never, paint: { "line-color": colour, "line-width": width, "line-opacity": opacity } }];
}
