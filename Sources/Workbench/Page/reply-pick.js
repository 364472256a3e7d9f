// One of several: clips, words, moments to switch off at, states, actions, ratings. Digits choose.

import { element } from "./dom.js";
import { clips, view } from "./clips.js";

// Each offer has its button's text, the answer that it gives, and the step to show meanwhile.
export function pick(question, give) {
  const offers = question.reply.pick._0;
  const { node, player } = clips(question);
  const choose = (index) => give(offers[index].content);
  const look = ({ step }) => {
    if (step === undefined || step === null) return;
    player.pause();
    player.seek(step);
  };
  const buttons = offers.map((offer, index) =>
    element("button", { type: "button", onclick: () => choose(index), onfocus: () => look(offer), onmouseenter: () => look(offer) },
      index < 9 ? element("kbd", {}, String(index + 1)) : "", ` ${offer.text}`));
  const all = element("div", {}, node, element("div", { class: "choices", role: "group", "aria-labelledby": "prompt" }, buttons));
  return view(all, player, (event) => {
    const index = Number(event.key) - 1;
    if (!/^[1-9]$/.test(event.key) || index >= offers.length || event.ctrlKey || event.metaKey || event.altKey) return false;
    choose(index);
    return true;
  });
}
