// Acting oneself: a demonstration from the start, a correction or an intervention from a moment on; or dragging the path
// of what the agent did.

import { Bending } from "./bending.js";
import { element } from "./dom.js";
import { clips, view } from "./clips.js";
import { Driving } from "./driving.js";
import { optionKeys, optionOf } from "./keys.js";
import { marks, nowKey } from "./now.js";
import { offerButtons, placeUnderClips } from "./reply-pick.js";

const [driveKey, bendKey] = ["t", "d"];

export function act(question, project, give) {
  const { others, takesOver, namesStep } = question.reply.trajectory;
  const mark = marks(question);
  const shown = clips(question, { pace: "natural", onFrame: mark.frame });
  const { player } = shown;
  mark.attach(shown);
  const keys = optionKeys(others.length, [driveKey, bendKey, nowKey]);
  let hands = null;
  const start = element("button", { type: "button", class: "primary", onclick: () => drive() },
    takesOver ? "Take over here " : "Act yourself ", element("kbd", {}, driveKey));
  const bend = takesOver
    ? element("button", { type: "button", onclick: () => drag() }, "Drag its path ", element("kbd", {}, bendKey))
    : "";
  const apart = placeUnderClips(others, offerButtons(others, keys, (index) => give(others[index].content)), shown.figures);
  const stage = element("div", { class: "stage" });
  const all = element("div", {}, shown.node,
    element("div", { class: "choices", role: "group", "aria-labelledby": "prompt" }, start, bend, apart), stage);
  const { steps } = question.clips[0];

  function take(one) {
    hands = one;
    player.pause();
    all.classList.add("is-acting");
    stage.replaceChildren(hands.node);
    hands.focus();
  }

  function leave() {
    hands?.stop();
    hands = null;
    all.classList.remove("is-acting");
    stage.replaceChildren();
    start.focus({ preventScroll: true });
  }

  // The answer's clip is what was played from there on.
  const finish = (actions, from) => give(namesStep ? { step: from } : {}, [{ clip: 0, from, actions }]);

  function drive() {
    const from = Math.min(takesOver ? player.step : 0, Math.max(0, steps - 1));
    take(new Driving(question, project, {
      clip: 0, from, most: steps - from, finish: (actions) => finish(actions, from), leave }));
  }

  function drag() {
    take(new Bending(question, {
      step: player.step, leave,
      // Where the step is named, what the person made begins there; else it is the whole clip.
      finish: (actions, first) => finish(actions.slice(namesStep ? first : 0), namesStep ? first : 0) }));
  }

  const result = view(all, player, (event, action) => {
    if (hands) return hands.key(event, action);
    const index = optionOf(event, keys);
    if (event.key === driveKey) drive();
    else if (event.key === bendKey && takesOver) drag();
    else if (index >= 0) give(others[index].content);
    else return mark.key(event);
    return true;
  });
  const { stop } = result;
  result.stop = () => {
    hands?.stop();
    stop();
  };
  return result;
}
