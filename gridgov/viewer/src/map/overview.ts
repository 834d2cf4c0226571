// The map without WebGL: outlines drawn as SVG, to be looked at, clicked, moved and enlarged.

import { get } from "../api";
import { h, icon, replace, svg } from "../dom";
import { type Selection, change, state, watch } from "../state";
import type { Kind } from "../types";
import { sayFailed } from "../panels/failure";
import { formatNumber, t } from "../words";
import { type Frame, frameOf, nameAt, pathOf, placeNames } from "./flat";
import { clusterColour } from "./palette";
import { flyBy } from "./view";

interface Outline {
  kind: Kind;
  id: string;
  name: string | null;
  code: string | null;
  households: number | null;
  /** Where its name stands. */
  at: [number, number];
  /** Rings of longitude and latitude. */
  rings: [number, number][][];
}

const KEYS: Record<string, [number, number, number]> = {
  ArrowLeft: [-0.15, 0, 1],
  ArrowRight: [0.15, 0, 1],
  ArrowUp: [0, -0.15, 1],
  ArrowDown: [0, 0.15, 1],
  "+": [0, 0, 0.7],
  "=": [0, 0, 0.7],
  "-": [0, 0, 1 / 0.7],
};

/** Fill the place of the map with an overview, and a word on how to get the map. */
export function showOverview(place: HTMLElement): void {
  const drawing = svg("svg", { class: "overview", role: "img", tabindex: "0", "aria-label": t("sketch") });
  const note = h(
    "div",
    { class: "overview-note no-map", role: "status" },
    h("h2", {}, t("noWebgl")),
    h("p", {}, t("sketchLead")),
    h("p", {}, t("sketchPick")),
    h("details", {}, h("summary", {}, t("sketchMore")), h("ol", {}, h("li", {}, t("sketchStep1")), h("li", {}, t("sketchStep2")), h("li", {}, t("sketchStep3")))),
  );
  const hide = h("button", { type: "button", class: "close", "aria-label": t("close"), onclick: () => note.remove() }, icon("close"));
  note.prepend(hide);
  const zoom = (by: number): void => show(scaled(frame, 0, 0, by));
  const buttons = h(
    "div",
    { class: "overview-buttons" },
    h("button", { type: "button", "aria-label": t("zoomIn"), onclick: () => zoom(0.7) }, "+"),
    h("button", { type: "button", "aria-label": t("zoomOut"), onclick: () => zoom(1 / 0.7) }, "−"),
  );
  let frame: Frame = frameOf(state.plan?.bounds ?? [0, 0, 1, 1]);
  const failure = h("div", { class: "overview-failure" });
  let community: string | null = null;
  let asked = 0;

  const show = (next: Frame): void => {
    frame = next;
    drawing.setAttribute("viewBox", `${frame.x} ${frame.y} ${frame.width} ${frame.height}`);
    placeNames(drawing, frame);
  };
  const draw = async (): Promise<void> => {
    const mine = ++asked;
    const plan = state.plan?.plan_id;
    if (!plan) return;
    failure.remove();
    let found: [Outline[], Outline[]];
    try {
      found = await Promise.all([ask(plan, null), community ? ask(plan, community) : []]);
    } catch (error) {
      if (mine !== asked) return;
      replace(failure, sayFailed(error, () => void draw()));
      return place.append(failure);
    }
    if (mine !== asked) return;
    const [wide, close] = found;
    replace(drawing, ...wide.map((one) => outline(one)), ...close.map((one) => outline(one)), ...[...wide].sort((a, b) => (b.households ?? 0) - (a.households ?? 0)).map((one) => nameAt(one.at, one.name ?? "")));
    placeNames(drawing, frame);
    mark();
    place.dataset.ready = "yes";
  };
  const mark = (): void => {
    for (const path of drawing.querySelectorAll("path")) {
      path.classList.toggle("selected", path.dataset.key === keyOf(state.selection));
    }
    const chosen = drawing.querySelector("path.selected");
    // above its neighbours, below the names
    if (chosen) drawing.insertBefore(chosen, drawing.querySelector("text"));
  };
  const open = async (selection: Selection | null): Promise<void> => {
    const found = selection?.kind === "community" ? selection.id : await communityOf(selection);
    if (selection !== state.selection) return;
    if (found && found !== community) {
      community = found;
      await draw();
    } else mark();
  };

  replace(place, drawing, buttons, note);
  new ResizeObserver(() => placeNames(drawing, frame)).observe(drawing);
  flyBy((at) => show(frameOf(at.length === 4 ? at : [at[0] - 0.002, at[1] - 0.002, at[0] + 0.002, at[1] + 0.002])));
  watch(["plan"], () => {
    community = null;
    show(frameOf(state.plan?.bounds ?? [0, 0, 1, 1]));
    void draw();
  });
  watch(["selection", "colours"], () => void open(state.selection).then(() => recolour(drawing)));
  move(drawing, () => frame, show);
  show(frame);
  void draw().then(() => open(state.selection));
}

