// What lies around the thing that is selected: who answers for it, its neighbours, what it lies in and is made of.

import { know } from "../api_know";
import { h, icon, replace } from "../dom";
import { state } from "../state";
import type { Facts, Link } from "../types";
import type { Around, Neighbour, RentalHouse, Responsible } from "../types_know";
import { type Word, formatMetres, formatNumber, t } from "../words";
import { whyOf } from "./failure";
import { linkList } from "./links";
import { storeysOf } from "./tower";

const MADE_OF: Partial<Record<Facts["kind"], Word>> = { shelter: "sentHere", barrier: "touches" };
const ANSWERED_FOR: readonly string[] = ["cluster", "section"];
const FEW = 3;
const WITH_RENTALS: readonly string[] = ["grid", "section", "cluster", "building"];
const FIELD_ROLES: readonly string[] = ["officer", "supervisor", "administrator"];

export function makeAround(facts: Facts, around: Around): (HTMLElement | null)[] {
  const beside = around.neighbours[0]?.relation === "near" ? "neighboursNear" : "neighbours";
  return [
    responsibleCard(facts, around.responsible),
    around.neighbours.length ? linkList(t(beside), around.neighbours, sayRelation) : null,
    around.parents.length ? linkList(t("partOf"), around.parents, sayLevel) : null,
    around.children.length ? linkList(t(MADE_OF[facts.kind] ?? "madeOf"), around.children, facts.kind === "community" ? sayLevel : undefined) : null,
    rentalsCard(facts),
  ];
}

function responsibleCard(facts: Facts, people: Responsible[]): HTMLElement | null {
  if (!people.length && !ANSWERED_FOR.includes(facts.kind)) return null;
  const body = people.length ? people.slice(0, FEW).map(person) : [h("p", { class: "warn" }, t("noLiaison"))];
  const rest = people.slice(FEW);
  const more = rest.length ? h("details", { class: "more-people" }, h("summary", {}, `${t("showMore")} (${formatNumber(rest.length)})`), ...rest.map(person)) : null;
  return h("section", { class: "responsible" }, h("h3", {}, t("responsible")), ...body, more);
}

function person(who: Responsible): HTMLElement {
  const about = [
    t(who.role === "officer" ? "roleOfficer" : "roleLiaison"),
    who.workplace,
    who.sections !== null && who.sections > 1 ? t("answersFor", { count: formatNumber(who.sections) }) : null,
    who.distance_m === null || (who.sections ?? 1) > 1 ? null : t("distance", { metres: formatMetres(who.distance_m) }),
  ];
  return h("div", { class: "person" }, icon("person"), h("div", {}, h("strong", {}, who.name), h("small", {}, about.filter(Boolean).join(" · "))));
}

function sayRelation(neighbour: Neighbour): string {
  if (neighbour.relation === "stacked") return t("stacked");
  if (neighbour.relation === "near") return neighbour.distance_m === null ? "" : formatMetres(neighbour.distance_m);
  return neighbour.border_m === null ? "" : t("border", { metres: formatMetres(neighbour.border_m) });
}

function sayLevel(link: Link): string {
  const level = t(link.kind as "grid" | "section" | "cluster");
  return link.households === null ? level : `${level} · ${t("householdsUnit", { count: formatNumber(link.households) })}`;
}

/** Houses one by one, for who answers for the place, asked for only when wanted. */
function rentalsCard(facts: Facts): HTMLElement | null {
  const houses = "rentals" in facts ? (facts.rentals?.houses ?? 0) : 0;
  if (houses === 0 || !WITH_RENTALS.includes(facts.kind) || !FIELD_ROLES.includes(state.me?.role ?? "")) return null;
  const body = h("div", { "aria-live": "polite" });
  const show = h("button", { type: "button", class: "quiet" }, t("rentalListShow"));
  show.addEventListener("click", () => {
    show.disabled = true;
    void know
      .rentals(state.plan?.plan_id ?? "", facts.kind, facts.id)
      .then((found) => {
        show.remove();
        replace(body, found.length ? h("ul", { class: "plain houses" }, ...found.map(house)) : h("p", { class: "hint" }, t("rentalListNone")));
      })
      .catch((error: unknown) => {
        show.disabled = false;
        replace(body, h("p", { class: "warn" }, t("failed", { why: whyOf(error) })));
      });
  });
  return h("section", {}, h("h3", {}, t("rentalList")), h("p", { class: "hint" }, t("rentalListHint")), show, body);
}

const CLASSES: Record<string, Word> = { green: "classGreen", yellow: "classYellow", orange: "classOrange", red: "classRed" };

function house(row: RentalHouse): HTMLElement {
  const place = [row.building_name ?? row.address ?? row.building_id, row.unit || row.storey ? storeysOf({ unit: row.unit, storey_from: row.storey, storey_to: row.storey }) : null];
  const lacks = [row.letter_signed === false ? t("letterNo") : null, row.terminal_installed === false ? t("terminalNo") : null].filter(Boolean);
  const about = [t("rentalRooms", { rooms: formatNumber(row.rooms), tenants: formatNumber(row.tenants) }), row.visited_on ? t("visitedOn", { on: row.visited_on }) : null];
  return h(
    "li",
    { class: "house" },
    row.house_class ? h("span", { class: `house-class ${row.house_class}` }, t(CLASSES[row.house_class] ?? "classGreen")) : null,
    h(
      "span",
      { class: "house-text" },
      h("strong", {}, place.filter(Boolean).join(" ") || row.id),
      h("small", {}, about.filter(Boolean).join(" · ")),
      lacks.length ? h("small", { class: "warn" }, lacks.join(" · ")) : null,
    ),
  );
}
