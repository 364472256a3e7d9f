// Clips of a question side by side, with one player for all.

import { element } from "./dom.js";
import { Picture, Player } from "./player.js";

export function clips(question, { captions = question.captions, onFrame, autoplay = true } = {}) {
  // Clips without a caption are there for the likelihood, not to be looked at.
  const chosen = question.clips.map((clip, index) => ({ clip, index })).filter((one) => one.index < captions.length);
  const pictures = chosen.map(({ clip, index }) => new Picture(clip, `${captions[index] ?? `clip ${index + 1}`}, ${clip.steps} steps`));
  const figures = chosen.map(({ index }, place) =>
    element("figure", { class: "clip", "data-clip": index }, pictures[place].node, element("figcaption", {}, captions[index] ?? "")));
  const player = new Player(pictures, { onFrame, autoplay });
  const node = element("div", { class: "clips-and-player" },
    element("div", { class: `clips many-${Math.min(4, figures.length)}` }, figures), player.controls);
  return { node, figures, pictures, player };
}

// A view's parts that are the same for all.
export function view(node, player, key) {
  return {
    node,
    key: (event, action) => key(event, action) || (player?.act(action) ?? false),
    pause: () => player?.pause(),
    stop: () => player?.stop(),
  };
}
