// A few pairs to practise on before the first real question: which is better is certain, and said at once. What is
// answered here stays here.

import { post } from "./api.js";
import { element, notice, say } from "./dom.js";
import { clips } from "./clips.js";
import { actionOf, signsOf } from "./keys.js";

const sides = { first: "left", second: "right" };

export class Practice {
  constructor(guide, onDone) {
    this.guide = guide;
    this.onDone = onDone;
    this.place = 0;
    this.right = 0;
    this.node = element("div", { class: "practice" });
    this.onKey = this.onKey.bind(this);
  }

  async begin() {
    addEventListener("keydown", this.onKey);
    try {
      this.pairs = (await post("/api/practice", {})).pairs;
    } catch (error) {
      notice(error.message);
      return this.end();
    }
    if (this.pairs.length) this.show();
    else this.end();
  }

  stop() {
    removeEventListener("keydown", this.onKey);
    this.player?.stop();
  }

  end() {
    this.stop();
    this.onDone();
  }

  show() {
    this.player?.stop();
    const pair = this.pairs[this.place];
    this.said = null;
    const { node, figures, player } = clips(pair, { captions: ["left", "right"] });
    this.player = player;
    this.choices = Object.entries(sides).map(([answer, side], index) => {
      const button = element("button", { type: "button", class: "primary", onclick: () => this.answer(answer) },
        `${index === 0 ? "Left" : "Right"} is better `, element("kbd", {}, signsOf(side)));
      figures[index].append(element("div", { class: "verdicts" }, button));
      return button;
    });
    this.feedback = element("p", { class: "feedback", role: "status" });
    this.next = element("button", { type: "button", class: "primary", hidden: true, onclick: () => this.go() });
    this.node.replaceChildren(this.guide.line(),
      element("h2", {}, `Practice ${this.place + 1} of ${this.pairs.length}: which is better?`), node, this.feedback,
      element("div", { class: "row" }, this.next,
        element("button", { type: "button", class: "quiet", id: "start-judging", onclick: () => this.end() }, "Skip the practice")));
    say(`Practice ${this.place + 1}. Which is better?`);
  }

  answer(given) {
    if (this.said) return;
    const { answer, returns } = this.pairs[this.place];
    this.said = given;
    const isRight = given === answer;
    if (isRight) this.right += 1;
    const [better, worse] = answer === "first" ? returns : [...returns].reverse();
    const round = (value) => String(Number(value.toPrecision(3))).replace("-", "−");
    this.feedback.className = `feedback ${isRight ? "holds" : "fails"}`;
    this.feedback.textContent = `${isRight ? "✓ Right" : "✕ Look again"}: the ${sides[answer]} one is better`
      + ` (it scores ${round(better)}, the other ${round(worse)}).`;
    for (const button of this.choices) button.disabled = true;
    const isLast = this.place + 1 === this.pairs.length;
    this.next.hidden = false;
    this.next.replaceChildren(isLast ? `${this.right} of ${this.pairs.length} right. Start judging ` : "Next ", element("kbd", {}, signsOf("submit")));
    this.next.focus();
  }

  go() {
    this.place += 1;
    if (this.place < this.pairs.length) this.show();
    else this.end();
  }

  onKey(event) {
    if (document.querySelector("dialog[open]") || event.repeat) return;
    if (event.target.closest?.("input[type=range]") && /^(Arrow|Page|Home|End)/.test(event.key)) return;
    if (event.target.closest?.("button, a") && ["Enter", " "].includes(event.key)) return;
    const action = actionOf(event);
    const acts = {
      left: () => this.answer("first"), right: () => this.answer("second"),
      submit: () => this.said && this.go(), ...Object.fromEntries(["play", "back", "forward", "slower", "faster"]
        .map((one) => [one, () => this.player?.act(one)])) };
    if (!acts[action]) return;
    event.preventDefault();
    acts[action]();
  }
}
