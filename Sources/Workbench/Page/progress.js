// How far a person has come, how fast, when a break would do good, and what the agent learned meanwhile.

import { get } from "./api.js";
import { element, number } from "./dom.js";
import { Picture, Player } from "./player.js";

const every = 6000;

export class Progress {
  constructor() {
    this.node = element("p", { class: "progress" });
    this.rest = element("p", { class: "rest notice", role: "status", hidden: true });
    this.isCurrent = false;
    this.dismissed = null;
  }

  open() {
    this.isOpen = true;
    this.read();
  }

  close() {
    this.isOpen = false;
    clearTimeout(this.timer);
  }

  async read() {
    clearTimeout(this.timer);
    try {
      this.own = await get("/api/own");
      this.draw();
    } catch {
      // The page says elsewhere that nothing answers; this line stays as it was.
    }
    if (this.isOpen) this.timer = setTimeout(() => this.read(), every);
  }

  // After an answer was given: one fewer is left, before the server says so.
  answered() {
    if (!this.own) return;
    this.own.left = Math.max(0, this.own.left - 1);
    this.draw();
  }

  draw() {
    const { left, round, rounds, perMinute, secondsLeft, rest } = this.own;
    const parts = [];
    if (left) parts.push(`${left} left in this round`);
    if (rounds) parts.push(`round ${round} of ${rounds}`);
    if (perMinute >= 1) parts.push(`${number(perMinute)} a minute`);
    if (left && secondsLeft) parts.push(secondsLeft < 90 ? "about a minute" : `about ${Math.round(secondsLeft / 60)} minutes`);
    this.node.textContent = parts.join(" · ");
    const isDue = rest && this.dismissed !== rest.since;
    this.rest.hidden = !isDue;
    if (isDue) {
      this.rest.replaceChildren(`You have judged for ${rest.minutes} minutes. A short break keeps answers good; nothing is lost. `,
        element("button", { type: "button", class: "small", onclick: () => { this.dismissed = rest.since; this.draw(); } }, "Later"));
    }
  }

  // What the agent did before it knew this person's answers, and what it does now; nothing if it has not learned yet.
  async lesson() {
    let said;
    try {
      said = await get("/api/lesson");
    } catch {
      return null;
    }
    if (!said.after) return null;
    const pictures = [[said.before, "before your answers"], [said.after, "now"]].map(([clip, name]) => [new Picture(clip, `the agent ${name}`), name]);
    const player = new Player(pictures.map(([picture]) => picture), { hasKeys: false, pace: "whole" });
    const node = element("section", { class: "lesson", "aria-label": "What the agent learned" },
      element("h3", {}, `The agent has learned from ${said.taken} of your answers`),
      element("div", { class: "clips many-2" }, pictures.map(([picture, name]) =>
        element("figure", { class: "clip" }, picture.node, element("figcaption", {}, name)))));
    return { node, stop: () => player.stop() };
  }
}