async function ask(plan: string, community: string | null): Promise<Outline[]> {
  return get<Outline[]>("/api/outlines", { plan, community: community ?? undefined });
}

/** The community that holds what is selected, by the facts' chain. */
async function communityOf(selection: Selection | null): Promise<string | null> {
  if (!selection || !state.plan) return null;
  const facts = await get<{ chain?: { kind: string; id: string }[] }>(`/api/facts/${selection.kind}/${encodeURIComponent(selection.id)}`, { plan: state.plan.plan_id }).catch(() => null);
  return facts?.chain?.find((link) => link.kind === "community")?.id ?? null;
}

const keyOf = (one: { kind: string; id: string } | null): string => (one ? `${one.kind}:${one.id}` : "");

function outline(one: Outline): SVGElement {
  const d = pathOf(one.rings);
  const more = one.households === null ? "" : ` · ${t("householdsUnit", { count: formatNumber(one.households) })}`;
  return svg(
    "path",
    { d, class: `outline outline-${one.kind}`, "data-key": keyOf(one), "data-id": one.id, fill: fillOf(one.kind, one.id), "fill-rule": "evenodd", onclick: () => change({ selection: { kind: one.kind, id: one.id } }) },
    svg("title", {}, `${one.name ?? one.code ?? one.id}${more}`),
  );
}

function fillOf(kind: string, id: string): string {
  if (kind === "community") return "#fbfbf7";
  const number = kind === "cluster" ? state.colours?.clusters[id] : undefined;
  return number === undefined ? "none" : clusterColour(number, state.colours?.shades ?? 3);
}

function recolour(drawing: SVGElement): void {
  for (const path of drawing.querySelectorAll<SVGPathElement>("path.outline-cluster")) path.setAttribute("fill", fillOf("cluster", path.dataset.id ?? ""));
}

function scaled(frame: Frame, right: number, down: number, by: number): Frame {
  const [width, height] = [frame.width * by, frame.height * by];
  return { x: frame.x + right * frame.width + (frame.width - width) / 2, y: frame.y + down * frame.height + (frame.height - height) / 2, width, height };
}

/** Keys, wheel and dragging. */
function move(drawing: SVGElement, now: () => Frame, show: (frame: Frame) => void): void {
  drawing.addEventListener("keydown", (event) => {
    const step = KEYS[(event as KeyboardEvent).key];
    if (!step) return;
    event.preventDefault();
    show(scaled(now(), ...step));
  });
  drawing.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      show(scaled(now(), 0, 0, (event as WheelEvent).deltaY > 0 ? 1.2 : 1 / 1.2));
    },
    { passive: false },
  );
  drawing.addEventListener("pointermove", (event) => {
    const { buttons, movementX, movementY } = event as PointerEvent;
    if (buttons !== 1) return;
    const scale = Math.max(now().width / Math.max(drawing.clientWidth, 1), now().height / Math.max(drawing.clientHeight, 1));
    show({ ...now(), x: now().x - movementX * scale, y: now().y - movementY * scale });
  });
}
