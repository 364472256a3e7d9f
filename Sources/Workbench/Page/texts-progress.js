// How the judging of texts stands, as it happens.

import { element, number, percent } from "./dom.js";

export class Progress {
  constructor() {
    document.getElementById("tab-watch").textContent = "Progress";
    this.message = element("p", { class: "lead", role: "status" });
    this.tiles = element("dl", { class: "tiles" });
    this.shares = element("div");
    this.node = element("section", { "aria-label": "Progress" }, this.message, this.tiles, this.shares);
  }

  open(place) {
    place.replaceChildren(this.node);
  }

  close() {}

  update(status) {
    this.message.textContent = status.message;
    const tiles = [
      ["Answers", `${status.answers} of ${status.answersWanted}`, `${number(status.answersPerMinute)} a minute`],
      ["Open", status.open, status.open === 1 ? "question still needs answers" : "questions still need answers"],
    ];
    this.tiles.replaceChildren(...tiles.map(([name, value, more]) =>
      element("div", {}, element("dt", {}, name), element("dd", {}, String(value), element("small", {}, more)))));
    this.shares.replaceChildren(
      status.shares.length ? element("h2", {}, "What was said") : "",
      element("dl", { class: "text-shares" }, status.shares.map((one) => [
        element("dt", {}, one.text),
        element("dd", {}, `${percent(one.share)} `, element("small", {}, `[${percent(one.low)}, ${percent(one.high)}], ${one.count} of ${one.of}`))])),
      ...status.notes.map((note) => element("p", { class: "hint" }, note)));
  }
}

// Files of what was judged, beside that of all answers.
export function textExports(kind) {
  const files = kind === "pairs"
    ? [["trl", "preferences.jsonl", "Preferences, as TRL's reward trainer reads them"], ["ties", "ties.jsonl", "Ties"]]
    : [["trl", "unpaired.jsonl", "Labelled completions, as TRL's KTO trainer reads them"], ["ties", "unsure.jsonl", "Those nobody could tell"]];
  return [...files, ["csv", "answers.csv", "A table without the texts"]].map(([form, name, text]) =>
    element("p", {}, element("a", { href: `/api/export/${form}`, download: name }, text)));
}
