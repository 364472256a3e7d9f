// How the run stands, as it happens.

import { post } from "./api.js";
import { calibrationChart, heatMap, lineChart } from "./charts.js";
import { element, notice, number, percent } from "./dom.js";
import { Picture, Player } from "./player.js";
import { showQuestion } from "./question.js";

export class Watching {
  constructor(member) {
    this.opensQuestions = ["owner", "researcher"].includes(member.role);
    this.tiles = element("dl", { class: "tiles" });
    this.pause = element("button", { type: "button", onclick: () => this.toggle(), hidden: true });
    this.isPaused = false;
    this.drawn = new Map();
    this.message = element("p", { class: "lead", role: "status" });
    this.charts = element("div", { class: "charts" });
    this.scenes = element("div", { class: "charts" });
    this.findings = element("section", { "aria-label": "Findings" });
    this.node = element("section", { "aria-label": "Watching it learn" },
      element("div", { class: "row spread" }, this.message, this.pause), this.tiles, this.charts, this.scenes, this.findings);
    this.players = {};
  }

  open(place) {
    place.replaceChildren(this.node);
    this.isOpen = true;
    if (this.status) this.draw();
  }

  close() {
    this.isOpen = false;
    for (const key of Object.keys(this.players)) this.drop(key);
  }

  update(status) {
    this.status = status;
    // Another person may have paused it.
    this.isPaused = status.isPaused;
    if (this.isOpen) this.draw();
  }

  async toggle() {
    try {
      await post("/api/pause", { paused: !this.isPaused });
      this.isPaused = !this.isPaused;
      this.label();
    } catch (error) {
      notice(error.message);
    }
  }

  label() {
    this.pause.textContent = this.isPaused ? "Let the agent go on" : "Pause the agent";
  }

  draw() {
    const status = this.status;
    if (!status.curves) return this.node.replaceChildren(this.message, (this.message.textContent = status.message, ""));
    this.message.textContent = status.message;
    this.pause.hidden = !status.canPause;
    this.label();
    const tiles = [
      ["Questions answered", `${status.questions}${status.questionsWanted ? ` of ${status.questionsWanted}` : ""}`,
        `${counted(status.answers, "answer", "answers")} by ${counted(status.people, "person", "people")}, ${number(status.answersPerMinute)} a minute; ${status.open} open`],
      ["Round", status.iterations ? `${status.iteration} of ${status.iterations}` : "–", "asking, learning the reward, training"],
      ["The agent's steps", status.totalSteps ? `${percent(status.agentSteps / status.totalSteps)}` : "–", `${number(status.agentSteps)} of ${number(status.totalSteps)}`],
      ...(status.secondsLeft > 0 ? [["Work left", duration(status.secondsLeft), "without the waiting for people"]] : []),
    ];
    this.tiles.replaceChildren(...tiles.map(([name, value, more]) =>
      element("div", {}, element("dt", {}, name), element("dd", {}, value, element("small", {}, more)))));
    const { curves, calibration, heat, attention: shares, influence: answers } = status;
    this.onChange("charts", [curves, calibration, heat, shares, answers], () => this.charts.replaceChildren(
      ...status.curves.filter((curve) => curve.lines.length).map(lineChart),
      status.calibration ? calibrationChart(status.calibration) : "",
      status.heat ? heatMap(status.heat) : "",
      status.attention?.length ? attention(status.attention) : "",
      status.influence?.length ? influence(status.influence, this.opensQuestions) : ""));
    this.clip("newest", status.newest, "The agent now", "Its newest segment.");
    this.clip("farthest", status.farthest?.clip, "Where no one has judged", status.farthest?.caption ?? "");
    this.onChange("findings", status.findings, () => this.findings.replaceChildren(...(status.findings.length ? [element("h2", {}, "Findings")] : []),
      ...status.findings.map((finding) =>
        element("details", { class: `finding ${finding.style}` },
          element("summary", {}, element("b", {}, `${finding.sign} ${finding.verdict}`), ` ${finding.claim}`),
          element("p", {}, finding.summary)))));
  }

  // What did not change is left alone: a finding that was opened stays open, and what has the focus keeps it.
  onChange(part, data, redraw) {
    const text = JSON.stringify(data);
    if (this.drawn.get(part) === text) return;
    this.drawn.set(part, text);
    redraw();
  }

  // A clip that is the same goes on playing.
  clip(key, clip, title, caption) {
    const text = clip ? JSON.stringify(clip.frames) : "";
    if (this.players[key]?.text === text) return;
    this.drop(key);
    if (!clip) return;
    const picture = new Picture(clip, title);
    const player = new Player([picture], { hasKeys: false });
    const node = element("figure", { class: "card" }, element("h3", {}, title), picture.node, player.controls, element("figcaption", {}, caption));
    this.scenes.append(node);
    this.players[key] = { text, player, node };
  }

  drop(key) {
    this.players[key]?.player.stop();
    this.players[key]?.node.remove();
    delete this.players[key];
  }
}

function attention(shares) {
  return element("figure", { class: "card" }, element("h3", {}, "What the reward attends to"),
    element("ul", { class: "bars" }, shares.slice(0, 8).map((one) =>
      element("li", {}, element("span", {}, one.name),
        element("meter", { min: 0, max: 1, value: one.share, "aria-label": `${one.name} ${percent(one.share)}` }), element("span", {}, percent(one.share))))),
    element("figcaption", {}, "share of the predicted reward's variation over the agent's experience, by its slope; inputs that go together share it arbitrarily"));
}

// Who may see the answers of others can look at the question.
function influence(answers, opens) {
  return element("figure", { class: "card" }, element("h3", {}, "Answers that moved it most"),
    element("ol", { class: "plain" }, answers.map((one) => element("li", {}, one.text, opens
      ? [" ", element("button", { type: "button", class: "small", "aria-label": `Show question ${Number(one.question) + 1}`,
        onclick: () => showQuestion({ number: Number(one.question) }) }, "show")] : ""))),
    element("figcaption", {}, "how far the reward would move over what the agent does if its last layer were fitted again without the answer"));
}

const counted = (count, one, many) => `${count} ${count === 1 ? one : many}`;

// "99 s", "4 min", "2 h 5 min": begun seconds, whole minutes.
function duration(seconds) {
  const whole = Math.ceil(seconds);
  if (whole < 100) return `${whole} s`;
  return whole < 6000 ? `${Math.floor(whole / 60)} min` : `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
