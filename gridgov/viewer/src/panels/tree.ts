// The administrative tree: district, subdistrict, community, and on opening a community its sections and clusters.

import { api } from "../api";
import { h, icon, replace } from "../dom";
import { flyTo } from "../map/view";
import { change, state, watch } from "../state";
import type { Kind, TreeNode } from "../types";
import { formatNumber, t } from "../words";
import { sayFailed } from "./failure";

interface Branch {
  node: TreeNode;
  children: Branch[];
  open: boolean;
  loaded: boolean;
  failed?: unknown;
}

export function makeTree(): HTMLElement {
  const root = h("div", { class: "tree", role: "tree", "aria-label": t("areas") });
  let branches: Branch[] = [];
  let focused: string | null = null;

  const load = async (): Promise<void> => {
    if (!state.plan) return replace(root, h("p", { class: "hint" }, t("noPlan")));
    replace(root, h("p", { class: "hint" }, t("loading")));
    try {
      branches = grow(await api.tree(state.plan.plan_id));
    } catch (error) {
      return replace(root, sayFailed(error, () => void load()));
    }
    draw();
  };
  const toggle = async (branch: Branch, open: boolean): Promise<void> => {
    branch.open = open;
    if (open && branch.node.level === "community" && !branch.loaded && state.plan) {
      branch.loaded = true;
      const rows = await api.tree(state.plan.plan_id, branch.node.id).catch((error: unknown) => {
        Object.assign(branch, { loaded: false, open: false, failed: error });
        return [];
      });
      if (branch.loaded) branch.failed = null;
      branch.children = grow(rows.filter((row) => row.level !== "grid"), branch.node.id);
    }
    draw();
  };
  const pick = (branch: Branch): void => {
    focused = keyOf(branch.node);
    change({ selection: { kind: branch.node.level as Kind, id: branch.node.id } });
    flyTo(branch.node.bounds ?? boundsOf(branch));
    draw();
  };
  const draw = (): void => {
    const hadFocus = root.contains(document.activeElement);
    replace(root, ...branches.flatMap((branch, at) => drawBranch(branch, 1, at, branches.length)));
    const items = [...root.querySelectorAll<HTMLElement>("[role=treeitem]")];
    const target = items.find((item) => item.dataset.key === focused) ?? items[0];
    target?.setAttribute("tabindex", "0");
    if (hadFocus) target?.focus();
  };
  // Items lie flat, one after the other; their levels say which holds which.
  const drawBranch = (branch: Branch, level: number, at: number, of: number): HTMLElement[] => {
    const { node } = branch;
    const opens = canOpen(branch);
    const selected = state.selection?.kind === node.level && state.selection.id === node.id;
    const item = h(
      "div",
      {
        role: "treeitem",
        tabindex: "-1",
        "aria-level": level,
        "aria-posinset": at + 1,
        "aria-setsize": of,
        "aria-expanded": opens ? String(branch.open) : null,
        "aria-selected": String(selected),
        "data-key": keyOf(node),
        class: `tree-item level-${level}`,
        onclick: () => pick(branch),
      },
      opens
        ? h("span", { class: "twist", onclick: stop(() => void toggle(branch, !branch.open)) }, icon("chevron"))
        : h("span", { class: "twist" }),
      h("span", { class: `dot dot-${node.level}`, title: t(node.level) }),
      h("span", { class: "tree-name" }, node.name ?? node.code ?? node.id),
      h("span", { class: "tree-count" }, countOf(branch)),
    );
    item.addEventListener("keydown", (event) => onKey(event, branch));
    const below = branch.open ? branch.children : [];
    const failed = branch.failed ? [sayFailed(branch.failed, () => void toggle(branch, true))] : [];
    return [item, ...failed, ...below.flatMap((child, index) => drawBranch(child, level + 1, index, below.length))];
  };
  const onKey = (event: KeyboardEvent, branch: Branch): void => {
    const items = [...root.querySelectorAll<HTMLElement>("[role=treeitem]")];
    const here = items.indexOf(event.currentTarget as HTMLElement);
    const go = (index: number): void => {
      const item = items[Math.max(0, Math.min(items.length - 1, index))];
      if (!item) return;
      focused = item.dataset.key ?? null;
      items.forEach((other) => other.setAttribute("tabindex", other === item ? "0" : "-1"));
      item.focus();
    };
    const acts: Record<string, () => void> = {
      ArrowDown: () => go(here + 1),
      ArrowUp: () => go(here - 1),
      Home: () => go(0),
      End: () => go(items.length - 1),
      ArrowRight: () => (canOpen(branch) && !branch.open ? void toggle(branch, true) : go(here + 1)),
      ArrowLeft: () => (branch.open ? void toggle(branch, false) : go(items.findIndex((item) => item.dataset.key === parentKey(branch, branches)))),
      Enter: () => pick(branch),
      " ": () => pick(branch),
    };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    focused = keyOf(branch.node);
    act();
  };
  watch(["plan"], () => void load());
  watch(["selection"], draw);
  void load();
  return root;
}

function grow(rows: TreeNode[], top: string | null = null): Branch[] {
  const byId = new Map(rows.map((node) => [node.id, { node, children: [], open: false, loaded: false } as Branch]));
  const tops: Branch[] = [];
  for (const branch of byId.values()) {
    const parent = branch.node.parent_id === top ? undefined : byId.get(branch.node.parent_id ?? "");
    (parent?.children ?? tops).push(branch);
  }
  if (top === null) {
    tops.forEach((branch) => (branch.open = branch.node.level !== "community"));
    if (tops.length === 1) tops[0]?.children.slice(0, 1).forEach((child) => (child.open = child.node.level !== "community"));
  }
  return tops;
}

const keyOf = (node: TreeNode): string => `${node.level}:${node.id}`;

const canOpen = (branch: Branch): boolean =>
  branch.children.length > 0 || (branch.node.level === "community" && !branch.loaded && (branch.node.sections ?? 0) > 0);

function parentKey(branch: Branch, branches: Branch[]): string {
  const owner = flatten(branches).find((candidate) => candidate.children.includes(branch));
  return owner ? keyOf(owner.node) : keyOf(branch.node);
}

function flatten(branches: Branch[]): Branch[] {
  return branches.flatMap((branch) => [branch, ...flatten(branch.children)]);
}

function countOf(branch: Branch): string {
  const count = householdsOf(branch);
  return count === null ? "" : formatNumber(count);
}

function householdsOf(branch: Branch): number | null {
  if (branch.node.households !== null) return branch.node.households;
  const counts = branch.children.map(householdsOf).filter((count): count is number => count !== null);
  return counts.length ? counts.reduce((sum, count) => sum + count, 0) : null;
}

function boundsOf(branch: Branch): TreeNode["bounds"] {
  const boxes = flatten([branch]).flatMap((child) => (child.node.bounds ? [child.node.bounds] : []));
  if (!boxes.length) return null;
  return [
    Math.min(...boxes.map((box) => box[0])),
    Math.min(...boxes.map((box) => box[1])),
    Math.max(...boxes.map((box) => box[2])),
    Math.max(...boxes.map((box) => box[3])),
  ];
}

function stop(act: () => void): (event: Event) => void {
  return (event) => {
    event.stopPropagation();
    act();
  };
}
