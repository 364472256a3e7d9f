// Judging: the question on screen, the next ones ready behind it, answers sent while the person goes on.

import { post, Refusal } from "./api.js";
import { element, notice, say } from "./dom.js";
import { keepFocus } from "./focus.js";
import { actionOf, signsOf } from "./keys.js";
import { showHelp } from "./help.js";
import * as outbox from "./outbox.js";
import { showHistory } from "./history.js";
import { Meter } from "./meter.js";
import { makeReply } from "./replies.js";
import { Countdown, isUrgent } from "./permission.js";
import { describe } from "./previous.js";
import { Progress } from "./progress.js";
import { askReason } from "./skip.js";
import { WhatIf } from "./what-if.js";
import { Practice } from "./training.js";

const ahead = 2;

export class Judging {
  constructor(project, guide) {
    this.project = project;
    this.guide = guide;
    this.progress = new Progress();
    // What stands in the place of questions: the introduction, or the practice.
    this.aside = null;
    this.queue = [];
    this.current = null;
    // What was answered here and not taken back: it may still be on its way when the server is asked for more.
    this.answered = new Set();
    this.node = element("section", { class: "judging", "aria-label": "Judging", tabindex: "-1" });
    // The question that was there when a key went down: a key that is held does not answer the next ones.
    this.pressedAt = null;
    this.onKey = this.onKey.bind(this);
  }

  open(place) {
    place.replaceChildren(this.node);
    addEventListener("keydown", this.onKey);
    this.progress.open();
    if (this.guide.introduces && !this.guide.isKnown) this.introduce();
    else this.begin();
  }

  introduce() {
    this.aside = { stop() {} };
    this.node.replaceChildren(this.guide.introduction({ onStart: () => this.begin(), onPractise: () => this.practise() }));
  }

  practise() {
    clearTimeout(this.timer);
    this.aside?.stop();
    this.reply?.stop();
    this.aside = new Practice(this.guide, () => this.begin());
    this.node.dataset.question = "";
    this.node.replaceChildren(this.aside.node);
    this.aside.begin();
  }

  // Real questions, from here on.
  begin() {
    if (this.aside) this.guide.know();
    this.aside?.stop();
    this.aside = null;
    if (!this.current) return this.next();
    this.show(this.current);
    this.fetch();
  }

  close() {
    removeEventListener("keydown", this.onKey);
    this.aside?.stop();
    this.countdown?.stop();
    this.reply?.stop();
    this.whatIf?.stop();
    this.lesson?.stop();
    this.progress.close();
    clearTimeout(this.timer);
  }

  // Questions in hand, so that the server renews their leases and sends others.
  get held() {
    return [this.current, ...this.queue].filter(Boolean).map((one) => one.id);
  }

  async fetch() {
    if (this.fetching) return;
    this.fetching = true;
    // What the server refused is not answered: the question may come again.
    for (const one of outbox.refused()) this.answered.delete(one.body.question);
    try {
      const asked = await post("/api/questions", {
        count: Math.max(1, ahead + 1 - this.held.length), hold: [...this.held, ...outbox.questions()] });
      notice("");
      outbox.reached();
      for (const question of asked.questions) {
        if (this.held.includes(question.id) || this.answered.has(question.id)) continue;
        if (isUrgent(question)) this.hurry(question);
        else this.queue.push(question);
      }
      this.wait = asked.message || "";
      this.isFinished = asked.wait === "finished";
    } catch (error) {
      if (error instanceof Refusal && error.status === 401) return location.reload();
      notice(outbox.unreachable());
    } finally {
      this.fetching = false;
    }
    if (this.aside) return;
    if (!this.current && this.queue.length) this.next();
    else if (!this.current) this.showWaiting();
  }

  // A step of the agent waits: it comes before all that can wait. What is on screen stays, if it is another such step.
  hurry(question) {
    question.receivedAt = performance.now();
    if (this.aside || isUrgent(this.current)) {
      const place = this.queue.findIndex((one) => !isUrgent(one));
      this.queue.splice(place < 0 ? this.queue.length : place, 0, question);
      return;
    }
    if (this.current) this.queue.unshift(this.current);
    this.current = question;
    this.pressedAt = null;
    this.show(question);
  }

  // Told by the server which round's training made the reward.
  rewardTrained(round) {
    this.rewardRound = round;
    this.meter?.follow(round);
  }

  // Told by the server that a step waits.
  stepWaits() {
    if (!this.node.isConnected) return notice("The agent waits for permission to take a step: see Judge.");
    if (!isUrgent(this.current)) this.fetch();
  }

  // Nobody decided in time.
  timeIsOver(question) {
    if (this.current?.id !== question.id) return;
    notice("The time is over: the agent did not take the step.");
    setTimeout(() => notice(""), 4000);
    this.next();
  }

  next() {
    this.countdown?.stop();
    this.countdown = null;
    this.current = this.queue.shift() ?? null;
    if (this.current) this.show(this.current);
    else this.showWaiting();
    clearTimeout(this.timer);
    if (this.held.length <= ahead) this.timer = setTimeout(() => this.fetch(), this.current ? 0 : 300);
  }

