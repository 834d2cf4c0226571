// The search box: a combobox over names, codes and addresses.

import { api } from "../api";
import { h, icon, replace } from "../dom";
import { type Point, readCoordinates } from "../geo";
import { flyTo } from "../map/view";
import { change, state } from "../state";
import type { Found } from "../types";
import { t } from "../words";
import { sayFailed, whyOf } from "./failure";

const WAIT_MS = 220;

/** What the server found, or a point that was typed. */
type Hit = Omit<Found, "kind"> & { kind: Found["kind"] | "point" };

export function makeSearch(): HTMLElement {
  const list = h("ul", { id: "search-results", role: "listbox", "aria-label": t("search") });
  // the list scrolls inside, for a box that scrolls over the map has it lost on phones (see small.css)
  const box = h("div", { class: "results", hidden: true }, list);
  const status = h("div", { class: "visually-hidden", role: "status" });
  const input = h("input", {
    id: "search",
    type: "search",
    role: "combobox",
    "aria-expanded": "false",
    "aria-controls": "search-results",
    "aria-autocomplete": "list",
    "aria-label": t("search"),
    placeholder: t("searchHint"),
    autocomplete: "off",
    maxlength: 100,
  });
  let found: Hit[] = [];
  let active = -1;
  let asked = 0;
  let timer = 0;

  const show = (open: boolean): void => {
    box.hidden = !open;
    input.setAttribute("aria-expanded", String(open));
    if (!open) input.removeAttribute("aria-activedescendant");
  };
  const mark = (index: number): void => {
    active = index;
    list.querySelectorAll("[role=option]").forEach((row, at) => row.setAttribute("aria-selected", String(at === index)));
    if (index >= 0) {
      input.setAttribute("aria-activedescendant", `result-${index}`);
      list.children[index]?.scrollIntoView({ block: "nearest" });
    }
  };
  const fail = (error: unknown): void => {
    found = [];
    const row = sayFailed(error, () => void look(), "li");
    row.setAttribute("role", "presentation");
    // a press on the button must not close the list before it is heard
    row.addEventListener("mousedown", (event) => event.preventDefault());
    replace(list, row);
    status.textContent = t("failed", { why: whyOf(error) });
    show(true);
    mark(-1);
  };
  const choose = (index: number): void => {
    const thing = found[index];
    if (!thing) return;
    show(false);
    if (thing.kind === "point") {
      change({ pin: [thing.bounds[0], thing.bounds[1]] });
      return flyTo([thing.bounds[0], thing.bounds[1]]);
    }
    input.value = thing.name ?? thing.code ?? thing.id;
    change({ selection: { kind: thing.kind, id: thing.id } });
    flyTo(thing.bounds);
  };
  const offer = (place: Point): void => {
    const [lng, lat] = place.map((one) => one.toFixed(6));
    found = [{ kind: "point", id: "", code: null, name: t("pointAt", { lng: lng ?? "", lat: lat ?? "" }), place: null, bounds: [...place, ...place] }];
    replace(list, ...found.map((row, at) => makeRow(row, at, choose)));
    show(true);
    mark(0);
  };
  const look = async (): Promise<void> => {
    const words = input.value.trim();
    const mine = ++asked;
    if (!words || !state.plan) return show(false);
    const place = readCoordinates(words);
    if (place) return offer(place);
    let rows: Found[];
    try {
      rows = await api.search(state.plan.plan_id, words);
    } catch (error) {
      if (mine === asked) fail(error);
      return;
    }
    if (mine !== asked) return;
    found = rows;
    replace(list, ...(rows.length ? rows.map((row, at) => makeRow(row, at, choose)) : [h("li", { class: "none", role: "presentation" }, t("searchNone", { words }))]));
    status.textContent = rows.length ? t("searchCount", { count: rows.length }) : t("searchNone", { words });
    show(true);
    mark(rows.length ? 0 : -1);
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => void look(), WAIT_MS);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (box.hidden || !found.length) return;
      event.preventDefault();
      mark((active + (event.key === "ArrowDown" ? 1 : found.length - 1)) % found.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (box.hidden) void look();
      else choose(active);
    } else if (event.key === "Escape") show(false);
  });
  input.addEventListener("focus", () => found.length && input.value && show(true));
  input.addEventListener("blur", () => window.setTimeout(() => show(false), 150));
  return h("div", { class: "search", role: "search" }, icon("search"), input, box, status);
}

function makeRow(row: Hit, index: number, choose: (index: number) => void): HTMLElement {
  const title = row.name ?? row.code ?? row.id;
  const more = [row.code !== title ? row.code : null, row.place !== title ? row.place : null].filter(Boolean).join(" · ");
  const item = h(
    "li",
    { id: `result-${index}`, role: "option", "aria-selected": "false" },
    h("span", { class: `kind kind-${row.kind}` }, t(row.kind === "point" ? "coordinates" : row.kind)),
    h("span", { class: "result-text" }, h("strong", {}, title), more ? h("small", {}, more) : null),
  );
  item.addEventListener("mousedown", (event) => {
    event.preventDefault();
    choose(index);
  });
  return item;
}
