// An episode that the person plays from a step of a clip on. The server replays the actions and draws what happens; going
// back is a shorter list. What was done is played back before it is given.

import { post } from "./api.js";
import { Controls } from "./controls.js";
import { element, say } from "./dom.js";
import { questionKeys, sign } from "./keys.js";
import { Picture, Player } from "./player.js";

const paces = [1, 2, 4, 8, 15, 30];
// Shared by all that are driven: who drives slowly does so again.
let pace = 3;

export class Driving {
  // most: the steps that there can be; finish(actions) gives the answer, leave() goes back to the question.
  constructor(question, project, { clip, from, most, title, finish, leave }) {
    Object.assign(this, { question, clip, from, most: Math.max(1, most), finish, leave });
    this.controls = new Controls(project.actions);
    this.actions = [];
    this.place = element("div", { class: "clip own" });
    this.readout = element("p", { class: "readout", role: "status" });
    this.isAnalogue = !project.actions.names.length;
    this.pad = this.makePad();
    this.node = element("div", { class: "driving", tabindex: "-1", role: "group", "aria-label": "Acting yourself" },
      this.place, this.readout,
      element("div", { class: "hands" }, this.pad, element("div", { class: "held", role: "group", "aria-label": "Actions" },
        this.controls.bindings.map((one) => this.holdButton(one)),
        this.controls.rest ? this.button("wait", "0", () => this.step(this.controls.rest)) : "")),
      element("div", { class: "row" },
        this.button("back", "⌫", () => this.rewind()),
        this.button("slower", "[", () => this.setPace(-1)), this.button("faster", "]", () => this.setPace(1)),
        leave ? this.button("leave it", "esc", () => this.leave()) : "",
        this.done = element("button", { type: "button", class: "primary", disabled: true, onclick: () => this.review() },
          "Done ", element("kbd", {}, sign("Enter")))),
      element("p", { class: "hint" }, title ? `${title} ` : "",
        `Hold to act; time runs meanwhile.${this.isAnalogue ? " With shift, half." : ""}`));
    this.onUp = (event) => this.release(event);
    // A key that is let go in another window is never heard of.
    this.onBlur = () => this.controls.releaseAll();
    addEventListener("keyup", this.onUp);
    addEventListener("blur", this.onBlur);
    this.redraw();
    this.schedule();
  }

  focus() {
    say("You act now");
    // Not on a button, which would take enter for itself.
    this.node.focus({ preventScroll: true });
    this.node.scrollIntoView({ block: "nearest" });
  }

  button(text, key, act) {
    return element("button", { type: "button", class: "small", onclick: act }, `${text} `, element("kbd", {}, key));
  }

  // Held by mouse or finger it acts as long as it is held; a click by keyboard is one step.
  holdButton(binding) {
    const release = () => this.controls.release(binding);
    return element("button", {
      type: "button", class: "small", onpointerdown: (event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        this.controls.press(binding);
        this.step(this.controls.row());
      }, onpointerup: release, onpointercancel: release, onlostpointercapture: release,
      onclick: (event) => event.detail === 0 && this.step(this.controls.rowOf(binding)) },
      binding.keys.map((key) => element("kbd", {}, sign(key))), ` ${binding.name}`);
  }

