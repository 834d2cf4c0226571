// Ask how the map is to be printed, then lay it out on paper.

import { h, icon, replace } from "../dom";
import { PAPERS, type Paper, type PaperName, layOut, ratioOnScreen } from "../map/paper";
import { state } from "../state";
import { formatNumber, t } from "../words";

const SCALES = [500, 1000, 2000, 2500, 5000, 10_000, 20_000, 25_000, 50_000, 100_000];

export function openPrint(): void {
  const dialog = h("dialog", { class: "print-dialog", "aria-labelledby": "print-heading" });
  const chosen: Paper = { name: "A4", landscape: true, title: state.plan?.name ?? "", note: "", ratio: null, legend: true };
  const status = h("p", { class: "print-status", role: "status" });
  const go = h("button", { type: "submit", class: "primary" }, t("printGo"));
  const form = h("form", { method: "dialog" }, ...makeFields(chosen), status, makeActs(dialog, go));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    go.disabled = true;
    status.textContent = t("printBusy", { paper: chosen.name });
    layOut(chosen)
      .then((print) => {
        dialog.close();
        print();
      })
      .catch((error: unknown) => {
        console.warn(error);
        status.textContent = t("printFailed");
        go.disabled = false;
      });
  });
  const close = h("button", { type: "button", class: "close", "aria-label": t("close"), onclick: () => dialog.close() }, icon("close"));
  replace(dialog, h("h2", { id: "print-heading" }, t("printTitle")), close, form);
  dialog.addEventListener("close", () => {
    dialog.remove();
    document.getElementById("tool-print")?.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
}

function makeFields(chosen: Paper): HTMLElement[] {
  const title = h("input", { id: "print-name", value: chosen.title, maxlength: 60, oninput: (event: Event) => (chosen.title = (event.target as HTMLInputElement).value) });
  const note = h("input", { id: "print-note", maxlength: 120, oninput: (event: Event) => (chosen.note = (event.target as HTMLInputElement).value) });
  const scale = h("select", { id: "print-scale", onchange: (event: Event) => (chosen.ratio = Number((event.target as HTMLSelectElement).value) || null) });
  const fillScale = (): void => {
    const options = SCALES.map((ratio) => h("option", { value: ratio, selected: ratio === chosen.ratio }, `1:${formatNumber(ratio)}`));
    const fit = h("option", { value: "", selected: chosen.ratio === null }, t("printAsSeen", { ratio: formatNumber(ratioOnScreen(chosen)) }));
    replace(scale, fit, ...options);
  };
  const papers = (Object.keys(PAPERS) as PaperName[]).flatMap((name) =>
    [true, false].map((landscape) => {
      const value = `${name}-${landscape ? "landscape" : "portrait"}`;
      const pick = (): void => {
        Object.assign(chosen, { name, landscape });
        fillScale();
      };
      const radio = h("input", { type: "radio", name: "paper", id: `paper-${value}`, value, onchange: pick });
      radio.checked = name === chosen.name && landscape === chosen.landscape;
      const sheet = h("span", { class: `sheet-sign ${value}`, "aria-hidden": "true" });
      return h("label", { class: "paper-choice", for: `paper-${value}` }, radio, sheet, h("span", {}, `${name} ${t(landscape ? "landscape" : "portrait")}`));
    }),
  );
  const legend = h("input", {
    type: "checkbox",
    id: "print-legend",
    onchange: (event: Event) => {
      chosen.legend = (event.target as HTMLInputElement).checked;
      fillScale();
    },
  });
  legend.checked = chosen.legend;
  fillScale();
  return [
    h("div", { class: "field" }, h("label", { for: "print-name" }, t("printName")), title),
    h("div", { class: "field" }, h("label", { for: "print-note" }, t("printNote")), note),
    h("fieldset", { class: "field papers" }, h("legend", {}, t("printPaper")), h("div", { class: "paper-row" }, ...papers)),
    h("div", { class: "field" }, h("label", { for: "print-scale" }, t("printScale")), scale),
    h("label", { class: "field-check", for: "print-legend" }, legend, t("printLegend")),
    h("p", { class: "print-hint" }, t("printTrue")),
  ];
}

function makeActs(dialog: HTMLDialogElement, go: HTMLElement): HTMLElement {
  return h("div", { class: "print-acts" }, h("button", { type: "button", class: "quiet", onclick: () => dialog.close() }, t("cancel")), go);
}
