// Two plans on one map: the other plan is drawn on a second map over the first, cut off at a line that can be moved.

import { Map as LibreMap, type StyleSpecification } from "maplibre-gl";
import { h } from "../dom";
import { state, watch } from "../state";
import type { Colours, Plan } from "../types";
import { getLanguage, t } from "../words";
import { clusterPaint, sectionColours } from "./style";
import { currentMap } from "./view";

const OF_PLAN = ["sections", "clusters", "grids"];
const STEPS: Record<string, number> = { ArrowLeft: -2, ArrowDown: -2, ArrowRight: 2, ArrowUp: 2, PageDown: -10, PageUp: 10, Home: -100, End: 100 };

/** Lay the other plan over the left of the map; returns how to take it away again. */
export function openSwipe(stage: HTMLElement, other: Plan, colours: Colours | null): () => void {
  const under = currentMap();
  if (!under) return () => undefined;
  const pane = h("div", { class: "map swipe-map", "aria-hidden": "true" });
  const line = h("div", {
    class: "swipe-line",
    role: "slider",
    tabindex: "0",
    "aria-orientation": "horizontal",
    "aria-label": t("compareSlider"),
    "aria-valuemin": 0,
    "aria-valuemax": 100,
  });
  const names = [h("span", { class: "swipe-name before" }, nameOf(other)), h("span", { class: "swipe-name after" }, state.plan ? nameOf(state.plan) : "")];
  line.append(h("span", { class: "swipe-grip", "aria-hidden": "true" }, "⇔"));
  stage.append(pane, line, ...names);
  const over = new LibreMap({
    container: pane,
    style: restyle(under.getStyle(), other, colours),
    center: under.getCenter(),
    zoom: under.getZoom(),
    attributionControl: false,
    interactive: false,
    localIdeographFontFamily: "'Noto Sans CJK SC', 'Microsoft YaHei', 'PingFang SC', sans-serif",
    fadeDuration: 0,
  });
  over.getCanvas().tabIndex = -1;
  over.on("load", () => (pane.dataset.ready = "yes"));
  const follow = (): void => void over.jumpTo({ center: under.getCenter(), zoom: under.getZoom() });
  const redraw = (): void => void over.setStyle(restyle(under.getStyle(), other, colours), { diff: true });
  under.on("move", follow);
  under.on("resize", follow);
  const stops = [watch(["layers", "buildingFill", "clusterFill", "selection"], () => queueMicrotask(redraw))];
  moveLine(stage, pane, line, nameOf(other));
  let open = true;
  const close = (): void => {
    if (!open) return;
    open = false;
    under.off("move", follow);
    under.off("resize", follow);
    stops.forEach((stop) => stop());
    over.remove();
    [pane, line, ...names].forEach((part) => part.remove());
  };
  under.once("remove", close);
  return close;
}

function nameOf(plan: Plan): string {
  return `${plan.name}${plan.status === "draft" ? (getLanguage() === "zh" ? `（${t("planDraft")}）` : ` (${t("planDraft")})`) : ""}`;
}

/** The style of the first map, asking for the groups of the other plan in its own colours. */
function restyle(style: StyleSpecification, other: Plan, colours: Colours | null): StyleSpecification {
  const made = structuredClone(style);
  for (const name of OF_PLAN) {
    const source = made.sources[name];
    if (source?.type !== "vector" || !source.tiles) continue;
    source.tiles = source.tiles.map((address) => {
      const url = address.replace(/([?&]plan=)[^&]*/, `$1${encodeURIComponent(other.plan_id)}`);
      return url.includes("plan=") ? url : `${url}?plan=${encodeURIComponent(other.plan_id)}`;
    });
  }
  const shown = { ...state, plan: other, colours };
  for (const layer of made.layers) {
    // what is selected belongs to the plan on the right
    if (layer.id.startsWith("selected-") && "source" in layer && OF_PLAN.includes(layer.source)) layer.filter = ["==", ["get", "id"], ""];
    if (layer.id === "cluster-fill" && layer.type === "fill") layer.paint = { ...layer.paint, "fill-color": clusterPaint(state.clusterFill, shown) };
    if (layer.id === "section-fill" && layer.type === "fill") layer.paint = { ...layer.paint, "fill-color": sectionColours(shown) };
  }
  return made;
}

/** Let the line be dragged and moved by keys. */
function moveLine(stage: HTMLElement, pane: HTMLElement, line: HTMLElement, name: string): void {
  let share = 50;
  const put = (wanted: number): void => {
    share = Math.min(100, Math.max(0, wanted));
    line.style.left = `${share}%`;
    pane.style.clipPath = `inset(0 ${100 - share}% 0 0)`;
    line.setAttribute("aria-valuenow", String(Math.round(share)));
    line.setAttribute("aria-valuetext", t("compareSliderSaid", { share: Math.round(share), name }));
  };
  line.addEventListener("pointerdown", (event) => {
    line.setPointerCapture(event.pointerId);
    line.focus();
    event.preventDefault();
  });
  line.addEventListener("pointermove", (event) => {
    if (!line.hasPointerCapture(event.pointerId)) return;
    const frame = stage.getBoundingClientRect();
    put((100 * (event.clientX - frame.left)) / frame.width);
  });
  line.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    put(share + step);
  });
  put(50);
}
