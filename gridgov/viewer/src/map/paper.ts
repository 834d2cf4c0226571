// A printed page: the same map drawn once more at the size and fineness of the paper, with title, legend and scale.

import { Map as LibreMap } from "maplibre-gl";
import { h, replace, svg } from "../dom";
import { type Point, distance } from "../geo";
import { creditShown } from "../panels/credit";
import { makePaperLegend } from "../panels/paperlegend";
import { state } from "../state";
import type { Bounds } from "../types";
import { formatMetres, formatNumber, getLanguage, t } from "../words";
import { bindHatch, paintShades } from "./shade";
import { FONTS, currentMap } from "./view";

export const PAPERS = { A4: { long: 297, short: 210, fineness: 3 }, A3: { long: 420, short: 297, fineness: 2 } } as const;
export type PaperName = keyof typeof PAPERS;

export interface Paper {
  name: PaperName;
  landscape: boolean;
  title: string;
  note: string;
  /** Metres on the ground to one on paper; null fits what is on the screen. */
  ratio: number | null;
  legend: boolean;
}

const MM_OF_PIXEL = 25.4 / 96;
const TILE = 512;
const NICE = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];

/** Lay the page out; what is returned prints it and clears it away. */
export async function layOut(paper: Paper): Promise<() => void> {
  const screen = currentMap();
  if (!screen) throw new Error("there is no map");
  const ratio = paper.ratio ?? ratioOnScreen(paper);
  const frame = h("div", { class: "paper-map" });
  const page = makePage(paper, frame, ratio);
  document.querySelector(".paper")?.remove();
  document.body.append(page);
  const [west, south, east, north] = seenOfPlan(screen);
  const centre: Point = [(west + east) / 2, (south + north) / 2];
  const zoom = Math.log2(metresOfWorld(centre) / (TILE * metresOfPixel(ratio)));
  const picture = await draw(screen, frame, { center: centre, zoom }, PAPERS[paper.name].fineness);
  replace(frame, picture, makeNorth());
  return () => {
    const forget = setPageSize(paper);
    document.body.classList.add("printing");
    addEventListener("afterprint", () => {
      document.body.classList.remove("printing");
      forget();
      page.remove();
    }, { once: true });
    window.print();
  };
}

/** The scale, rounded up to a number people like, at which the paper holds what the screen shows of the plan. */
export function ratioOnScreen(paper: Paper): number {
  const screen = currentMap();
  if (!screen) return 10_000;
  const [wide, high] = frameSize(paper);
  const [west, south, east, north] = seenOfPlan(screen);
  const middle: Point = [(west + east) / 2, (south + north) / 2];
  const [across, up] = [distance([west, middle[1]], [east, middle[1]]), distance([middle[0], south], [middle[0], north])];
  const needed = 1030 * Math.max(across / wide, up / high);
  const power = 10 ** Math.floor(Math.log10(needed));
  return Math.round((NICE.find((one) => one * power >= needed) ?? 10) * power);
}

/** What of the plan is on the screen; all of the screen where that is nothing. */
function seenOfPlan(screen: LibreMap): Bounds {
  const seen = screen.getBounds();
  const whole: Bounds = [seen.getWest(), seen.getSouth(), seen.getEast(), seen.getNorth()];
  const plan = state.plan?.bounds;
  if (!plan) return whole;
  const both: Bounds = [Math.max(whole[0], plan[0]), Math.max(whole[1], plan[1]), Math.min(whole[2], plan[2]), Math.min(whole[3], plan[3])];
  return both[0] < both[2] && both[1] < both[3] ? both : whole;
}

/** Width and height in millimetres that title and legend leave for the map: laid out to be measured. */
function frameSize(paper: Paper): [number, number] {
  const frame = h("div", { class: "paper-map" });
  const page = makePage(paper, frame, 10_000);
  document.body.append(page);
  const { width, height } = frame.getBoundingClientRect();
  page.remove();
  return [width * MM_OF_PIXEL, Math.max(height * MM_OF_PIXEL, 40)];
}

const metresOfPixel = (ratio: number): number => (ratio * MM_OF_PIXEL) / 1000;

/** How wide the whole map would be in the metres of one place: on the ellipsoid, the mean of across and up. */
function metresOfWorld([lng, lat]: Point): number {
  const step = 0.005;
  const across = distance([lng - step, lat], [lng + step, lat]);
  const up = distance([lng, lat - step * Math.cos((lat * Math.PI) / 180)], [lng, lat + step * Math.cos((lat * Math.PI) / 180)]);
  return ((across + up) / 2 / (2 * step)) * 360;
}

