// One of several states, each as a picture; or one that the person brings about, going on from one of the pictures.

import { element } from "./dom.js";
import { view } from "./clips.js";
import { Driving } from "./driving.js";
import { optionKeys, optionOf } from "./keys.js";
import { Picture } from "./player.js";

const makeKey = "m";

export function states(question, project, give) {
  const { _0: offers, makes } = question.reply.states;
  const keys = optionKeys(offers.length, [makeKey]);
  let at = 0;
  let driving = null;
  const look = (index) => {
    at = index;
    buttons.forEach((button, other) => button.classList.toggle("from-here", makes && other === index));
  };
  const buttons = offers.map((offer, index) => {
    const clip = question.clips[offer.clip];
    const picture = clip ? new Picture(clip, "") : null;
    picture?.show(offer.step);
    picture?.node.setAttribute("aria-hidden", "true");
    picture?.node.removeAttribute("role");
    return element("button", {
      type: "button", class: "state", onclick: () => give(offer.content), onfocus: () => look(index), onmouseenter: () => look(index) },
      picture?.node ?? "", keys[index] ? element("kbd", {}, keys[index]) : "",
      // A picture says it; where there is none, and to a screen reader, the words do.
      element("span", { class: picture ? "only-read" : "" }, ` ${offer.text}`));
  });
  const canMake = makes && question.clips.length > 0;
  const make = canMake
    ? element("button", { type: "button", onclick: () => begin() }, "Make one: drive on from the marked picture ", element("kbd", {}, makeKey))
    : element("p", { class: "hint" }, makes ? "In this world a state can only be picked." : "");
  const stage = element("div", { class: "stage" });
  const all = element("div", {},
    element("div", { class: "states", role: "group", "aria-labelledby": "prompt" }, buttons), element("div", { class: "row" }, make), stage);

  function begin() {
    if (driving || !canMake) return;
    const { clip, step } = offers[at];
    driving = new Driving(question, project, {
      clip, from: step, most: question.clips[clip].steps, title: "The last state is the goal.",
      finish: (actions) => give({}, [{ clip, from: step, actions }]), leave });
    all.classList.add("is-acting");
    stage.replaceChildren(driving.node);
    driving.focus();
  }

  function leave() {
    driving?.stop();
    driving = null;
    all.classList.remove("is-acting");
    stage.replaceChildren();
    make.focus({ preventScroll: true });
  }

  look(0);
  const result = view(all, null, (event, action) => {
    if (driving) return driving.key(event, action);
    const index = optionOf(event, keys);
    if (index >= 0) give(offers[index].content);
    else if (event.key === makeKey) begin();
    else return false;
    return true;
  });
  result.stop = () => driving?.stop();
  return result;
}
