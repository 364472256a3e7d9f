// Clips of a question side by side, with one player for all, and a few frames of each below it.

import { element } from "./dom.js";
import { Picture, Player, still } from "./player.js";

// Where a clip is looked at to judge all of it, its pace is "whole"; where a step of it is wanted, "natural".
export function clips(question, { captions = question.captions, onFrame, autoplay = true, pace = "whole" } = {}) {
  // Clips without a caption are there for the likelihood, not to be looked at.
  const chosen = question.clips.map((clip, index) => ({ clip, index })).filter((one) => one.index < captions.length);
  const pictures = chosen.map(({ clip, index }) => new Picture(clip, `${captions[index] ?? `clip ${index + 1}`}, ${clip.steps} steps`));
  const player = new Player(pictures, { onFrame, autoplay, pace });
  const figures = chosen.map(({ index }, place) =>
    element("figure", { class: "clip", "data-clip": index }, pictures[place].node, strip(pictures[place], player, chosen.length),
      element("figcaption", {}, captions[index] ?? "")));
  const node = element("div", { class: "clips-and-player" },
    element("div", { class: `clips many-${Math.min(4, figures.length)}` }, figures), player.controls);
  return { node, figures, pictures, player };
}

// Frames from the first to the last that moves, evenly apart. A click goes there; by keyboard the slider does.
function strip(picture, player, clipCount) {
  const end = picture.lastMoving;
  const count = Math.min(clipCount > 1 ? 4 : 6, end + 1);
  if (count < 2) return null;
  return element("div", { class: "strip" }, Array.from({ length: count }, (_, index) => {
    const step = Math.round((index * end) / (count - 1));
    const node = still(picture.clip, step);
    node.addEventListener("click", () => {
      player.pause();
      player.seek(step);
    });
    return node;
  }));
}

// A view's parts that are the same for all.
export function view(node, player, key) {
  return {
    node,
    player,
    key: (event, action) => key(event, action) || (player?.act(action) ?? false),
    pause: () => player?.pause(),
    stop: () => player?.stop(),
  };
}
