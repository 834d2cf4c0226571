// Tools at the edge of the map: where I am, measuring, printing.

import { h, icon, replace } from "../dom";
import type { Point } from "../geo";
import { type Sketch, addPoint, clear, endSketch, undoPoint, whenSketched } from "../map/sketch";
import { currentMap, flyTo } from "../map/view";
import { type Measuring, change, state, watch } from "../state";
import { type Word, formatArea, formatMetres, formatNumber, t } from "../words";
import { openPrint } from "./print";

export function makeTools(): HTMLElement {
  const said = h("div", { class: "tool-said", role: "status" });
  const say = (text: string): void => {
    said.textContent = text;
    if (text) window.setTimeout(() => said.textContent === text && (said.textContent = ""), 9000);
  };
  const buttons = [
    makeButton("here", "here", () => findMe(say)),
    makeMeasure("distance", "measureDistance"),
    makeMeasure("area", "measureArea"),
    makeButton("print", "print", openPrint),
  ];
  return h("div", { class: "tools-area" }, h("div", { class: "tools", role: "toolbar", "aria-label": t("tools"), "aria-orientation": "vertical" }, ...buttons), makeReadout(), said);
}

function makeButton(sign: string, word: Word, act: () => void): HTMLButtonElement {
  return h("button", { type: "button", id: `tool-${sign}`, class: "tool", title: t(word), "aria-label": t(word), onclick: act }, icon(sign));
}

function makeMeasure(kind: Measuring, word: Word): HTMLButtonElement {
  const flip = (): void => {
    change({ measuring: state.measuring === kind ? null : kind });
    currentMap()?.getCanvas().focus({ preventScroll: true });
  };
  const button = makeButton(kind, word, flip);
  const draw = (): void => button.setAttribute("aria-pressed", String(state.measuring === kind));
  watch(["measuring"], draw);
  draw();
  return button;
}

// ---- where I am

function findMe(say: (text: string) => void): void {
  if (!window.isSecureContext || !("geolocation" in navigator)) return say(t("hereInsecure"));
  say(t("hereSearching"));
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      const place: Point = [coords.longitude, coords.latitude];
      change({ pin: place });
      flyTo(place);
      say(t("herePrecision", { metres: formatMetres(coords.accuracy) }));
    },
    (error) => say(t(error.code === error.PERMISSION_DENIED ? "hereDenied" : "hereUnknown")),
    { enableHighAccuracy: true, timeout: 15_000, maximumAge: 30_000 },
  );
}

// ---- measuring

function makeReadout(): HTMLElement {
  const figures = h("dl", { class: "measure-figures" });
  const hint = h("p", { class: "measure-hint" }, t("measureStart"));
  const act = (word: Word, does: () => void): HTMLElement => h("button", { type: "button", class: "quiet", onclick: does }, t(word));
  const centre = (): void => {
    const map = currentMap();
    if (map) addPoint(map.getCenter().toArray());
  };
  const close = h("button", { type: "button", class: "close", "aria-label": t("close"), onclick: () => change({ measuring: null }) }, icon("close"));
  const acts = h("div", { class: "measure-acts" }, act("measureCentre", centre), act("measureUndo", undoPoint), act("measureClear", clear));
  const title = h("strong");
  const card = h("section", { class: "measure", hidden: true, "aria-live": "polite" }, title, close, figures, hint, acts);
  const cross = h("div", { class: "crosshair", "aria-hidden": "true", hidden: true });
  const draw = (): void => {
    card.hidden = state.measuring === null;
    cross.hidden = card.hidden;
    title.textContent = t(state.measuring === "area" ? "measureArea" : "measureDistance");
  };
  whenSketched((sketch) => {
    replace(figures, ...figuresOf(sketch));
    hint.hidden = sketch.done;
  });
  card.addEventListener("keydown", (event) => {
    if (event.key === "Escape") change({ measuring: null });
    if (event.key === "Enter" && event.target === card) endSketch();
  });
  watch(["measuring"], draw);
  draw();
  return h("div", { class: "measure-area" }, card, cross);
}

function figuresOf(sketch: Sketch): HTMLElement[] {
  const pair = (word: Word, ...values: string[]): HTMLElement => h("div", {}, h("dt", {}, t(word)), h("dd", {}, ...values.map((value) => h("span", {}, value))));
  if (sketch.points.length === 0) return [];
  if (state.measuring !== "area") return [pair("measureTotal", formatLength(sketch.length_m))];
  const size = sketch.area_m2;
  const more = [t("hectares", { value: formatNumber(size / 1e4, digitsOf(size / 1e4)) }), t("mu", { value: formatNumber(size / (1e4 / 15), digitsOf(size / (1e4 / 15))) })];
  return [pair("measureSize", formatArea(size), ...more), pair("measureRound", formatLength(sketch.length_m))];
}

function formatLength(metres: number): string {
  if (metres >= 1000) return t("kilometres", { value: formatNumber(metres / 1000, 3) });
  return t("metres", { value: formatNumber(metres, 1) });
}

function digitsOf(value: number): number {
  return value < 1 ? 3 : value < 100 ? 2 : 0;
}
