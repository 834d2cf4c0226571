// Start: who is there? Then the form to sign in, or the map.

import { Problem, api, whenSignedOut } from "./api";
import { h, replace } from "./dom";
import { closeMap, showView } from "./map/view";
import { keepColours, showFrame } from "./panels/frame";
import { keepValues } from "./panels/shades";
import { showSignIn } from "./panels/signin";
import { readLink } from "./link";
import { change, forgetWatchers, state } from "./state";
import "./styles/base.css";
import "./styles/frame.css";
import "./styles/panels.css";
import "./styles/flat.css";
import "./styles/know.css";
import "./styles/look.css";
import "./styles/people.css";
import "./styles/print.css";
import "./styles/small.css";
import type { Grounds, Me } from "./types";
import { getLanguage, keepLanguage, keptLanguage, setLanguage, t } from "./words";

const root = document.getElementById("app") as HTMLElement;

async function start(): Promise<void> {
  setLanguage(keptLanguage());
  // many questions may be refused at once; whoever types a password must not lose it to the last of them
  whenSignedOut(() => state.me && askToSignIn(t("sessionEnded")));
  try {
    const me = await api.me();
    if (me) await enter(me);
    else askToSignIn();
  } catch (error) {
    showFailure(error);
  }
}

function askToSignIn(said = ""): void {
  leaveMap();
  document.querySelectorAll("dialog").forEach((box) => box.close());
  change({ me: null, plans: [], plan: null, colours: null });
  showSignIn(root, (me) => void enter(me).catch(showFailure), said);
}

async function enter(me: Me): Promise<void> {
  const [plans, grounds] = await Promise.all([api.plans(), api.grounds().catch(() => null)]);
  const link = readLink(location.hash);
  const plan = plans.find((candidate) => candidate.plan_id === link.plan) ?? plans[0] ?? null;
  const ground = chooseGround(grounds, link.state.ground ?? null);
  change({ ...link.state, me, plans, plan, grounds, ground, selection: plan ? (link.state.selection ?? null) : null, colours: null });
  draw();
}

/** The ground map to show: as the link says, else the first there is. */
function chooseGround(grounds: Grounds | null, asked: string | null): string | null {
  const names = grounds?.choices.map((choice) => choice.name) ?? [];
  return asked === "none" ? "none" : (names.find((name) => name === asked) ?? names[0] ?? null);
}

/** A link that somebody pasted into the address of this page. */
async function follow(): Promise<void> {
  if (!state.me) return;
  const link = readLink(location.hash);
  const plan = state.plans.find((candidate) => candidate.plan_id === link.plan) ?? state.plan;
  const ground = chooseGround(state.grounds, link.state.ground ?? null);
  change({ ...link.state, ground, ...(plan === state.plan ? {} : { plan, colours: null }) });
  showView(link.map);
}

function draw(): void {
  leaveMap();
  if (!state.plan) {
    const note = h("div", { class: "sign-in-card" }, h("h1", {}, t("noPlan")), h("p", { class: "lead" }, t("noPlanHint")));
    const leave = h("button", { type: "button", class: "primary wide", onclick: () => void signOut() }, t("signOut"));
    note.append(leave);
    replace(root, h("main", { class: "sign-in" }, note));
    return;
  }
  keepColours();
  keepValues();
  showFrame(root, { switchLanguage, signOut: () => void signOut() });
}

function leaveMap(): void {
  closeMap();
  forgetWatchers();
}

function switchLanguage(): void {
  keepLanguage(getLanguage() === "zh" ? "en" : "zh");
  draw();
}

async function signOut(): Promise<void> {
  await api.signOut().catch(() => undefined);
  history.replaceState(null, "", location.pathname);
  change({ selection: null });
  askToSignIn();
}

function showFailure(error: unknown): void {
  const unreachable = error instanceof Problem && error.status === 0;
  const why = unreachable ? t("unreachable") : error instanceof Error ? error.message : String(error);
  const again = h("button", { type: "button", class: "primary wide", onclick: () => location.reload() }, t("retry"));
  replace(root, h("main", { class: "sign-in" }, h("div", { class: "sign-in-card", role: "alert" }, h("p", {}, t("failed", { why })), again)));
}

addEventListener("hashchange", () => void follow());
void start();
