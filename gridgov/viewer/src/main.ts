// Start: who is there? Then the form to sign in, or the map.

import { Problem, api, whenSignedOut } from "./api";
import { h, replace } from "./dom";
import { closeMap } from "./map/view";
import { keepColours, showFrame } from "./panels/frame";
import { showSignIn } from "./panels/signin";
import { change, forgetWatchers, readLink, state } from "./state";
import "./styles/base.css";
import "./styles/frame.css";
import "./styles/panels.css";
import "./styles/small.css";
import type { Language, Me } from "./types";
import { getLanguage, guessLanguage, setLanguage, t } from "./words";

const KEPT = "gridgov-language";
const root = document.getElementById("app") as HTMLElement;

async function start(): Promise<void> {
  setLanguage((localStorage.getItem(KEPT) as Language | null) ?? guessLanguage());
  whenSignedOut(() => askToSignIn(t("sessionEnded")));
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
  change({ me: null, plans: [], plan: null, colours: null });
  showSignIn(root, (me) => void enter(me).catch(showFailure), said);
}

async function enter(me: Me): Promise<void> {
  const plans = await api.plans();
  const link = readLink(location.hash);
  const plan = plans.find((candidate) => candidate.plan_id === link.plan) ?? plans[0] ?? null;
  const layers = { ...state.layers, ...link.layers };
  change({ me, plans, plan, layers, selection: plan ? link.selection : null, colours: null });
  draw();
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
  showFrame(root, { switchLanguage, signOut: () => void signOut() });
}

function leaveMap(): void {
  closeMap();
  forgetWatchers();
}

function switchLanguage(): void {
  const next: Language = getLanguage() === "zh" ? "en" : "zh";
  localStorage.setItem(KEPT, next);
  setLanguage(next);
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

void start();
