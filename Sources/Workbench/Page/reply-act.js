// Acting oneself: a demonstration from the start, a correction or an intervention from a moment on. The server replays
// the actions and draws what happens; going back is a shorter list.

import { post } from "./api.js";
import { element, say } from "./dom.js";
import { clips, view } from "./clips.js";
import { Picture } from "./player.js";

const paces = [1, 2, 4, 8, 15, 30];

export function act(question, project, give) {
  const { others, takesOver, namesStep } = question.reply.trajectory;
  const controls = actionKeys(project.actions);
  const shown = clips(question);
  const { player } = shown;
  let taken = null;
  let pace = 3;
  const start = element("button", { type: "button", class: "primary", onclick: () => begin() },
    takesOver ? "Take over at this step " : "Act yourself ", element("kbd", {}, "t"));
  const buttons = others.map((other, index) =>
    element("button", { type: "button", onclick: () => give(other.content) },
      index < 9 ? element("kbd", {}, String(index + 1)) : "", ` ${other.text}`));
  const stage = element("div", { class: "stage" });
  const all = element("div", {}, shown.node,
    element("div", { class: "choices", role: "group", "aria-labelledby": "prompt" }, start, buttons), stage);

  function begin() {
    if (taken) return;
    const limit = Math.max(0, question.clips[0].steps - 1);
    taken = new Playing(question, Math.min(takesOver ? player.step : 0, limit), controls, () => pace, finish);
    player.pause();
    stage.replaceChildren(taken.node);
    taken.node.scrollIntoView({ block: "nearest" });
    say("You act now");
  }

  function finish(actions, from) {
    // The answer's clip is what was played from here on.
    give(namesStep ? { step: from } : {}, [{ clip: 0, from, actions }]);
  }

  const onRelease = (event) => taken?.release(event.key);
  // A key that is let go in another window is never heard of.
  const onBlur = () => taken?.releaseAll();
  addEventListener("keyup", onRelease);
  addEventListener("blur", onBlur);
  const result = view(all, player, (event, action) => {
    if (taken) {
      if (action === "slower" || action === "faster") {
        pace = Math.max(0, Math.min(paces.length - 1, pace + (action === "faster" ? 1 : -1)));
        taken.readPace();
        return true;
      }
      return taken.key(event, action);
    }
    if (event.key === "t") begin();
    else if (/^[1-9]$/.test(event.key) && others[Number(event.key) - 1]) give(others[Number(event.key) - 1].content);
    else return false;
    return true;
  });
  const stop = result.stop;
  result.stop = () => {
    taken?.stop();
    removeEventListener("keyup", onRelease);
    removeEventListener("blur", onBlur);
    stop();
  };
  return result;
}

// Which key is which action: arrows where the names tell directions, digits for the rest; a continuous action follows
// arrows.
function actionKeys(actions) {
  if (actions.names.length) {
    const bindings = actions.names.map((name, index) => {
      const arrow = [["left", "ArrowLeft"], ["right", "ArrowRight"], ["up", "ArrowUp"], ["north", "ArrowUp"],
        ["down", "ArrowDown"], ["south", "ArrowDown"], ["west", "ArrowLeft"], ["east", "ArrowRight"]]
        .find(([word]) => name.toLowerCase().includes(word));
      return { name, keys: [String(index + 1), ...(arrow ? [arrow[1]] : [])], row: [index] };
    });
    const idle = actions.names.findIndex((name) => /none|no |stay|noop|idle|coast|nothing/i.test(name));
    return { bindings, rest: [Math.max(0, idle)], repeats: idle < 0 };
  }
  const bindings = [];
  const arrows = [["ArrowLeft", "ArrowRight"], ["ArrowDown", "ArrowUp"]];
  for (let axis = 0; axis < Math.min(2, actions.dimensions); axis++) {
    const row = (value) => actions.low.map((_, other) => (other === axis ? value : 0));
    bindings.push({ name: `${axis + 1}. dimension down`, keys: [arrows[axis][0]], row: row(actions.low[axis]) });
    bindings.push({ name: `${axis + 1}. dimension up`, keys: [arrows[axis][1]], row: row(actions.high[axis]) });
  }
  return { bindings, rest: actions.low.map((low, axis) => Math.max(low, Math.min(actions.high[axis], 0))), repeats: false };
}

