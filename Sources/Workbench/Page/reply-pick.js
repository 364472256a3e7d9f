// One of several: clips, words, moments to switch off at, states, actions, ratings. Digits choose.

import { element } from "./dom.js";
import { clips, view } from "./clips.js";

// What the content of each kind is called, given the number picked.
const contents = {
  "best-of-k": (index) => ({ best: index }),
  evaluation: (index) => ({ good: index === 0 }),
  "off-switch": (index) => (index === 0 ? {} : { moment: index - 1 }),
  "goal-state": (index) => ({ state: index }),
  "state-of-the-world": (index, details) => ({ state: details.states[index] }),
  "optimal-action": (index) => ({ action: index }),
};

export function pick(question, give) {
  const offered = question.reply.pick?._0 ?? question.reply.action?.names ?? [];
  // Actions without names are told apart by what they lead to.
  const names = offered.length ? offered : question.captions;
  return choice(question, names, (index) => give(contents[question.kind](index, question.details)));
}

export function rate(question, give) {
  return choice(question, question.reply.rating._0, (index) => give({ rating: index }));
}

function choice(question, names, choose) {
  const { node, player } = clips(question);
  const moments = question.kind === "off-switch" ? [null, ...question.details.moments] : [];
  const states = question.kind === "goal-state" ? question.details.states : [];
  const look = (index) => {
    const step = moments[index] ?? states[index]?.step;
    if (step === undefined || step === null) return;
    player.pause();
    player.seek(step);
  };
  const buttons = names.map((name, index) =>
    element("button", { type: "button", onclick: () => choose(index), onfocus: () => look(index), onmouseenter: () => look(index) },
      index < 9 ? element("kbd", {}, String(index + 1)) : "", ` ${name}`));
  const all = element("div", {}, node, element("div", { class: "choices", role: "group", "aria-labelledby": "prompt" }, buttons));
  return view(all, player, (event) => {
    const index = Number(event.key) - 1;
    if (!/^[1-9]$/.test(event.key) || index >= names.length || event.ctrlKey || event.metaKey || event.altKey) return false;
    choose(index);
    return true;
  });
}
