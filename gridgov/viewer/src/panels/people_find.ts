// Find residents by exact values. The values go in the body of a request; they are forgotten when the panel is left.

import { Problem } from "../api";
import { people } from "../api_people";
import { h, replace } from "../dom";
import { state, watch } from "../state";
import type { MaskedPerson } from "../types_people";
import { formatNumber, t } from "../words";
import { makeResident, sayFailure, sayRoom } from "./people_rows";

const WANTED = ["name", "telephone", "id_number"] as const;

export function makeFind(showBuilding: (id: string) => void): HTMLElement {
  const hint = h("p", { class: "fine-hint", id: "find-hint" });
  const said = h("p", { class: "form-message", role: "status" });
  const found = h("ul", { class: "plain people-residents" });
  const go = h("button", { type: "submit", class: "primary" }, t("findGo"));
  const inputs = WANTED.map((field) => h("input", { id: `find-${field}`, maxlength: 100, autocomplete: "off", spellcheck: "false", "aria-describedby": "find-hint" }));
  const fields = WANTED.map((field, at) => h("div", { class: "field" }, h("label", { for: `find-${field}` }, t(field)), inputs[at] ?? null));
  // a form that its script does not hear still writes nothing into the address
  const form = h("form", { class: "people-form", method: "post", autocomplete: "off" }, hint, ...fields, go, said);
  const box = h("details", { class: "people-find" }, h("summary", {}, t("find")), form, found);

  const refresh = async (): Promise<void> => {
    const allowance = await people.allowance().catch(() => null);
    if (!allowance) return;
    hint.textContent = allowance.lookups_left ? t("findHint", { left: formatNumber(allowance.lookups_left) }) : t("findUsedUp");
    go.disabled = allowance.lookups_left === 0;
    if (fields[2]) fields[2].hidden = !allowance.id_numbers;
  };
  const say = (text: string, warning = false): void => {
    said.textContent = text;
    said.classList.toggle("warn", warning);
  };
  const show = (residents: MaskedPerson[]): void => {
    say(residents.length ? t("findCount", { count: formatNumber(residents.length) }) : t("findNone"));
    replace(found, ...residents.map((one) => makeResident(one, placeOf(one, showBuilding))));
  };
  const forget = (): void => {
    form.reset();
    say("");
    replace(found);
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const wanted = Object.fromEntries(WANTED.map((field, at) => [field, inputs[at]?.value.trim() ?? ""]).filter(([, value]) => value));
    replace(found);
    if (!Object.keys(wanted).length) return say(t("findNothing"), true);
    go.disabled = true;
    say(t("loading"));
    people
      .lookUp(wanted)
      .then(show)
      .catch((error: unknown) => say(error instanceof Problem && error.status === 429 ? t("findUsedUp") : sayFailure(error), true))
      .finally(() => {
        go.disabled = false;
        void refresh();
      });
  });
  box.addEventListener("toggle", () => (box.open ? void refresh() : forget()));
  watch(["tab", "me"], () => {
    if (state.tab !== "residents" || !state.me) forget();
  });
  return box;
}

function placeOf(person: MaskedPerson, showBuilding: (id: string) => void): HTMLElement {
  const room = sayRoom(person);
  return h("span", {}, room ? h("small", {}, `${room} · `) : null, h("button", { type: "button", class: "link", onclick: () => showBuilding(person.building_id) }, t("findPlace")));
}
