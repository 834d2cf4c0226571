// The facts of what is selected.

import { api } from "../api";
import { know } from "../api_know";
import { h, icon, replace } from "../dom";
import { flyTo } from "../map/view";
import { nameUse } from "../map/palette";
import { nameReason } from "../rules";
import { change, state, watch } from "../state";
import type { BuildingFacts, CommunityFacts, Facts, GroupFacts, Link, Rentals, ShelterFacts, StackPart } from "../types";
import { formatArea, formatMetres, formatNumber, formatShare, getLanguage, t } from "../words";
import type { Around, BarrierFacts, DivisionFacts } from "../types_know";
import { makeAround } from "./around";
import { sayFailed } from "./failure";
import { linkButton, linkList, nameOf } from "./links";
import { makeTower, storeysOf } from "./tower";

const NOTHING: Around = { parents: [], children: [], neighbours: [], responsible: [] };

/** The panel; `shown` hears whether there is something in it. */
export function makeFacts(shown: (open: boolean) => void): HTMLElement {
  const body = h("div", { class: "facts-body" });
  const panel = h("aside", { class: "facts", "aria-label": t("facts"), "aria-live": "polite", tabindex: "-1" }, body);
  let asked = 0;
  const load = async (): Promise<void> => {
    const mine = ++asked;
    const { selection, plan } = state;
    shown(selection !== null && plan !== null);
    if (!selection || !plan) return replace(body);
    panel.setAttribute("aria-busy", "true");
    try {
      const asking = [plan.plan_id, selection.kind, selection.id] as const;
      const missed: HTMLElement[] = [];
      const around = know.around(...asking).catch((error: unknown) => {
        missed.push(sayFailed(error, () => void load()));
        return NOTHING;
      });
      const facts = await api.facts(...asking);
      const [figure, table, ...rest] = makeBody(facts);
      const [people, beside, ...others] = makeAround(facts, await around);
      const lines = missed.length ? [...missed, ...rest] : [people, beside, ...rest, ...others];
      if (mine === asked) replace(body, makeHead(facts), figure ?? null, table ?? null, ...lines.map((line) => line ?? null));
    } catch (error) {
      if (mine === asked) replace(body, closeButton(), sayFailed(error, () => void load()));
    }
    if (mine === asked) {
      panel.removeAttribute("aria-busy");
      body.scrollTop = 0;
    }
  };
  watch(["selection", "plan", "colours"], () => void load());
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape") change({ selection: null });
  });
  void load();
  return panel;
}

function makeHead(facts: Facts): HTMLElement {
  const chain = "chain" in facts ? facts.chain : [];
  return h(
    "header",
    { class: "facts-head" },
    closeButton(),
    h("span", { class: `kind kind-${facts.kind}` }, t(facts.kind)),
    h("h2", {}, titleOf(facts)),
    chain.length ? h("nav", { class: "chain", "aria-label": t("belongs") }, ...chain.flatMap(makeChainLink)) : null,
    h("button", { type: "button", class: "quiet", onclick: () => flyTo(facts.bounds) }, icon("place"), t("zoomTo")),
  );
}

function makeBody(facts: Facts): (HTMLElement | null)[] {
  if (facts.kind === "building") return buildingBody(facts);
  if (facts.kind === "shelter") return shelterBody(facts);
  if (facts.kind === "community") return communityBody(facts);
  if (facts.kind === "barrier") return barrierBody(facts);
  if (isDivision(facts)) return divisionBody(facts);
  return groupBody(facts);
}

function groupBody(facts: GroupFacts): (HTMLElement | null)[] {
  const where = facts.unit !== null || facts.storey_from !== null ? storeysOf(facts) : null;
  return [
    big(facts.households, t("householdsBig")),
    table([
      [t("code"), facts.code],
      [t("storeys"), where],
      [t("kindOf"), facts.group_kind === "special" ? t("special") : facts.group_kind === "building-manager" ? t("manager") : null],
      [t("area"), formatArea(facts.area_m2)],
    ]),
    facts.kind === "grid" ? null : shelterCard(facts),
    rentalCard(facts.rentals),
    facts.parts.length ? linkList(t("inSection"), facts.parts) : null,
    facts.buildings.length ? linkList(t("inGroup"), facts.buildings.map(asLink)) : null,
  ];
}

