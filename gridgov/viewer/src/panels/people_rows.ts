// One resident, masked; and the small words beside homes.

import { h } from "../dom";
import { FIELDS, type MaskedPerson, NEEDS, type Need } from "../types_people";
import { type Word, formatNumber, t } from "../words";
import { whyOf } from "./failure";
import { openReveal } from "./people_reveal";
import { storeysOf } from "./tower";

const BASES: Record<string, Word> = { registered_here: "basisHere", registered_elsewhere: "basisElsewhere", tenant: "basisTenant" };

/** A row of a list; `more` stands before the button that opens who it is. */
export function makeResident(person: MaskedPerson, ...more: (HTMLElement | null)[]): HTMLElement {
  const { masks } = person;
  const basis = BASES[person.basis ?? ""];
  const about = [person.birth_year === null ? null : t("bornIn", { year: person.birth_year }), basis ? t(basis) : null, masks.telephone].filter(Boolean);
  const name = masks.name ?? t("nameUnknown");
  // nothing is spent on who is not known
  const known = FIELDS.some((field) => masks[field] !== null);
  const open = known ? h("button", { type: "button", class: "quiet", "aria-label": t("revealOf", { name }), onclick: () => openReveal(person) }, t("reveal")) : null;
  const text = h("span", { class: "people-text" }, h("strong", {}, name), about.length ? h("small", {}, about.join(" · ")) : null, needBadges(person), ...more);
  return h("li", { class: "people-resident", "data-resident": person.resident_id }, text, open);
}

/** What is needed; of a place with how many need it. */
export function needBadges(counted: Partial<Record<Need, number | boolean | null>>): HTMLElement | null {
  const needs = NEEDS.filter((need) => counted[need]);
  if (!needs.length) return null;
  const say = (need: Need): string => (typeof counted[need] === "number" ? `${t(need)} ${formatNumber(counted[need])}` : t(need));
  return h("span", { class: "people-needs" }, ...needs.map((need) => h("span", { class: `need need-${need}` }, say(need))));
}

export function sayRoom(home: { unit: number | null; storey: number | null; room: string | null }): string {
  const storey = home.unit || home.storey ? storeysOf({ unit: home.unit, storey_from: home.storey, storey_to: home.storey }) : "";
  return [storey, home.room ? t("roomNumber", { room: home.room }) : ""].filter(Boolean).join(" ");
}

export function sayFailure(error: unknown): string {
  return t("failed", { why: whyOf(error) });
}
