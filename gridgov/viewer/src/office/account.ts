// One's own account: password, app passwords, second factor, sessions.

import { get, post, remove } from "../api";
import { h, replace } from "../dom";
import type { Me } from "../types";
import { formatNumber, t } from "../words";
import { roleName } from "./accounts";
import { action, card, dialog, explain, field, fill, form, passwordInput, sayTime } from "./parts";

interface AppPassword {
  app_password_id: string;
  name: string;
  created_at: string;
  used_at: string | null;
}

interface Session {
  session_id: string;
  created_at: string;
  client: string;
  app_password: string | null;
  current: boolean;
}

interface Factor {
  on: boolean;
  recovery_codes: number;
}

export function makeAccount(me: Me): HTMLElement[] {
  return [
    h("header", { class: "page-head" }, h("h2", {}, me.name), h("p", { class: "lead" }, `${me.login} · ${roleName(me.role)}`)),
    h("div", { class: "office-two" }, passwordCard(), factorCard()),
    appsCard(),
    sessionsCard(),
  ];
}

function passwordCard(): HTMLElement {
  const [now, next, again] = [passwordInput("current-password"), passwordInput("new-password"), passwordInput("new-password")];
  const change = async (): Promise<string> => {
    if (next.value !== again.value) throw new Error(t("ownPasswordDiffer"));
    await post("/api/account/password", { password: now.value, new_password: next.value });
    return t("ownPasswordDone");
  };
  return card(t("ownPassword"), form(t("officeSave"), change, field(t("ownPasswordNow"), now), field(t("ownPasswordNew"), next), field(t("ownPasswordAgain"), again)));
}

function appsCard(): HTMLElement {
  const list = h("div", {});
  const draw = (found: AppPassword[]): HTMLElement[] => [
    found.length ? h("ul", { class: "rows" }, ...found.map(row)) : h("p", { class: "hint" }, t("officeNone")),
  ];
  const row = (one: AppPassword): HTMLElement =>
    h(
      "li",
      {},
      h("span", {}, h("strong", {}, one.name), h("small", {}, one.used_at ? t("ownAppUsed", { at: sayTime(one.used_at) }) : t("ownAppUnused"))),
      action(t("ownAppRevoke"), () => void fill(list, remove<AppPassword[]>(`/api/account/app-passwords/${encodeURIComponent(one.app_password_id)}`), draw), "quiet danger", `${t("ownAppRevoke")}: ${one.name}`),
    );
  const name = h("input", { required: true, maxlength: 100, placeholder: "QGIS" });
  const now = passwordInput("current-password");
  const make = async (): Promise<string> => {
    const made = await post<{ login: string; secret: string }>("/api/account/app-passwords", { name: name.value, password: now.value });
    dialog(t("ownApps"), h("p", {}, t("ownAppShown")), h("p", { class: "secret" }, h("code", {}, made.login), " / ", h("code", {}, made.secret)));
    void fill(list, get<AppPassword[]>("/api/account/app-passwords"), draw);
    return t("officeDone");
  };
  void fill(list, get<AppPassword[]>("/api/account/app-passwords"), draw);
  return card(t("ownApps"), h("p", { class: "fine-hint" }, t("ownAppsLead")), list, form(t("ownAppMake"), make, h("div", { class: "fields" }, field(t("ownAppName"), name), field(t("ownPasswordNow"), now))));
}

function factorCard(): HTMLElement {
  const place = h("div", { "aria-live": "polite" });
  const load = (): void => void fill(place, get<Factor>("/api/account/second-factor"), draw);
  const draw = (factor: Factor): HTMLElement[] => {
    const now = passwordInput("current-password");
    if (!factor.on) return [h("p", {}, t("ownFactorOff")), form(t("ownFactorBegin"), () => begin(now.value), field(t("ownPasswordNow"), now))];
    const end = async (): Promise<string> => {
      await post("/api/account/second-factor/disable", { password: now.value });
      load();
      return t("officeDone");
    };
    const renew = (): void =>
      void post<{ codes: string[] }>("/api/account/second-factor/recovery-codes", { password: now.value })
        .then((made) => showCodes(made.codes))
        .catch((error) => replace(said, explain(error)));
    const said = h("p", { class: "form-message", role: "status" });
    return [h("p", {}, t("ownFactorOn", { count: formatNumber(factor.recovery_codes) })), form(t("ownFactorEnd"), end, field(t("ownPasswordNow"), now)), action(t("ownFactorRenew"), renew), said];
  };
  const begin = async (password: string): Promise<null> => {
    const made = await post<{ secret: string; qr_svg: string }>("/api/account/second-factor", { password });
    const code = h("input", { required: true, inputmode: "numeric", autocomplete: "one-time-code", minlength: 6, maxlength: 8 });
    const confirm = async (): Promise<null> => {
      const answer = await post<{ codes: string[] }>("/api/account/second-factor/confirm", { code: code.value });
      load();
      showCodes(answer.codes);
      return null;
    };
    const picture = h("img", { class: "qr", alt: t("ownFactorQr"), src: `data:image/svg+xml;charset=utf-8,${encodeURIComponent(made.qr_svg)}` });
    replace(place, h("p", {}, t("ownFactorScan")), picture, h("p", {}, `${t("ownFactorKey")}: `, h("code", {}, made.secret)), form(t("ownFactorConfirm"), confirm, field(t("secondCode"), code)));
    code.focus();
    return null;
  };
  load();
  return card(t("ownFactor"), place);
}

function showCodes(codes: string[]): void {
  dialog(t("ownFactor"), h("p", {}, t("ownFactorCodes")), h("ul", { class: "codes" }, ...codes.map((code) => h("li", {}, h("code", {}, code)))));
}

function sessionsCard(): HTMLElement {
  const list = h("div", {});
  const row = (one: Session): HTMLElement =>
    h(
      "li",
      {},
      h("span", {}, h("strong", {}, one.app_password ?? shorten(one.client)), h("small", {}, [one.current ? t("ownSessionThis") : null, t("ownSessionSince", { at: sayTime(one.created_at) })].filter(Boolean).join(" · "))),
      one.current ? null : action(t("ownSessionEnd"), () => void fill(list, remove<Session[]>(`/api/account/sessions/${encodeURIComponent(one.session_id)}`), draw), "quiet danger"),
    );
  const draw = (found: Session[]): (HTMLElement | null)[] => [
    h("ul", { class: "rows" }, ...found.map(row)),
    found.length > 1 ? action(t("ownSessionsEnd"), () => void fill(list, remove<Session[]>("/api/account/sessions"), draw)) : null,
  ];
  void fill(list, get<Session[]>("/api/account/sessions"), draw);
  return card(t("ownSessions"), list);
}

/** The browser's name out of what it says of itself. */
function shorten(client: string): string {
  const known = /(Edg|OPR|Firefox|Chrome|Safari)\/(\d+)/.exec(client);
  const names: Record<string, string> = { Edg: "Edge", OPR: "Opera" };
  return known ? `${names[known[1] ?? ""] ?? known[1] ?? ""} ${known[2] ?? ""}` : client.slice(0, 60) || "—";
}