function buildingBody(facts: BuildingFacts): (HTMLElement | null)[] {
  const basis = facts.households_estimated ? t("estimated") : t("counted");
  const clusters = distinct(facts.stack);
  return [
    big(facts.households, t("householdsBig"), facts.households === null ? undefined : basis),
    table([
      [t("use"), facts.use ? t(nameUse(facts.use)) : null],
      [t("address"), facts.address],
      [t("floors"), facts.floors === null ? null : formatNumber(facts.floors)],
      [t("height"), facts.height_m === null ? null : formatMetres(facts.height_m)],
      [t("units"), facts.units === null ? null : formatNumber(facts.units)],
      [t("area"), formatArea(facts.area_m2)],
    ]),
    makeTower(facts.stack, facts.floors),
    clusters.length ? linkList(t("clustersHere"), clusters) : null,
    rentalCard(facts.rentals),
  ];
}

function communityBody(facts: CommunityFacts): (HTMLElement | null)[] {
  const { counts } = facts;
  return [
    big(counts.households, t("householdsBig")),
    table([
      [t("code"), facts.code],
      [t("population"), facts.population === null ? null : formatNumber(facts.population)],
      [t("area"), facts.area_m2 === null ? null : formatArea(facts.area_m2)],
      [t("sections"), formatNumber(counts.sections)],
      [t("clusters"), formatNumber(counts.clusters)],
      [t("gridCount"), formatNumber(counts.grids)],
      [t("buildings"), formatNumber(counts.buildings)],
    ]),
    rentalCard(facts.rentals),
  ];
}

function isDivision(facts: Facts): facts is DivisionFacts {
  return facts.kind === "district" || facts.kind === "subdistrict";
}

function divisionBody(facts: DivisionFacts): (HTMLElement | null)[] {
  const { counts } = facts;
  const people = facts.population ?? counts.people;
  return [
    big(counts.households, t("householdsBig")),
    table([
      [t("code"), facts.code],
      [t("population"), people === null ? null : formatNumber(people)],
      [t("communities"), formatNumber(counts.communities)],
      [t("sections"), formatNumber(counts.sections)],
      [t("clusters"), formatNumber(counts.clusters)],
      [t("gridCount"), formatNumber(counts.grids)],
    ]),
  ];
}

const IN_DIVIDING = { hard: "barrierHard", soft: "barrierSoft", minor: "barrierMinor" } as const;

function barrierBody(facts: BarrierFacts): (HTMLElement | null)[] {
  return [
    table([
      [t("barrierKind"), t(IN_DIVIDING[facts.barrier_kind])],
      [t("length"), facts.length_m === null ? null : formatMetres(facts.length_m)],
      [t("area"), facts.area_m2 === null ? null : formatArea(facts.area_m2)],
    ]),
  ];
}

function shelterBody(facts: ShelterFacts): (HTMLElement | null)[] {
  const signs: [boolean | null, string][] = [
    [facts.sign_name, t("signName")],
    [facts.sign_address, t("signAddress")],
    [facts.sign_phone, t("signPhone")],
  ];
  const lacking = signs.filter(([there]) => !there).map(([, name]) => name);
  return [
    h("div", { class: "as-one" }, big(facts.capacity, t("capacity")), facts.people === null ? null : meter(facts.people, facts.capacity)),
    table([
      [t("assigned"), facts.people === null ? t("amountClusters", { count: formatNumber(facts.clusters) }) : t("assignedText", { people: formatNumber(facts.people), clusters: formatNumber(facts.clusters) })],
      [t("place"), facts.indoor === null ? null : facts.indoor ? t("indoor") : t("outdoor")],
      [t("address"), facts.address],
      [t("phone"), facts.phone],
      [t("area"), facts.area_m2 === null ? null : formatArea(facts.area_m2)],
      [t("sign"), lacking.length ? t("signMissing", { what: lacking.join(getLanguage() === "zh" ? "、" : ", ") }) : t("signComplete")],
      [t("unsuitable"), facts.unsuitable_for],
    ]),
  ];
}

