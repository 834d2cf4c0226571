// Lists of other things, each a button that goes there.

import { h } from "../dom";
import { change } from "../state";
import type { Kind, Link } from "../types";
import { formatNumber, t } from "../words";

const MANY = 12;

export function nameOf(link: { name: string | null; code: string | null; id: string }): string {
  return link.name || link.code || link.id || t("unnamed");
}

export function linkButton(link: Pick<Link, "kind" | "id" | "code" | "name">): HTMLElement {
  const open = (): void => change({ selection: { kind: link.kind as Kind, id: link.id } });
  return h("button", { type: "button", class: "link", onclick: open }, nameOf(link));
}

/** A titled list; `note` says something beside each name. */
export function linkList<L extends Link>(title: string, links: L[], note: (link: L) => string | null = sayHouseholds): HTMLElement {
  const row = (link: L): HTMLElement => {
    const said = note(link);
    return h("li", {}, h("span", { class: "link-name" }, linkButton(link), twinMark(link, links)), said ? h("small", {}, said) : null);
  };
  const list = h("ul", { class: "plain" }, ...links.slice(0, MANY).map(row));
  const section = h("section", {}, h("h3", {}, `${title} (${formatNumber(links.length)})`), list);
  if (links.length > MANY) {
    const more = h("button", { type: "button", class: "quiet", "aria-label": `${t("showMore")}: ${title}` }, t("showMore"));
    more.addEventListener("click", () => {
      const first = list.childElementCount;
      list.append(...links.slice(MANY).map(row));
      more.remove();
      list.children[first]?.querySelector("button")?.focus();
    });
    section.append(more);
  }
  return section;
}

function sayHouseholds(link: Link): string | null {
  return link.households === null || link.households === undefined ? null : t("householdsUnit", { count: formatNumber(link.households) });
}

/** Two things of one name, e.g. the first cluster of each community, are told apart by their codes. */
function twinMark<L extends Link>(link: L, links: L[]): HTMLElement | null {
  const twins = links.some((other) => other.id !== link.id && other.name === link.name);
  return twins && link.code && link.name ? h("small", { class: "code" }, link.code) : null;
}
