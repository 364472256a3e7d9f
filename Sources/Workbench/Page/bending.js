// A clip's path that is dragged: what acts is pulled to another place at one step, and the server looks for actions that
// bring it there. What comes out is what the world lets happen.

import { post } from "./api.js";
import { element, say, svg } from "./dom.js";
import { questionKeys, sign } from "./keys.js";
import { Picture, Player } from "./player.js";

const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class Bending {
  // finish(actions, first) gives the whole clip's actions and the first step that differs.
  constructor(question, { finish, leave, step }) {
    Object.assign(this, { question, finish, leave });
    this.actions = null;
    this.held = 0;
    this.start = step;
    this.place = element("div", { class: "clip own" });
    this.readout = element("p", { class: "readout", role: "status" }, "…");
    this.done = element("button", { type: "button", class: "primary", disabled: true, onclick: () => this.send() },
      "Send it ", element("kbd", {}, sign("Enter")));
    this.bar = element("div", { class: "bar" });
    this.node = element("div", { class: "driving", tabindex: "-1", role: "group", "aria-label": "Dragging the path" }, this.place, this.bar, this.readout,
      element("div", { class: "row" },
        element("button", { type: "button", class: "small", onclick: () => this.again() }, "as it was ", element("kbd", {}, sign("Backspace"))),
        element("button", { type: "button", class: "small", onclick: () => leave() }, "leave it ", element("kbd", {}, "esc")), this.done),
      element("p", { class: "hint" }, "Choose a step, and drag the ring, or move it by arrows, to where it should be then."));
    this.ask({});
  }

  focus() {
    this.node.scrollIntoView({ block: "nearest" });
    this.node.focus({ preventScroll: true });
  }

  async ask(dragged) {
    if (this.isBusy) return;
    this.isBusy = true;
    this.node.setAttribute("aria-busy", "true");
    try {
      const bent = await post("/api/bend", { question: this.question.id, clip: 0, actions: this.actions, ...dragged });
      if (this.isStopped) return;
      if (!this.original) this.original = bent.actions;
      this.actions = bent.actions;
      this.path = bent.path;
      this.unreached = bent.missed >= 0.02 ? { frame: dragged.frame, at: [dragged.x, dragged.y] } : null;
      this.show(bent.picture);
      if (dragged.frame) this.held = dragged.frame;
      if (!bent.path.length) this.tell("In this world paths cannot be dragged: take over instead.");
      else if (bent.missed === null || bent.missed === undefined) this.tell("Drag the ring.");
      else if (bent.missed < 0.02) this.tell("This is how it gets there.");
      else this.tell("The world does not let it get there. This is the nearest that was found.");
      this.done.disabled = this.first() === null;
    } catch (error) {
      this.tell(error.message);
    } finally {
      this.isBusy = false;
      this.node.removeAttribute("aria-busy");
      this.ring();
    }
  }

  tell(text) {
    this.readout.textContent = text;
  }

  show(picture) {
    const step = this.player?.step ?? this.start;
    this.player?.stop();
    if (this.picture) this.picture.load({ ...picture, steps: 0 });
    else {
      this.picture = new Picture({ ...picture, steps: 0 }, "the clip whose path is dragged");
      this.overlay = svg("svg", { class: "overlay", viewBox: this.picture.node.getAttribute("viewBox"), "aria-hidden": "true" });
      this.place.replaceChildren(element("div", { class: "layers" }, this.picture.node, this.overlay));
      this.listen();
    }
    this.player = new Player([this.picture], { autoplay: false, onFrame: () => this.ring() });
    this.bar.replaceChildren(this.player.controls);
    this.player.seek(Math.min(step, this.player.last));
    this.ring();
  }

  ring() {
    if (!this.overlay || !this.path?.length) return;
    const step = Math.min(this.player?.step ?? 0, this.path.length - 1);
    const at = this.aim ?? this.path[step];
    const points = this.path.map((point) => point.join()).join(" ");
    // From where it is at this step to where it is wanted: while it is dragged, and where the world did not let it get there.
    const wanted = this.aim ?? (this.unreached?.frame === step ? this.unreached.at : null);
    this.overlay.replaceChildren(
      svg("polyline", { class: "trail under", points }), svg("polyline", { class: "trail", points }),
      ...(wanted ? [svg("polyline", { class: "pull", points: `${this.path[step].join()} ${wanted.join()}` }),
        svg("circle", { class: "wanted", cx: wanted[0], cy: wanted[1], r: 2.5 })] : []),
      svg("circle", { class: "ring", cx: at[0], cy: at[1], r: 9 }));
  }

  listen() {
    const point = (event) => {
      const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(this.overlay.getScreenCTM().inverse());
      return [at.x, at.y];
    };
    this.overlay.addEventListener("pointerdown", (event) => {
      if (this.isBusy || !this.path?.length) return;
      this.overlay.setPointerCapture(event.pointerId);
      this.player.pause();
      this.aim = point(event);
      this.tell(`Let go where it should be at step ${this.player.step}.`);
      this.ring();
    });
    this.overlay.addEventListener("pointermove", (event) => {
      if (!this.aim) return;
      this.aim = point(event);
      this.ring();
    });
    for (const end of ["pointerup", "pointercancel"]) this.overlay.addEventListener(end, () => this.drop());
  }

  drop() {
    clearTimeout(this.timer);
    const aim = this.aim;
    this.aim = null;
    if (!aim) return;
    const frame = this.player.step;
    if (frame < 1) return this.tell("It begins here: choose a later step.");
    // What was dragged before at an earlier step stays.
    this.ask({ frame, from: this.held < frame ? this.held : 0, x: aim[0], y: aim[1] });
  }

  key(event, action) {
    if (arrows[event.key] && this.path?.length && !this.isBusy) {
      this.player.pause();
      const [x, y] = this.aim ?? this.path[this.player.step];
      this.aim = [x + 8 * arrows[event.key][0], y + 8 * arrows[event.key][1]];
      this.ring();
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.drop(), 600);
    } else if (event.key === "Backspace") this.again();
    else if (event.key === "Escape") this.leave();
    else if (action === "submit") this.send();
    else if (!this.player?.act(action)) return !questionKeys.includes(action);
    return true;
  }

  again() {
    this.held = 0;
    this.aim = null;
    this.actions = this.original;
    this.ask({});
  }

  // The first step at which it differs from what the agent did; nil if it does not.
  first() {
    const differs = this.actions.findIndex((row, step) => row.some((value, axis) => value !== this.original[step]?.[axis]));
    return differs < 0 ? null : differs;
  }

  send() {
    if (this.isBusy || !this.actions || this.first() === null) return say("Nothing was dragged yet.");
    this.stop();
    this.finish(this.actions, this.first());
  }

  stop() {
    this.isStopped = true;
    clearTimeout(this.timer);
    this.player?.stop();
  }
}