function shelterCard(facts: GroupFacts): HTMLElement {
  const rows = facts.shelters.map((share) => {
    const text = [share.people === null ? t("publicHidden") : t("people", { count: formatNumber(share.people) }), share.distance_m === null ? null : formatMetres(share.distance_m)];
    const small = h("small", {}, text.filter(Boolean).join(" · "));
    if (share.id === null) return h("li", {}, h("span", { class: "warn" }, `${t("noRoom")} ${nameReason(share.reason)}`), small);
    return h("li", {}, linkButton({ kind: "shelter", id: share.id, code: null, name: share.name }), small);
  });
  const body = rows.length ? h("ul", { class: "plain" }, ...rows) : h("p", { class: "hint" }, t("noShelter"));
  return h("section", {}, h("h3", {}, t("shelterFor")), body);
}

function rentalCard(rentals: Rentals | null): HTMLElement | null {
  if (rentals === null || rentals.houses === 0) return null;
  const { rooms, letters_signed: letters, terminals_installed: terminals } = rentals;
  return h(
    "section",
    {},
    h("h3", {}, t("rentalHouses")),
    table([
      [t("rentalHouses"), formatNumber(rentals.houses)],
      [t("rooms"), rooms === null ? null : formatNumber(rooms)],
      [t("tenants"), sayPeople(rentals.tenants)],
      [t("letters"), letters === null ? null : `${formatNumber(letters)} (${formatShare(letters, rentals.houses)})`],
      [t("terminals"), terminals === null ? null : formatNumber(terminals)],
    ]),
  );
}

function makeChainLink(link: Link, at: number): (HTMLElement | string)[] {
  const sign = at === 0 ? [] : [" › "];
  const leads = ["district", "subdistrict", "community", "section", "cluster"].includes(link.kind);
  return [...sign, leads ? linkButton(link) : h("span", {}, nameOf(link))];
}

function table(rows: [string, string | null][]): HTMLElement {
  const shown = rows.filter((row): row is [string, string] => row[1] !== null && row[1] !== "");
  return h("dl", { class: "pairs" }, ...shown.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
}

function big(value: number | null, what: string, note?: string): HTMLElement {
  return h("p", { class: "big" }, h("strong", {}, formatNumber(value)), h("span", {}, what), note ? h("em", {}, note) : null);
}

// a count that is small, or would give a small one away
function sayPeople(count: number | null): string {
  return count === null ? t("publicHidden") : formatNumber(count);
}

function meter(part: number, whole: number | null): HTMLElement | null {
  if (!whole) return null;
  return h("meter", { min: 0, max: whole, value: Math.min(part, whole), "aria-label": t("assigned") });
}

function closeButton(): HTMLElement {
  return h("button", { type: "button", class: "close", "aria-label": t("close"), onclick: () => change({ selection: null }) }, icon("close"));
}

function distinct(stack: StackPart[]): Link[] {
  const sums = new Map<string, Link>();
  for (const part of stack) {
    if (part.cluster_id === null) continue;
    const before = sums.get(part.cluster_id)?.households ?? 0;
    sums.set(part.cluster_id, { kind: "cluster", id: part.cluster_id, code: part.cluster_code, name: part.cluster_name, households: before + part.households });
  }
  return [...sums.values()];
}

function asLink(building: GroupFacts["buildings"][number]): Link {
  return { kind: "building", id: building.id, code: building.id, name: building.name ?? building.address, households: building.households };
}

function titleOf(facts: Facts): string {
  const code = "code" in facts ? facts.code : null;
  return facts.name || code || ("address" in facts && facts.address) || facts.id;
}
