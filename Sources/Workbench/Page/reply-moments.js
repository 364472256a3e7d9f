// The best and the worst moment: segments of the clip.

import { element, redraw, say } from "./dom.js";
import { clips, view } from "./clips.js";

export function moments(question, give) {
  const steps = question.clips[0].steps;
  const parts = Math.max(1, Math.min(question.reply.moments.segments, steps));
  const ranges = Array.from({ length: parts }, (_, part) => [Math.floor((part * steps) / parts), Math.floor(((part + 1) * steps) / parts)]);
  const chosen = { best: null, worst: null };
  const { node, player } = clips(question);
  const here = () => Math.max(0, ranges.findIndex(([from, to]) => player.step >= from && player.step < to));
  const strip = element("div", { class: "segments", role: "group", "aria-label": "Segments of the clip" });
  const done = element("button", { type: "button", class: "primary", onclick: () => finish() }, "These are they ", element("kbd", {}, "⏎"));

  function choose(which, part) {
    const other = which === "best" ? "worst" : "best";
    chosen[which] = part;
    if (chosen[other] === part) chosen[other] = null;
    say(`${which} moment: segment ${part + 1}`);
    draw();
  }

  function draw() {
    redraw(strip, ranges.map(([from, to], part) =>
      element("div", { class: `segment ${chosen.best === part ? "best" : chosen.worst === part ? "worst" : ""}` },
        element("button", { type: "button", class: "small", onclick: () => { player.pause(); player.seek(from); } }, `steps ${from}–${to - 1}`),
        element("button", { type: "button", class: "small", "aria-pressed": String(chosen.best === part), onclick: () => choose("best", part) }, "best"),
        element("button", { type: "button", class: "small", "aria-pressed": String(chosen.worst === part), onclick: () => choose("worst", part) }, "worst"))));
    done.disabled = chosen.best === null || chosen.worst === null;
  }

  function finish() {
    if (!done.disabled) give({ ...chosen });
  }

  draw();
  const all = element("div", {}, node, strip,
    element("p", { class: "hint" }, "b marks the segment that plays as the best, w as the worst."), done);
  return view(all, player, (event, action) => {
    if (event.key === "b") choose("best", here());
    else if (event.key === "w") choose("worst", here());
    else if (action === "submit") finish();
    else return false;
    return true;
  });
}
