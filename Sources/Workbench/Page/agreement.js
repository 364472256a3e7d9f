// How far people agree, how often each is right, and whether one has begun to err more.

import { get } from "./api.js";
import { element, number, percent } from "./dom.js";

export class Agreement {
  constructor() {
    this.body = element("div");
    this.node = element("section", { "aria-label": "Agreement" }, element("h2", {}, "Agreement"), this.body);
  }

  async load() {
    const report = await get("/api/agreement");
    const text = JSON.stringify(report);
    // A list that was opened stays open.
    if (this.text === text) return;
    this.text = text;
    const isOpen = this.body.querySelector("details")?.open;
    const used = report.answers < report.allAnswers ? ` The latest ${report.answers} of ${report.allAnswers} answers are looked at.` : "";
    this.body.replaceChildren(
      element("p", {}, "Of all (Krippendorff's α): ", figure(report.alpha)),
      report.pairs.length ? element("details", { open: isOpen }, element("summary", {}, `Of each two (Cohen's κ): ${range(report.pairs)}`),
        element("ul", { class: "figures" }, report.pairs.map((pair) =>
          element("li", {}, element("span", {}, `${pair.first} and ${pair.second}`), figure(pair.kappa)))),
        report.pairsLeftOut ? element("p", { class: "hint" }, `${report.pairsLeftOut} more pairs have fewer questions in common.`) : "") : "",
      element("table", { class: "people prose", role: "table" },
        element("thead", { role: "rowgroup" }, element("tr", { role: "row" }, ["Name", "Right (Dawid–Skene)", "Errs more than before"].map((name) => element("th", { scope: "col", role: "columnheader" }, name)))),
        element("tbody", { role: "rowgroup" }, report.people.map((person) => element("tr", { role: "row" }, element("th", { scope: "row", role: "rowheader" }, person.name),
          element("td", { role: "cell", "data-name": "Right (Dawid–Skene)" }, figure(person.accuracy, percent)),
          element("td", { role: "cell", "data-name": "Errs more than before" }, drift(person.drift)))))),
      element("p", { class: "hint" }, `1 is full agreement, 0 what chance gives. Brackets are 95 % intervals. An alarm about errors weighs one wrong answer in ten against three.${used}`));
  }
}

function figure(one, show = number) {
  return one.value === undefined || one.value === null
    ? element("span", { class: "unknown-figure" }, `unknown: ${one.unknown}`)
    : element("span", {}, element("b", {}, show(one.value)), ` [${show(one.low)}, ${show(one.high)}]`, element("small", {}, ` n ${one.count}`));
}

function range(pairs) {
  const values = pairs.map((pair) => pair.kappa.value).filter((value) => typeof value === "number");
  if (!values.length) return "unknown so far";
  return values.length === 1 ? number(values[0]) : `${number(Math.min(...values))} to ${number(Math.max(...values))}`;
}

function drift(one) {
  if (one.state === "unknown") return element("span", { class: "unknown-figure" }, "unknown: no answer to gold, to equal clips or to a decided question");
  const counts = `${one.wrong} of ${one.checked} checked answers wrong`;
  return one.state === "drifting"
    ? element("span", {}, element("b", {}, "yes"), `, after checked answer ${one.beganAfter}`, element("small", {}, counts))
    : element("span", {}, "no sign", element("small", {}, `${counts}; three in ten would be noticed after about ${Math.round(one.noticedAfter)}`));
}
