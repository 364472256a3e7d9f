// How sure the machine is of the clips on screen: four numbers for each, kept apart by what is missing.
//
// Closed until it is asked for, and with every question anew: what the machine thinks can sway the person. It is fetched when it
// is opened, and while it is open after each training; so nothing is computed for those who do not look, and nothing of it
// becomes part of an answer.

import { post } from "./api.js";
import { element, say, svg } from "./dom.js";
import { signsOf } from "./keys.js";

const title = "How sure the machine is";

// As the clips are called on screen; those without a caption are not shown.
export const captionsOf = (question) => (question.reply.compare ? ["left", "right"] : question.captions);

// Its length says nothing that the words do not.
function gauge(name, bar, words) {
  return svg("svg", { class: "gauge", viewBox: "0 0 100 8", preserveAspectRatio: "none", role: "meter", "aria-label": name,
    "aria-valuemin": 0, "aria-valuemax": 1, "aria-valuenow": bar, "aria-valuetext": words },
  svg("rect", { class: "gauge-bar", x: 0, y: 0, width: 100 * bar, height: 8 }));
}

function measure({ name, bar, words }) {
  return element("li", {}, element("b", {}, name),
    bar === null || bar === undefined ? "" : gauge(name, bar, words),
    element("span", {}, words));
}

// By place, how often it was asked for: an answer that another overtook is not shown.
const turns = new WeakMap();

// Fills a place with the numbers of a question's clips; `wanted` says which question. What stands there stays until they come.
export async function fillMeter(place, wanted, captions) {
  if (!place.children.length) place.replaceChildren(element("p", { class: "hint", role: "status" }, "Asking the reward …"));
  const turn = (turns.get(place) ?? 0) + 1;
  turns.set(place, turn);
  let metered;
  try {
    metered = await post("/api/uncertainty", wanted);
    if (turns.get(place) !== turn) return;
  } catch (error) {
    if (turns.get(place) !== turn) return;
    return place.replaceChildren(element("p", { class: "hint", role: "alert" }, error.message));
  }
  const clips = metered.clips.slice(0, captions.length);
  place.replaceChildren(
    element("p", { class: "hint" }, `${metered.message}${metered.round === undefined ? "" : " None of this says which clip is better. The longer a bar, the less is known."}`),
    element("div", { class: "metered" }, clips.map(({ measures }, index) => element("section", { class: "card", "aria-label": `${title}: ${captions[index]}` },
      element("h3", {}, captions[index]), element("ul", { class: "measures" }, measures.map(measure))))));
  if (place.isConnected) say(metered.message);
}

// The part of a question that a button and a key open and close.
export class Meter {
  constructor(question, round) {
    this.question = question;
    this.round = round;
    this.node = element("section", { class: "meter", id: "meter", "aria-label": title, hidden: true });
    this.button = element("button", {
      type: "button", class: "quiet small for-meter", "data-action": "sure", "aria-expanded": "false", "aria-controls": "meter",
      onclick: () => this.toggle() }, "How sure? ", element("kbd", {}, signsOf("sure")));
  }

  toggle() {
    this.node.hidden = !this.node.hidden;
    this.button.setAttribute("aria-expanded", String(!this.node.hidden));
    if (!this.node.hidden) this.fill();
  }

  // The reward was trained in this round: what is open is told by that one.
  follow(round) {
    if (this.round === round) return;
    this.round = round;
    if (!this.node.hidden) this.fill();
  }

  fill() {
    fillMeter(this.node, { question: this.question.id }, captionsOf(this.question));
  }
}

// The same for a question that is looked at later, with what was said about it.
export function meterOf(question) {
  const place = element("div", { class: "meter" });
  return element("details", { class: "list", ontoggle: (event) => event.target.open && fillMeter(place, { id: question.id }, captionsOf(question)) },
    element("summary", {}, title), place);
}