/** Draw the map once more, off the screen, and give it back as a picture. */
async function draw(screen: LibreMap, frame: HTMLElement, place: { center: [number, number]; zoom: number }, fineness: number): Promise<HTMLElement> {
  const container = h("div", { class: "paper-canvas" });
  replace(frame, container);
  const map = new LibreMap({
    container,
    // as it is on the screen, with everything switched on and off there
    style: screen.getStyle(),
    ...place,
    maxZoom: 22,
    interactive: false,
    attributionControl: false,
    fadeDuration: 0,
    // coarse while tiles come in, for every tile draws all of it anew
    pixelRatio: 0.25,
    maxCanvasSize: [8192, 8192],
    localIdeographFontFamily: FONTS,
    canvasContextAttributes: { preserveDrawingBuffer: true },
  });
  bindHatch(map);
  try {
    await new Promise<void>((done, fail) => {
      map.on("error", (event) => fail(event.error));
      map.once("load", () => {
        paintShades(map, state);
        map.once("idle", () => done());
      });
    });
    const drawn = new Promise<void>((done) => map.once("idle", () => done()));
    map.setPixelRatio(fineness);
    await drawn;
    const blob = await new Promise<Blob | null>((done) => map.getCanvas().toBlob(done, "image/png"));
    if (!blob) throw new Error("the canvas is too large");
    const image = h("img", { alt: t("map"), src: URL.createObjectURL(blob) });
    await image.decode();
    return image;
  } finally {
    map.remove();
  }
}

function makePage(paper: Paper, frame: HTMLElement, ratio: number): HTMLElement {
  const subtitle = [state.values && state.shading ? (getLanguage() === "zh" ? state.values.chinese : state.values.english) : null, paper.note].filter(Boolean).join(" · ");
  const credit = creditShown();
  const facts: [string, string][] = [
    [t("printSource"), t("printSourceIs", { plan: state.plan?.name ?? "" })],
    ...(credit ? [[t("ground"), credit] as [string, string]] : []),
    [t("printedOn"), new Date().toLocaleDateString(getLanguage() === "zh" ? "zh-CN" : "en-GB", { year: "numeric", month: "long", day: "numeric" })],
  ];
  return h(
    "div",
    { class: `paper paper-${paper.name} ${paper.landscape ? "landscape" : "portrait"}`, lang: getLanguage() },
    h("header", {}, h("h1", {}, paper.title || t("title")), subtitle ? h("p", {}, subtitle) : null),
    frame,
    h(
      "footer",
      {},
      paper.legend ? makePaperLegend() : h("div"),
      h("div", { class: "paper-facts" }, makeBar(ratio), ...facts.map(([name, value]) => h("p", {}, h("b", {}, name), value)), h("p", { class: "paper-datum" }, t("printDatum"))),
    ),
  );
}

/** A scale bar of four parts, as long as a round number of metres. */
function makeBar(ratio: number): HTMLElement {
  const longest = (52 * ratio) / 1000;
  const power = 10 ** Math.floor(Math.log10(longest));
  const metres = [5, 2, 1].map((one) => one * power).find((one) => one <= longest) ?? power;
  const wide = (metres / ratio) * 1000;
  const boxes = [0, 1, 2, 3].map((at) => svg("rect", { x: (at * wide) / 4, y: 0, width: wide / 4, height: 1.6, fill: at % 2 ? "#fff" : "#22333b", stroke: "#22333b", "stroke-width": 0.2 }));
  const texts = [0, 0.5, 1].map((part) => {
    const text = part === 0 ? "0" : formatMetres(metres * part);
    return svg("text", { x: wide * part, y: 4.8, "text-anchor": part === 0 ? "start" : "middle", "font-size": 2.7, fill: "#22333b" }, text);
  });
  const drawing = svg("svg", { viewBox: `0 0 ${wide + 10} 5.6`, class: "paper-bar", width: `${wide + 10}mm`, height: "5.6mm", "aria-hidden": "true" }, ...boxes, ...texts);
  return h("div", { class: "paper-scale" }, drawing, h("p", { class: "paper-ratio" }, t("scaleRatio", { ratio: formatNumber(ratio) })));
}

function makeNorth(): SVGElement {
  const arrow = svg("path", { d: "M10 2 L16 22 L10 18 L4 22 Z", fill: "#22333b", stroke: "#fff", "stroke-width": 1 });
  const word = svg("text", { x: 10, y: 32, "text-anchor": "middle", "font-size": 9, "font-weight": 700, fill: "#22333b", stroke: "#fff", "stroke-width": 2, "paint-order": "stroke" }, t("north"));
  return svg("svg", { viewBox: "0 0 20 34", class: "paper-north", "aria-hidden": "true" }, arrow, word);
}

/** Tell the printer which paper; the rule is taken away again afterwards. */
function setPageSize(paper: Paper): () => void {
  const sheet = new CSSStyleSheet();
  sheet.insertRule(`@page { size: ${paper.name} ${paper.landscape ? "landscape" : "portrait"}; margin: 0; }`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  return () => (document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet));
}
