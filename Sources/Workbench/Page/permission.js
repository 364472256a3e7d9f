// A step of the agent that waits for permission: how long an answer still counts. The server said how many seconds are
// left when it sent the question, and it alone decides whether an answer came in time.

import { element, say } from "./dom.js";

export const isUrgent = (question) => Number.isFinite(question?.secondsLeft);

export class Countdown {
  constructor(question, onEnd) {
    this.end = (question.receivedAt ?? performance.now()) + 1000 * question.secondsLeft;
    this.onEnd = onEnd;
    this.text = element("span", {});
    this.bar = element("progress", { max: question.secondsLeft, "aria-hidden": "true" });
    // Read out when it begins and shortly before its end, not every second.
    this.node = element("p", { class: "countdown", role: "timer", "aria-live": "off" },
      "The agent waits. ", this.text, " ", this.bar);
    this.saysAt = [question.secondsLeft, 10];
    this.tick();
  }

  tick() {
    const left = Math.max(0, (this.end - performance.now()) / 1000);
    const words = `${Math.ceil(left)} ${Math.ceil(left) === 1 ? "second" : "seconds"} left; without an answer the step is not taken.`;
    if (this.text.textContent !== words) this.text.textContent = words;
    this.bar.value = left;
    if (this.saysAt.length && left <= this.saysAt[0]) {
      while (this.saysAt.length && left <= this.saysAt[0]) this.saysAt.shift();
      if (left > 0) say(`The agent waits: ${words}`);
    }
    this.timer = left > 0 ? setTimeout(() => this.tick(), 200) : setTimeout(() => this.onEnd(), 0);
  }

  stop() {
    clearTimeout(this.timer);
  }
}
