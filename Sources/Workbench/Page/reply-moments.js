// The best and the worst moment: segments of the clip. A digit goes to a segment, b and w mark the one that is shown.

import { element, redraw, say } from "./dom.js";
import { clips, view } from "./clips.js";
import { optionKeys, optionOf, sign } from "./keys.js";

const [bestKey, worstKey] = ["b", "w"];

export function moments(question, give) {
  const steps = question.clips[0].steps;
  const parts = Math.max(1, Math.min(question.reply.moments.segments, steps));
  const ranges = Array.from({ length: parts }, (_, part) => [Math.floor((part * steps) / parts), Math.floor(((part + 1) * steps) / parts)]);
  const keys = optionKeys(parts, [bestKey, worstKey]);
  const chosen = { best: null, worst: null };
  let current = -1;
  const strip = element("div", { class: "segments", role: "group", "aria-label": "Segments of the clip" });
  // The first frame is shown while the player is made.
  let player = null;
  const shown = clips(question, { pace: "natural", onFrame: () => player && follow() });
  player = shown.player;
  const here = () => {
    const found = ranges.findIndex(([from, to]) => player.step >= from && player.step < to);
    return found < 0 ? parts - 1 : found;
  };
  const button = (text, key, act, kind = "") =>
    element("button", { type: "button", class: kind, onclick: act }, `${text} `, element("kbd", {}, key));
  const done = button("These are they", sign("Enter"), () => finish(), "primary");

  function choose(which) {
    const part = here();
    const other = which === "best" ? "worst" : "best";
    chosen[which] = part;
    if (chosen[other] === part) chosen[other] = null;
    say(`${which} moment: segment ${part + 1}`);
    draw();
  }

  function go(part) {
    player.pause();
    player.seek(ranges[part][0]);
  }

  // The segment that plays is marked as it plays.
  function follow() {
    if (here() === current) return;
    current = here();
    [...strip.children].forEach((one, part) => one.classList.toggle("is-here", part === current));
  }

  function draw() {
    redraw(strip, ranges.map(([from, to], part) => {
      const mark = chosen.best === part ? "best" : chosen.worst === part ? "worst" : "";
      return element("button", { type: "button", class: `segment small ${mark}`, onclick: () => go(part),
        "aria-label": `steps ${from} to ${to - 1}${mark ? `, the ${mark}` : ""}` },
        keys[part] ? element("kbd", {}, keys[part]) : "", element("span", {}, `${from}–${to - 1}`), element("b", {}, mark));
    }));
    current = -1;
    follow();
    done.disabled = chosen.best === null || chosen.worst === null;
  }

  function finish() {
    if (done.disabled) say("Mark the best and the worst moment first.");
    else give({ ...chosen });
  }

  draw();
  const all = element("div", {}, shown.node, strip, element("div", { class: "row" },
    button("Best here", bestKey, () => choose("best")), button("Worst here", worstKey, () => choose("worst")), done));
  return view(all, player, (event, action) => {
    const index = optionOf(event, keys);
    if (event.key === bestKey) choose("best");
    else if (event.key === worstKey) choose("worst");
    else if (index >= 0) go(index);
    else if (action === "submit") finish();
    else return false;
    return true;
  });
}