const signs = { ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓" };

// An episode that the person plays.
class Playing {
  constructor(question, from, controls, pace, finish) {
    Object.assign(this, { question, from, controls, pace, finish });
    this.actions = [];
    this.held = [];
    this.isRunning = false;
    this.readout = element("p", { class: "readout", role: "status" });
    this.place = element("div", { class: "clip own" });
    this.node = element("div", {},
      this.place, this.readout,
      element("p", { class: "hint" }, "Hold a key to act; the clock runs while it is held. ",
        controls.bindings.map((one) => element("span", { class: "binding" },
          one.keys.map((key) => element("kbd", {}, signs[key] ?? key)), ` ${one.name} `)),
        element("span", { class: "binding" }, element("kbd", {}, "0"), " wait a step "),
        element("span", { class: "binding" }, element("kbd", {}, "⌫"), " five steps back "),
        element("span", { class: "binding" }, element("kbd", {}, "["), element("kbd", {}, "]"), " slower, faster")),
      element("div", { class: "row" },
        controls.bindings.map((one) => element("button", { type: "button", class: "small", onclick: () => this.step(one.row) }, one.name)),
        element("button", { type: "button", class: "small", onclick: () => this.rewind() }, "Back"),
        element("button", { type: "button", class: "primary", onclick: () => this.submit() }, "This is it ", element("kbd", {}, "⏎"))));
    this.redraw();
    this.schedule();
  }

  schedule() {
    this.timer = setTimeout(() => {
      if (this.held.length) this.step(this.held.at(-1).row);
      this.schedule();
    }, 1000 / paces[this.pace()]);
  }

  stop() {
    clearTimeout(this.timer);
  }

  readPace() {
    this.readout.textContent = `${this.actions.length} steps of yours, ${paces[this.pace()]} a second` + (this.isOver ? "; the episode is over" : "");
  }

  key(event, action) {
    const binding = this.controls.bindings.find((one) => one.keys.includes(event.key));
    if (binding) {
      if (!event.repeat) {
        this.held.push(binding);
        this.step(binding.row);
      }
    } else if (event.key === "0") this.step(this.controls.rest);
    else if (event.key === "Backspace") this.rewind();
    else if (action === "submit") this.submit();
    else return false;
    return true;
  }

  release(key) {
    this.held = this.held.filter((one) => !one.keys.includes(key));
  }

  releaseAll() {
    this.held = [];
  }

  step(row) {
    // One request at a time; a tick that comes too soon is left out.
    if (this.isOver || this.isBusy) return;
    this.actions.push(row);
    this.redraw();
  }

  rewind() {
    this.actions.splice(-5);
    this.isOver = false;
    this.redraw();
  }

  async redraw() {
    this.isBusy = true;
    const turn = (this.turn = (this.turn ?? 0) + 1);
    const asked = [...this.actions];
    try {
      const played = await post("/api/play", {
        question: this.question.id, clip: 0, from: this.from, actions: asked });
      // Going back does not wait: an answer that was overtaken shows nothing.
      if (turn !== this.turn) return;
      if (!this.picture) {
        this.picture = new Picture({ ...played, steps: 0 }, "what you do");
        this.place.replaceChildren(this.picture.node);
      } else this.picture.load({ ...played, steps: 0 });
      this.picture.show(played.frames.length - 1);
      this.isOver = played.finished;
      // An episode that ended sooner takes no more actions.
      this.actions.length = Math.min(this.actions.length, played.frames.length - 1);
    } catch (error) {
      // A step that could not be played is taken back, so that the steps are those that the picture shows.
      if (turn === this.turn && this.picture) this.actions.length = Math.min(this.actions.length, this.picture.last);
      say(error.message);
    } finally {
      if (turn === this.turn) this.isBusy = false;
      this.readPace();
    }
  }

  submit() {
    if (!this.actions.length) return say("Act at least once.");
    this.stop();
    this.finish(this.actions, this.from);
  }
}
