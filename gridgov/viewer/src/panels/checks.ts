// The checks of a plan: each says how many places break it, opens to the list of them, and each line leads there.

import { know } from "../api_know";
import { h, icon } from "../dom";
import { flyTo } from "../map/view";
import { change } from "../state";
import type { Kind } from "../types";
import type { Check, CheckPlace } from "../types_know";
import { type Word, formatArea, formatNumber, t } from "../words";
import { sayFailed } from "./failure";
import { nameOf } from "./links";

type Amount = (count: number) => string;
const households: Amount = (count) => t("amountHouseholds", { count: formatNumber(count) });
const people: Amount = (count) => t("amountPeople", { count: formatNumber(count) });
const clusters: Amount = (count) => t("amountClusters", { count: formatNumber(count) });
const houses: Amount = (count) => t("amountHouses", { count: formatNumber(count) });

const CHECKS: Record<string, { name: Word; amount: Amount }> = {
  "too-small": { name: "checkTooSmall", amount: households },
  "too-large": { name: "checkTooLarge", amount: households },
  disconnected: { name: "checkDisconnected", amount: households },
  "section-size": { name: "checkSectionSize", amount: clusters },
  "needless-split": { name: "checkNeedlessSplit", amount: households },
  "no-liaison": { name: "checkNoLiaison", amount: households },
  "beyond-shelter": { name: "checkBeyondShelter", amount: people },
  "unassigned-households": { name: "checkUnassignedHouseholds", amount: households },
  "unassigned-rentals": { name: "checkUnassignedRentals", amount: houses },
  gap: { name: "checkGap", amount: formatArea },
  overlap: { name: "checkOverlap", amount: formatArea },
};

export function makeChecks(checks: Check[], plan: string): HTMLElement {
  return h("div", { class: "findings checks" }, ...checks.map((check) => (check.count ? broken(check, plan) : holding(check))));
}

function holding(check: Check): HTMLElement {
  return h("div", { class: "rule holds", "data-check": check.check }, mark(true), h("span", { class: "rule-name" }, nameCheck(check)), h("span", { class: "count" }, "0"));
}

function broken(check: Check, plan: string): HTMLElement {
  const list = h("ul", { class: "plain finding-list" });
  const sum = check.check !== "section-size" && check.amount !== null ? amountOf(check.check, check.amount) : "";
  const details = h(
    "details",
    { class: "rule", "data-check": check.check },
    h(
      "summary",
      {},
      mark(false),
      h("span", { class: "rule-name" }, nameCheck(check), sum ? h("small", {}, sum) : null),
      h("span", { class: "count", "aria-label": t("checkPlaces", { count: formatNumber(check.count) }) }, formatNumber(check.count)),
    ),
    list,
  );
  const more = async (): Promise<void> => {
    list.querySelector(".more, .failure")?.remove();
    const found = await know.places(plan, check.check, list.childElementCount).catch((error: unknown) => {
      list.append(sayFailed(error, () => void more(), "li"));
      return [] as CheckPlace[];
    });
    list.append(...found.map((place) => makePlace(place, check.check)));
    if (list.childElementCount < check.count && found.length) {
      list.append(h("li", { class: "more" }, h("button", { type: "button", class: "quiet", onclick: () => void more() }, t("showMore"))));
    }
  };
  details.addEventListener("toggle", () => {
    if (details.open && !list.childElementCount) void more();
  });
  return details;
}

function makePlace(place: CheckPlace, check: string): HTMLElement {
  const amount = place.amount === null ? null : h("small", {}, amountOf(check, place.amount));
  if (place.kind === "rental") return h("li", { class: "finding" }, h("span", {}, h("strong", {}, t("rentalWithoutBuilding")), amount));
  const go = (): void => {
    change({ selection: { kind: place.kind as Kind, id: place.id } });
    flyTo(place.bounds);
  };
  const code = place.name && place.code ? h("small", { class: "code" }, place.code) : null;
  return h("li", {}, h("button", { type: "button", class: "finding", onclick: go }, icon("place"), h("span", {}, h("strong", {}, nameOf(place)), amount, code)));
}

function nameCheck(check: Check): string {
  const known = CHECKS[check.check];
  return known ? t(known.name) : check.check;
}

function amountOf(check: string, amount: number): string {
  return CHECKS[check]?.amount(amount) ?? formatNumber(amount);
}

function mark(good: boolean): HTMLElement {
  return h("span", { class: good ? "check-mark good" : "check-mark poor", role: "img", "aria-label": good ? t("checkHolds") : t("warning") }, good ? "✓" : "!");
}
