// Whether a completion is right. What the verifier paid for it is not told: the answer is held against that.

import { element } from "./dom.js";
import { signsOf } from "./keys.js";
import { Pane, read } from "./reply-text-pane.js";

export function judgeCompletion(question, give) {
  const { prompt, replies, extracted, reference } = question.texts;
  const asked = prompt ? new Pane("Prompt", prompt, "asked") : null;
  const completion = new Pane("Completion", replies[0], "reply");
  const facts = [["The verifier read", extracted], ["Reference answer", reference]].filter(([, text]) => text);
  const say = (answer) => give({ answer });
  const button = (action, digit, text, answer) =>
    element("button", { type: "button", class: "primary", onclick: () => say(answer), "data-action": action },
      `${text} `, element("kbd", {}, `${digit} ${signsOf(action)}`));
  return {
    node: element("div", { class: "texts" }, asked?.node ?? "", completion.node,
      facts.length ? element("dl", { class: "text-facts" }, facts.map(([name, text]) => [element("dt", {}, name), element("dd", {}, text)])) : "",
      element("div", { class: "text-bar", role: "group", "aria-labelledby": "prompt" },
        button("left", "2", "Wrong", "wrong"), button("right", "1", "Right", "right"))),
    key: (event, action) => {
      if (action === "right" || event.key === "1") say("right");
      else if (action === "left" || event.key === "2") say("wrong");
      else return read([completion], action, event);
      return true;
    },
    pause: () => {},
    stop: () => {},
  };
}