  // For mouse and finger: how far the knob is from the middle is how much.
  makePad() {
    if (!this.controls.bindings.some((one) => one.way)) return "";
    const knob = element("span", { class: "knob" });
    const pad = element("div", { class: `pad ${this.controls.hasTwoAxes ? "" : "flat"}`, "aria-hidden": "true", title: "Drag to act" }, knob);
    const rest = () => {
      this.controls.point = null;
      knob.style.translate = "0 0";
    };
    const move = (event) => {
      const box = pad.getBoundingClientRect();
      const share = (at, from, size) => Math.max(-1, Math.min(1, (2 * (at - from)) / size - 1));
      const x = share(event.clientX, box.left, box.width);
      const y = this.controls.hasTwoAxes ? -share(event.clientY, box.top, box.height) : 0;
      this.controls.point = [x, y];
      knob.style.translate = `${(x * (box.width - 24)) / 2}px ${(-y * (box.height - 24)) / 2}px`;
    };
    pad.addEventListener("pointerdown", (event) => {
      pad.setPointerCapture(event.pointerId);
      move(event);
    });
    pad.addEventListener("pointermove", (event) => this.controls.point && move(event));
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) pad.addEventListener(end, rest);
    return pad;
  }

  schedule() {
    this.timer = setTimeout(() => {
      const row = this.controls.row();
      if (row) this.step(row);
      this.schedule();
    }, 1000 / paces[pace]);
  }

  stop() {
    clearTimeout(this.timer);
    this.player?.stop();
    removeEventListener("keyup", this.onUp);
    removeEventListener("blur", this.onBlur);
  }

  setPace(by) {
    pace = Math.max(0, Math.min(paces.length - 1, pace + by));
    this.read();
  }

  read() {
    const count = this.actions.length;
    this.readout.textContent = `${count} of at most ${this.most} ${this.most === 1 ? "step" : "steps"}, ${paces[pace]} a second`
      + (this.isOver ? "; the episode is over" : count >= this.most ? "; that is all" : "");
    this.done.disabled = !count;
  }

  key(event, action) {
    if (this.player) return this.reviewKey(event, action);
    this.controls.isHalf = event.shiftKey;
    const digit = /^Digit([0-9])$/.exec(event.code)?.[1];
    const pressed = event.shiftKey && digit ? digit : event.key;
    const binding = this.controls.bindings.find((one) => one.keys.includes(pressed));
    if (binding) {
      if (!event.repeat) {
        this.controls.press(binding);
        this.step(this.controls.row());
      }
    } else if (pressed === "0") this.step(this.controls.rest);
    else if (event.key === "Backspace") this.rewind();
    else if (event.key === "Escape" && this.leave) this.leave();
    else if (action === "slower" || action === "faster") this.setPace(action === "faster" ? 1 : -1);
    else if (action === "submit") this.review();
    else return !questionKeys.includes(action);
    return true;
  }

  release(event) {
    this.controls.isHalf = event.shiftKey;
    const digit = /^Digit([0-9])$/.exec(event.code)?.[1];
    for (const one of this.controls.bindings) {
      if (one.keys.includes(event.key) || (digit && one.keys.includes(digit))) this.controls.release(one);
    }
  }

  step(row) {
    // One request at a time; a tick that comes too soon is left out.
    if (!row || this.player || this.isOver || this.isBusy || this.actions.length >= this.most) return;
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
      const played = await post("/api/play", { question: this.question.id, clip: this.clip, from: this.from, actions: asked });
      // Going back does not wait: an answer that was overtaken shows nothing.
      if (turn !== this.turn) return;
      if (!this.picture) {
        this.picture = new Picture({ ...played, steps: 0 }, "what you do");
        this.place.replaceChildren(this.picture.node);
      } else this.picture.load({ ...played, steps: 0 });
      this.picture.show(played.frames.length - 1);
      this.isOver = played.finished;
      this.most = Math.max(1, played.limit);
      // An episode that ended sooner takes no more actions.
      this.actions.length = Math.min(this.actions.length, played.frames.length - 1);
    } catch (error) {
      // A step that could not be played is taken back, so that the steps are those that the picture shows.
      if (turn === this.turn && this.picture) this.actions.length = Math.min(this.actions.length, this.picture.last);
      say(error.message);
    } finally {
      if (turn === this.turn) this.isBusy = false;
      this.read();
    }
  }

  // Plays what was done, once around, until it is sent or gone on with.
  review() {
    if (this.player || this.isBusy || !this.picture) return;
    if (!this.actions.length) return say("Act at least once.");
    this.controls.releaseAll();
    this.player = new Player([this.picture]);
    const send = element("button", { type: "button", class: "primary", onclick: () => this.send() }, "Send it ", element("kbd", {}, sign("Enter")));
    this.playback = element("div", { class: "playback" },
      element("p", {}, "This is what you did."), this.player.controls,
      element("div", { class: "row" }, send,
        element("button", { type: "button", onclick: () => this.goOn() }, "Go on acting ", element("kbd", {}, "esc"))));
    this.node.classList.add("is-reviewed");
    this.readout.after(this.playback);
    send.focus({ preventScroll: true });
    say("This is what you did. Enter sends it.");
  }

  goOn() {
    this.player.stop();
    this.player = null;
    this.playback.remove();
    this.node.classList.remove("is-reviewed");
    this.picture.show(this.picture.last);
    this.done.focus({ preventScroll: true });
  }

  reviewKey(event, action) {
    if (event.key === "Escape" || event.key === "Backspace") this.goOn();
    else if (action === "submit") this.send();
    else if (!this.player.act(action)) return !questionKeys.includes(action);
    return true;
  }

  send() {
    this.stop();
    this.finish(this.actions);
  }
}
