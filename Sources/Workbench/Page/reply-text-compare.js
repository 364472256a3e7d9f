// Which of two replies: one key answers. Which one stands left was drawn by the server, for each person anew.

import { element, say } from "./dom.js";
import { difference } from "./text-difference.js";
import { keysOf, sign, signsOf } from "./keys.js";
import { inStep, Pane, read } from "./reply-text-pane.js";

export function compareTexts(question, give) {
  const { prompt, replies } = question.texts;
  const panes = replies.map((text, index) => new Pane(`Reply ${"AB"[index]}`, text, "reply"));
  inStep(panes);
  const answer = (which, strongly) => give(which === "tie" ? { answer: which } : { answer: which, strongly });
  const button = (action, text, act, style, keys = signsOf(action)) =>
    element("button", { type: "button", class: style, onclick: act, "data-action": action }, `${text} `, element("kbd", {}, keys));
  const strong = (action) => keysOf(action).slice(0, 1).map((key) => `shift ${sign(key)}`);
  const differences = button("differences", "Differences", () => toggle(), "small quiet");
  let isMarked = false;
  function toggle() {
    isMarked = !isMarked;
    const found = isMarked ? difference(...replies) : { first: [], second: [] };
    differences.setAttribute("aria-pressed", isMarked);
    if (!found) return say("These texts are too long to compare word by word");
    panes[0].mark(found.first);
    panes[1].mark(found.second);
    say(isMarked ? "What is only in one of them is marked" : "Nothing is marked");
  }
  differences.setAttribute("aria-pressed", "false");
  const bar = element("div", { class: "text-bar", role: "group", "aria-labelledby": "prompt" },
    button("left", "A is better", () => answer("first", false), "primary"),
    button("right", "B is better", () => answer("second", false), "primary"),
    button("left", "A much", () => answer("first", true), "small", strong("left")),
    button("tie", "About equal", () => answer("tie"), "small"),
    button("right", "B much", () => answer("second", true), "small", strong("right")));
  const asked = prompt ? new Pane("Prompt", prompt, "asked", differences).node : element("div", { class: "text-head" }, differences);
  return {
    node: element("div", { class: "texts" }, asked, element("div", { class: "text-replies" }, panes.map((pane) => pane.node)), bar),
    key: (event, action) => {
      if (action === "left") answer("first", event.shiftKey);
      else if (action === "right") answer("second", event.shiftKey);
      else if (action === "tie") answer("tie");
      else if (action === "differences") toggle();
      else return read(panes, action, event);
      return true;
    },
    pause: () => {},
    stop: () => {},
  };
}
