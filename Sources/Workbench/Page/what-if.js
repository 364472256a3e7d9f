// What if: at the step that is shown something else is done, with the same luck, and what comes of it plays beside the clip.
//
// Closed until it is asked for, and with every question anew. Only pictures come from the server, and nothing of it becomes
// part of an answer.

import { post } from "./api.js";
import { element, say } from "./dom.js";
import { signsOf } from "./keys.js";
import { captionsOf } from "./meter.js";
import { Picture, Player } from "./player.js";

const title = "What if";

const option = (value, text) => element("option", { value }, text);
const field = (text, input) => element("label", {}, `${text} `, input);

export class WhatIf {
  // playerOf() gives the player of the clips on screen, if there is one.
  constructor(question, playerOf) {
    Object.assign(this, { question, playerOf });
    const captions = captionsOf(question);
    const count = Math.min(question.clips.length, Math.max(1, captions.length));
    this.clip = element("select", { onchange: () => this.offer() },
      Array.from({ length: count }, (_, index) => option(index, captions[index] || `clip ${index + 1}`)));
    this.step = element("input", { type: "number", min: 0, step: 1, value: 0, inputmode: "numeric", onchange: () => this.offer() });
    this.action = element("select");
    this.then = element("select");
    this.readout = element("p", { class: "hint", role: "status" });
    this.place = element("div", { class: "what-if-clips" });
    this.show = element("button", { type: "button", class: "primary", disabled: true, onclick: () => this.ask() }, "Show it");
    this.node = element("section", { class: "what-if", id: "what-if", "aria-label": title, hidden: true },
      element("div", { class: "row" }, count > 1 ? field("in", this.clip) : "", field("at step", this.step),
        field("do", this.action), field("", this.then), this.show), this.readout, this.place);
    this.then.setAttribute("aria-label", "and then");
    this.button = element("button", {
      type: "button", class: "quiet small for-what-if", "data-action": "whatIf", "aria-expanded": "false", "aria-controls": "what-if",
      onclick: () => this.toggle() }, "What if? ", element("kbd", {}, signsOf("whatIf")));
  }

  toggle() {
    this.node.hidden = !this.node.hidden;
    this.button.setAttribute("aria-expanded", String(!this.node.hidden));
    if (this.node.hidden) return this.stop();
    const player = this.playerOf();
    player?.pause();
    const { steps, now } = this.chosen;
    this.step.value = Math.max(0, Math.min(steps - 1, (player?.step ?? 0) - now));
    this.offer();
    this.node.scrollIntoView({ block: "nearest" });
    this.action.focus({ preventScroll: true });
  }

  get chosen() {
    const clip = this.question.clips[Number(this.clip.value)];
    const now = clip.now ?? 0;
    return { clip, now, steps: clip.steps };
  }

  get wanted() {
    return { question: this.question.id, clip: Number(this.clip.value), step: Math.trunc(Number(this.step.value)) };
  }

  // What can be done at this step.
  async offer() {
    this.step.max = Math.max(0, this.chosen.steps - 1);
    this.drop();
    const told = await this.fetch(this.wanted);
    if (!told) return;
    const [action, then] = [this.action.value, this.then.value];
    this.action.replaceChildren(...told.options.map((name, index) => option(index, name === told.done ? `${name} (as it was)` : name)));
    this.then.replaceChildren(...told.afterwards.map((one) => option(one.name, one.text)));
    // What was chosen before stays, unless it is what was done here.
    const stays = action !== "" && told.options[Number(action)] !== told.done;
    this.action.value = stays ? action : String(Math.max(0, told.options.findIndex((name) => name !== told.done)));
    if (then) this.then.value = then;
    this.show.disabled = false;
    this.readout.textContent = `At step ${this.wanted.step} it did: ${told.done}.`;
  }

  async ask() {
    const wanted = { ...this.wanted, option: Number(this.action.value), then: this.then.value };
    const told = await this.fetch(wanted);
    if (!told?.picture) return;
    this.drop();
    const { clip, now } = this.chosen;
    const own = { ...clip, frames: clip.frames.slice(now), trail: null };
    const pictures = [new Picture(own, "as it was"), new Picture({ ...told.picture, steps: 0 }, "what if")];
    this.player = new Player(pictures, { hasKeys: false, autoplay: false, pace: "natural" });
    this.place.replaceChildren(
      element("div", { class: "clips many-2" }, ["as it was", "what if"].map((caption, index) =>
        element("figure", { class: "clip" }, pictures[index].node, element("figcaption", {}, caption)))),
      this.player.controls);
    this.player.seek(wanted.step);
    if (!matchMedia("(prefers-reduced-motion: reduce)").matches) this.player.toggle();
    const parted = told.differs === null || told.differs === undefined
      ? "Nothing looks different." : `It looks different from step ${told.differs} on.`;
    this.readout.textContent = `${parted}${told.picture.ended ? " The episode ends there." : ""} The luck is the same.`;
    say(this.readout.textContent);
  }

  async fetch(wanted) {
    const turn = (this.turn = (this.turn ?? 0) + 1);
    this.node.setAttribute("aria-busy", "true");
    try {
      const told = await post("/api/what-if", wanted);
      return turn === this.turn && !this.node.hidden ? told : null;
    } catch (error) {
      if (turn === this.turn) {
        this.readout.textContent = error.message;
        this.show.disabled = true;
      }
      return null;
    } finally {
      if (turn === this.turn) this.node.removeAttribute("aria-busy");
    }
  }

  drop() {
    this.player?.stop();
    this.player = null;
    this.place.replaceChildren();
  }

  stop() {
    this.turn = (this.turn ?? 0) + 1;
    this.drop();
  }
}
