// The page for one's own account, and for accounts, plans, imports and the audit where the role opens them.

import { api, whenSignedOut } from "./api";
import { h, icon, replace } from "./dom";
import { makeAccount } from "./office/account";
import { makeAccounts } from "./office/accounts";
import { makeAudit } from "./office/audit";
import { explain } from "./office/parts";
import { makeImports, makePlans } from "./office/records";
import { showSignIn } from "./panels/signin";
import "./styles/base.css";
import "./styles/pages.css";
import "./styles/office.css";
import type { Language, Me } from "./types";
import { type Word, getLanguage, keepLanguage, keptLanguage, setLanguage, t } from "./words";

interface Section {
  name: string;
  word: Word;
  roles: readonly string[] | null;
  make: (me: Me) => HTMLElement[];
}

const SECTIONS: Section[] = [
  { name: "account", word: "officeMine", roles: null, make: makeAccount },
  { name: "accounts", word: "officeAccounts", roles: ["administrator"], make: makeAccounts },
  { name: "plans", word: "officePlans", roles: ["administrator"], make: makePlans },
  { name: "imports", word: "officeImports", roles: ["administrator"], make: makeImports },
  { name: "audit", word: "officeAudit", roles: ["auditor"], make: makeAudit },
];
const root = document.getElementById("app") as HTMLElement;
let me: Me | null = null;

async function start(): Promise<void> {
  setLanguage(keptLanguage());
  whenSignedOut(() => askToSignIn(t("sessionEnded")));
  try {
    me = await api.me();
    if (me) draw();
    else askToSignIn();
  } catch (error) {
    replace(root, h("main", { class: "sheet-page" }, h("p", { class: "warn", role: "alert" }, explain(error))));
  }
}

function askToSignIn(said = ""): void {
  me = null;
  document.querySelectorAll("dialog").forEach((box) => box.remove());
  showSignIn(
    root,
    (who) => {
      me = who;
      draw();
    },
    said,
  );
}

function draw(): void {
  if (!me) return;
  const who = me;
  document.title = t("officeTitle");
  const open = SECTIONS.filter((section) => section.roles === null || section.roles.includes(who.role));
  const wanted = location.hash.slice(1) || (location.pathname === "/admin" ? (open[1]?.name ?? "") : "account");
  const chosen = open.find((section) => section.name === wanted) ?? open[0];
  const link = (section: Section): HTMLElement => h("a", { href: `#${section.name}`, "aria-current": section === chosen ? "page" : null }, t(section.word));
  replace(
    root,
    makeHeader(who),
    h("div", { class: "office" }, h("nav", { class: "office-nav", "aria-label": t("officeNav") }, ...open.map(link)), h("main", { class: "sheet-page", id: "main", tabindex: "-1" }, ...(chosen?.make(who) ?? []))),
  );
}

function makeHeader(who: Me): HTMLElement {
  const other: Language = getLanguage() === "zh" ? "en" : "zh";
  const change = (): void => {
    keepLanguage(other);
    draw();
    root.querySelector<HTMLElement>(".language")?.focus();
  };
  const leave = (): void => void api.signOut().finally(() => askToSignIn());
  return h(
    "header",
    { class: "bar" },
    h("div", { class: "brand" }, icon("place"), h("h1", {}, t("title"))),
    h("a", { class: "ghost", href: "/" }, t("officeMap")),
    h(
      "div",
      { class: "bar-end" },
      h("button", { type: "button", class: "language", title: t("languageHint"), lang: other === "en" ? "en" : "zh-CN", onclick: change }, t("language")),
      h("span", { class: "who" }, who.name),
      h("button", { type: "button", class: "ghost", onclick: leave }, t("signOut")),
    ),
  );
}

addEventListener("hashchange", () => {
  draw();
  document.getElementById("main")?.focus();
});

void start();
