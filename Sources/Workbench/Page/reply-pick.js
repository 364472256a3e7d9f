// One of several: clips, words, moments to switch off at, actions, ratings. Each has a key.

import { element } from "./dom.js";
import { clips, view } from "./clips.js";
import { optionKeys, optionOf } from "./keys.js";
import { marks, nowKey } from "./now.js";

// Each offer has its button's text, the answer that it gives, and the step to show meanwhile. An offer that is one of the
// clips stands under it.
export function offerButtons(offers, keys, choose, look = () => {}) {
  return offers.map((offer, index) =>
    element("button", { type: "button", onclick: () => choose(index), onfocus: () => look(offer), onmouseenter: () => look(offer) },
      keys[index] ? element("kbd", {}, keys[index]) : "", element("span", { class: "words" }, ` ${offer.text}`)));
}

// Puts buttons of offers that are clips under their clips; the others are returned.
export function placeUnderClips(offers, buttons, figures) {
  const isClip = (offer) => Number.isInteger(offer.clip) && figures.some((figure) => Number(figure.dataset.clip) === offer.clip);
  offers.forEach((offer, index) => {
    if (!isClip(offer)) return;
    const figure = figures.find((one) => Number(one.dataset.clip) === offer.clip);
    const caption = figure.querySelector("figcaption");
    if (caption?.textContent === offer.text) caption.classList.add("only-read");
    figure.append(element("div", { class: "verdicts" }, buttons[index]));
  });
  return buttons.filter((_, index) => !isClip(offers[index]));
}

export function pick(question, give) {
  const offers = question.reply.pick._0;
  const mark = marks(question);
  const keys = optionKeys(offers.length, [nowKey]);
  const shown = clips(question, { onFrame: mark.frame });
  const { node, player } = shown;
  mark.attach(shown);
  const choose = (index) => give(offers[index].content);
  const look = ({ step }) => {
    if (step === undefined || step === null) return;
    player.pause();
    player.seek(step);
  };
  const apart = placeUnderClips(offers, offerButtons(offers, keys, choose, look), shown.figures);
  const all = element("div", {}, node,
    apart.length ? element("div", { class: `choices ${apart.length > 6 ? "dense" : ""}`, role: "group", "aria-labelledby": "prompt" }, apart) : "");
  return view(all, player, (event) => {
    const index = optionOf(event, keys);
    if (index < 0) return mark.key(event);
    choose(index);
    return true;
  });
}
