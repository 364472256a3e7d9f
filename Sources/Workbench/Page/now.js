// The moment that a question is about, where its clips show what led there: marked on the slider and on each clip.

import { element } from "./dom.js";

export const nowKey = "n";

export function marks(question) {
  const moments = question.clips.map((clip) => clip.now ?? 0);
  const distinct = [...new Set(moments)].filter((moment) => moment > 0).sort((one, other) => one - other);
  let badges = [];
  let player = null;

  function frame(step) {
    badges.forEach((badge, index) => {
      if (!badge) return;
      const isBefore = step < moments[index];
      badge.textContent = step === moments[index] ? "now" : isBefore ? "before" : "after";
      badge.closest("figure").classList.toggle("is-before", isBefore);
    });
  }

  // Every moment in turn, and the first again after the last.
  function jump() {
    player.pause();
    player.seek(distinct.find((moment) => moment > player.step) ?? distinct[0]);
  }

  function attach(shown) {
    player = shown.player;
    if (!distinct.length) return;
    badges = shown.figures.map((figure) => {
      if (!moments[Number(figure.dataset.clip)]) return null;
      const badge = element("span", { class: "badge", "aria-hidden": "true" });
      figure.append(badge);
      return badge;
    });
    badges = moments.map((_, clip) => badges[shown.figures.findIndex((figure) => Number(figure.dataset.clip) === clip)] ?? null);
    const track = element("span", { class: "slider" });
    player.slider.replaceWith(track);
    track.append(player.slider, ...distinct.map((moment) => {
      const mark = element("span", { class: "now-mark", "aria-hidden": "true" });
      // The thumb is sixteen pixels wide: its middle is not at the slider's ends.
      mark.style.left = `calc(8px + (100% - 16px) * ${moment / player.last})`;
      return mark;
    }));
    player.controls.append(element("button", { type: "button", class: "small", onclick: jump, "data-action": "now" },
      distinct.length > 1 ? "Next moment " : "Now ", element("kbd", {}, nowKey)));
    player.seek(0);
  }

  const key = (event) => distinct.length > 0 && event.key === nowKey && (jump(), true);
  return { frame, attach, key, has: distinct.length > 0 };
}