  show(question) {
    this.countdown?.stop();
    this.countdown = isUrgent(question) ? new Countdown(question, () => this.timeIsOver(question)) : null;
    this.reply?.stop();
    this.whatIf?.stop();
    this.lesson?.stop();
    const began = performance.now();
    this.reply = makeReply(question, this.project, (content, plays) =>
      this.answer({ content, plays: plays ?? null, nonAnswer: null }, began));
    this.began = began;
    this.meter = this.guide.watches && question.clips.length ? new Meter(question, this.rewardRound) : null;
    this.whatIf = question.clips.length && question.clips.some((clip) => clip.steps > 0) ? new WhatIf(question, () => this.reply?.player) : null;
    const standing = question.previous
      ? element("p", { class: "previous" }, `You had answered this: ${describe(question)}. Answer again, or as before.`)
      : null;
    keepFocus(this.node, () => this.node.replaceChildren(
      this.progress.rest, this.project.texts ? "" : this.guide.line(), element("h2", { id: "prompt" }, question.prompt), this.countdown?.node ?? "", standing ?? "", this.reply.node, this.meter?.node ?? "", this.whatIf?.node ?? "",
      element("div", { class: "others", role: "group", "aria-label": "Instead of an answer" },
        this.button("cannotTell", "Can't tell", () => this.answer({ content: null, nonAnswer: "cannot-tell" }, this.began)),
        this.button("skip", "Skip …", () => this.skip()),
        this.button("undo", "Undo", () => this.undo()),
        this.button("help", "Keys", () => showHelp(() => this.show(question))), this.about())));
    this.node.dataset.question = question.id;
    this.node.dataset.kind = question.kind;
    say(question.prompt);
  }

  button(action, text, act) {
    return element("button", { type: "button", class: "quiet", onclick: act, "data-action": action },
      `${text} `, element("kbd", {}, signsOf(action)));
  }

  // Below everything: how far one is, the guide, one's last answers.
  about() {
    return element("div", { class: "about" }, this.progress.node,
      this.guide.button(() => this.practise()),
      // Thumbnails are of clips.
      this.project.texts ? "" : element("button", { type: "button", class: "quiet small", "data-action": "history", onclick: () => this.showHistory() },
        element("span", { class: "long" }, "Your "), "answers ", element("kbd", {}, signsOf("history"))),
      this.current ? this.whatIf?.button : "", this.current ? this.meter?.button : "");
  }

  async showHistory() {
    this.reply?.pause();
    await outbox.empty();
    await showHistory((question) => this.takeBack(question));
  }

  showWaiting() {
    this.reply?.stop();
    this.whatIf?.stop();
    this.reply = null;
    const message = this.wait || "Looking for a question …";
    if (this.node.dataset.question !== "" || this.shownWait !== message) {
      this.node.dataset.question = "";
      this.shownWait = message;
      keepFocus(this.node, () => this.node.replaceChildren(
        element("div", { class: "waiting", role: "status" },
          this.isFinished ? "" : element("span", { class: "pulse", "aria-hidden": "true" }), element("h2", {}, message)),
        element("div", { class: "others" }, this.button("undo", "Undo", () => this.undo())), this.about()));
      this.showLesson();
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.fetch(), this.isFinished ? 5000 : 700);
  }

  // While there is nothing to judge: what came of it so far.
  async showLesson() {
    this.lesson?.stop();
    if (this.project.texts) return;
    const waiting = this.node.querySelector(".waiting");
    const lesson = await this.progress.lesson();
    if (!waiting?.isConnected) return lesson?.stop();
    this.lesson = lesson;
    if (lesson) waiting.after(lesson.node);
  }

  answer(said, began) {
    const question = this.current;
    if (!question) return;
    outbox.put({
      id: crypto.randomUUID(), question: question.id, lease: question.lease, reason: null, ...said,
      milliseconds: Math.round(performance.now() - began) });
    this.answered.add(question.id);
    this.progress.answered();
    this.next();
  }

  async skip() {
    this.reply?.pause();
    const reason = await askReason(this.current);
    if (!reason) return;
    this.answer({ content: null, nonAnswer: reason.broken ? "broken" : "skip", reason: reason.text }, this.began);
  }

  async undo() {
    if (this.undoing) return;
    this.undoing = true;
    try {
      // What is taken back has to be stored first.
      if (outbox.waiting()) say("Waiting until your last answer is stored");
      await outbox.empty();
      const { question } = await post("/api/undo", {});
      this.takeBack(question);
    } catch (error) {
      notice(error.status === 404 ? "There is nothing to take back." : error.message);
      setTimeout(() => notice(""), 4000);
    } finally {
      this.undoing = false;
    }
  }

  // An answer was taken back: its question comes again, before all others.
  takeBack(question) {
    this.answered.delete(question.id);
    if (this.current && this.current.id !== question.id) this.queue.unshift(this.current);
    this.queue = this.queue.filter((one) => one.id !== question.id);
    this.current = question;
    this.show(question);
    say(`Taken back. ${question.prompt}`);
  }

  onKey(event) {
    if (this.aside || document.querySelector("dialog[open]")) return;
    const typing = event.target.closest?.("input:not([type=range]), textarea, select");
    if (typing) return;
    // Arrows on the slider move it: a user of the keyboard does not want to answer by it.
    if (event.target.closest?.("input[type=range]") && /^(Arrow|Page|Home|End)/.test(event.key)) return;
    if (!event.repeat) this.pressedAt = this.current?.id ?? null;
    else if (this.pressedAt !== (this.current?.id ?? null)) return event.preventDefault();
    // A focused button keeps its own keys.
    if (event.target.closest?.("button, a") && ["Enter", " "].includes(event.key)) return;
    const action = actionOf(event);
    if (this.reply?.key(event, action)) return event.preventDefault();
    const acts = {
      cannotTell: () => this.current && this.answer({ content: null, nonAnswer: "cannot-tell" }, this.began),
      skip: () => this.current && this.skip(),
      undo: () => this.undo(),
      help: () => showHelp(() => this.current && this.show(this.current)),
      guide: () => this.guide.show({ onPractise: () => this.practise() }),
      history: () => !this.project.texts && this.showHistory(),
      whatIf: () => this.current && this.whatIf?.toggle(),
      sure: () => this.current && this.meter?.toggle(),
    };
    if (!acts[action]) return;
    event.preventDefault();
    acts[action]();
  }
}
