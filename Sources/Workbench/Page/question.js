// A question with all that was said about it, for those who may see the answers of others; they can decide about it.

import { get, post } from "./api.js";
import { clips } from "./clips.js";
import { element, notice, redraw, say } from "./dom.js";
import { actionOf } from "./keys.js";
import { meterOf } from "./meter.js";
import { describe } from "./previous.js";

const seconds = (milliseconds) => (milliseconds === null || milliseconds === undefined ? "" : `${(milliseconds / 1000).toFixed(1)} s`);

// What an answer's content says, in words.
export const inWords = (question, content, nonAnswer = null) => describe({ reply: question.reply, previous: { content, nonAnswer } });

// Opens a question by {id} or by the run's {number}; calls back when it is closed, if something was decided.
export async function showQuestion(wanted, onChange = () => {}) {
  let question;
  try {
    question = await post("/api/question", wanted);
  } catch (error) {
    return notice(error.message);
  }
  let player = null;
  let isChanged = false;
  const body = element("div");
  const problem = element("p", { class: "hint", role: "alert" });
  const dialog = element("dialog", { class: "question", "aria-labelledby": "question-title" },
    element("div", { class: "row spread" },
      element("h2", { id: "question-title" }, `Question ${question.number + 1}, round ${question.round}`),
      element("button", { type: "button", onclick: () => dialog.close() }, "Close")),
    body, problem);
  dialog.addEventListener("close", () => {
    player?.stop();
    dialog.remove();
    if (isChanged) onChange();
  });

  // The player's keys stand on its buttons.
  dialog.addEventListener("keydown", (event) => {
    if (event.target.closest("button, summary") && ["Enter", " "].includes(event.key)) return;
    if (event.target.closest("input") && /^(Arrow|Page|Home|End)/.test(event.key)) return;
    if (player?.act(actionOf(event))) event.preventDefault();
  });

  async function decide(content, counts) {
    try {
      question = await post("/api/decide", { question: question.id, content, counts });
      say(content === null ? "Withdrawn" : "Decided");
      problem.textContent = "";
      isChanged = true;
      draw();
    } catch (error) {
      problem.textContent = error.message;
    }
  }

  function draw() {
    player?.stop();
    const shown = question.clips.length ? clips(question, { captions: question.reply.compare ? ["left", "right"] : question.captions }) : null;
    player = shown?.player ?? null;
    redraw(body, [
      element("p", { class: "lead" }, question.prompt), shown?.node ?? "", question.clips.length ? meterOf(question) : "",
      element("h3", {}, question.answers.length ? "Answers" : "Nobody has answered it."),
      element("ul", { class: "said" }, question.answers.map((one) => element("li", {},
        element("span", {}, element("b", {}, one.person), ` ${one.role ?? ""}`),
        element("span", {}, inWords(question, one.content, one.nonAnswer), one.reason ? `: ${one.reason}` : "",
          element("small", {}, ` ${seconds(one.milliseconds)}${one.late ? ", late" : ""}`)),
        one.content !== undefined && one.content !== null ? deciding(question, one, decide) : ""))),
      question.noGold ? element("p", { class: "hint" },
        `Nothing is decided about questions of this kind, and their answers are no gold: ${question.noGold}.`) : decision(question, decide)]);
  }

  draw();
  document.body.append(dialog);
  dialog.showModal();
}

const named = (question, one) => `${one.person}: ${inWords(question, one.content)}`;

function deciding(question, one, decide) {
  return element("span", { class: "row" },
    one.noGold ? (question.noGold ? "" : element("small", {}, `no gold: ${one.noGold}`))
      : element("button", { type: "button", class: "small", "aria-label": `Make gold of what ${named(question, one)}`,
        onclick: () => decide(one.content, false) }, "make gold"),
    question.canBeDecided ? element("button", { type: "button", class: "small", "aria-label": `Decide as ${named(question, one)}`,
      onclick: () => decide(one.content, true) }, "decide so") : "");
}

function decision(question, decide) {
  const standing = question.decision;
  const sides = question.reply.compare
    ? [["first", "Left is better"], ...(question.reply.compare.ties ? [["tie", "About equal"]] : []), ["second", "Right is better"]] : [];
  return element("div", { class: "decision" },
    element("h3", {}, question.canBeDecided ? "Your decision" : "Gold"),
    standing ? element("p", {}, element("b", {}, inWords(question, standing.content)), ` — ${standing.person} ${standing.counts
      ? "decided; it counts in the place of the answers." : "made this gold; the answers count."} `,
    element("button", { type: "button", class: "small", onclick: () => decide(null, false) }, "withdraw")) : "",
    sides.length ? element("div", { class: "row" }, sides.map(([answer, text]) =>
      element("button", { type: "button", onclick: () => decide({ answer }, true) }, text))) : "",
    element("p", { class: "hint" }, !question.canBeDecided
      ? "Gold is put to those who have not answered the question; they should say the same. The answers count as before, and the latest gold holds."
      : question.reachesRun
      ? "A decision counts for the agent in the place of all answers to this question, from the next round on, and is gold for those who have not answered it. Gold alone leaves the answers as they are. The latest decision holds."
      : "The run has finished: a decision is kept and exported, and changes nothing in it."));
}

// Where people differ most.
export class Differences {
  constructor() {
    this.list = element("div");
    const wanted = element("input", { id: "question-number", type: "number", min: 1, step: 1, required: true });
    // The form is made once, so that a number half typed stays.
    this.node = element("section", { "aria-label": "Where people differ" }, element("h2", {}, "Where people differ"), this.list,
      element("form", { class: "row", onsubmit: (event) => {
        event.preventDefault();
        showQuestion({ number: Number(wanted.value) - 1 }, () => this.reload());
      } }, element("label", { for: "question-number" }, "Any question, by its number"), wanted,
      element("button", { type: "submit" }, "Open it")));
  }

  async load() {
    const { questions, shared } = await get("/api/differences");
    const text = JSON.stringify([questions, shared]);
    if (this.text === text || this.list.contains(document.activeElement)) return;
    this.text = text;
    this.list.replaceChildren(questions.length
      ? element("ol", { class: "plain" }, questions.map((one) => element("li", { class: "row" },
        element("button", { type: "button", class: "small", onclick: () => showQuestion({ id: one.id }, () => this.reload()) },
          `Question ${one.number + 1}`),
        element("span", {}, one.said.map((said) => `${said.count} × ${short(said.content)}`).join(", ")),
        one.decided ? element("b", { class: "decided" }, "decided") : "")))
      : element("p", { class: "hint" }, shared
        ? "People agree on all questions that two of them answered."
        : "No question was answered by two people yet."));
  }

  // After a decision: the button that opened the question keeps the focus.
  async reload() {
    const at = [...this.list.querySelectorAll("button")].indexOf(document.activeElement);
    document.activeElement?.blur();
    try {
      await this.load();
    } catch (error) {
      notice(error.message);
    }
    this.list.querySelectorAll("button")[at]?.focus();
  }
}

const sides = { first: "left", second: "right", tie: "equal" };

function short(content) {
  if (content?.answer) return `${sides[content.answer] ?? content.answer}${content.strongly ? ", strongly" : ""}`;
  const [[name, value]] = Object.entries(content ?? {}).slice(0, 1).concat([["", ""]]);
  return `${name} ${JSON.stringify(value)}`;
}
