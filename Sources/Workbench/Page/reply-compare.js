// Which of two: one key answers.

import { element } from "./dom.js";
import { clips, view } from "./clips.js";
import { keysOf, sign, signsOf } from "./keys.js";

export function compare(question, give) {
  const { strengths: asksStrength, ties } = question.reply.compare;
  const { node, figures, player } = clips(question, { captions: ["left", "right"] });
  const say = (answer, strongly) => give(asksStrength && answer !== "tie" ? { answer, strongly } : { answer });
  const button = (action, text, act, strongly = false) =>
    element("button", { type: "button", class: strongly ? "small" : "primary", onclick: act, "data-action": action },
      `${text} `, element("kbd", {}, strongly ? keysOf(action).slice(0, 1).map((key) => `shift ${sign(key)}`) : signsOf(action)));
  for (const [index, action, answer] of [[0, "left", "first"], [1, "right", "second"]]) {
    figures[index].append(
      element("div", { class: "verdicts" },
        button(action, index === 0 ? "Left is better" : "Right is better", () => say(answer, false)),
        asksStrength ? button(action, "much better", () => say(answer, true), true) : ""));
  }
  const tie = button("tie", "About equal", () => say("tie"));
  tie.className = "";
  const all = element("div", {}, node, ties ? element("div", { class: "middle" }, tie) : "");
  return view(all, player, (event, action) => {
    if (action === "left") say("first", event.shiftKey);
    else if (action === "right") say("second", event.shiftKey);
    else if (action === "tie" && ties) say("tie");
    else return false;
    return true;
  });
}
