// Clips drawn from recorded states, all of them on one clock.

import { element, svg } from "./dom.js";
import { signsOf } from "./keys.js";

function draw(shape) {
  const [kind, role, ...rest] = shape;
  switch (kind) {
    case "polygon":
      return svg("polygon", { class: `fill-${role}`, points: rest[0].join(" ") });
    case "line":
      return svg("polyline", { class: `stroke-${role}`, "stroke-width": rest[0], points: rest[1].join(" ") });
    case "circle":
      return svg("circle", { class: `fill-${role}`, cx: rest[0], cy: rest[1], r: rest[2] });
    default:
      return svg("text", { class: `fill-${role}`, x: rest[0], y: rest[1], "font-size": rest[2] }, rest[3]);
  }
}

// One clip as a picture that shows any of its frames.
export class Picture {
  constructor(clip, label) {
    this.node = svg("svg", {
      class: "scene", viewBox: `0 0 ${clip.width} ${clip.height}`, role: "img", "aria-label": label });
    this.load(clip);
  }

  load(clip) {
    this.clip = clip;
    this.shapes = clip.shapes.map(draw);
    this.shown = -1;
    this.show(0);
  }

  get last() {
    return this.clip.frames.length - 1;
  }

  show(frame) {
    const place = Math.max(0, Math.min(this.last, frame));
    if (place === this.shown) return;
    this.shown = place;
    // A shape can stand twice in a frame; a node cannot.
    const used = new Set();
    this.node.replaceChildren(
      ...this.clip.frames[place].map((index) => {
        if (used.has(index)) return this.shapes[index].cloneNode(true);
        used.add(index);
        return this.shapes[index];
      }));
  }
}

const speeds = [0.1, 0.25, 0.5, 1, 2, 4];

// Plays pictures together: the same step of each at the same time.
export class Player {
  constructor(pictures, { onFrame = () => {}, autoplay = true, hasKeys = true } = {}) {
    // Several players on a page share no keys: then none is printed.
    this.hasKeys = hasKeys;
    this.pictures = pictures;
    this.onFrame = onFrame;
    this.last = Math.max(0, ...pictures.map((one) => one.last));
    this.rate = pictures[0]?.clip.rate ?? 12;
    this.position = 0;
    this.speed = 3;
    this.isPlaying = autoplay && this.last > 0 && !matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.button = element("button", { type: "button", class: "small", onclick: () => this.toggle() });
    this.slider = element("input", {
      type: "range", min: 0, max: this.last, step: 1, value: 0, "aria-label": "Step of the clip",
      oninput: () => { this.pause(); this.seek(Number(this.slider.value)); },
      // After a drag the arrows answer again.
      onpointerup: () => this.slider.blur() });
    this.readout = element("output", { class: "readout" });
    this.controls = element("div", { class: "player-controls", role: "group", "aria-label": "Playing" },
      this.button, this.slider, this.readout,
      hasKeys ? element("div", { class: "steppers" }, [["back", "‹", "One step back"], ["forward", "›", "One step on"],
        ["slower", "slower", "Slower"], ["faster", "faster", "Faster"]].map(([action, text, name]) =>
        element("button", { type: "button", class: "small", "aria-label": name, title: name, onclick: () => this.act(action) },
          `${text} `, element("kbd", {}, signsOf(action))))) : "");
    this.label();
    this.seek(0);
    this.tick = this.tick.bind(this);
    this.time = null;
    this.frame = requestAnimationFrame(this.tick);
  }

  stop() {
    cancelAnimationFrame(this.frame);
    this.frame = null;
  }

  tick(now) {
    if (this.frame === null) return;
    if (this.isPlaying && this.time !== null) {
      const next = this.position + ((now - this.time) / 1000) * this.rate * speeds[this.speed];
      // The end is held for half a second before it begins again.
      this.seek(next > this.last + this.rate / 2 ? 0 : next);
    }
    this.time = now;
    this.frame = requestAnimationFrame(this.tick);
  }

  seek(position) {
    this.position = position;
    const step = Math.max(0, Math.min(this.last, Math.floor(position)));
    this.step = step;
    for (const picture of this.pictures) picture.show(step);
    this.slider.value = step;
    this.readout.textContent = `step ${step} of ${this.last}${this.speed === 3 ? "" : `, ${speeds[this.speed]} ×`}`;
    this.onFrame(step);
  }

  label() {
    this.button.replaceChildren(this.isPlaying ? "Pause " : "Play ", this.hasKeys ? element("kbd", {}, signsOf("play")) : "");
  }

  toggle() {
    this.isPlaying = !this.isPlaying;
    this.label();
  }

  pause() {
    this.isPlaying = false;
    this.label();
  }

  // What a key means to a player; false if nothing.
  act(action) {
    switch (action) {
      case "play": this.toggle(); return true;
      case "back": this.pause(); this.seek(this.step - 1); return true;
      case "forward": this.pause(); this.seek(this.step + 1); return true;
      case "slower": this.speed = Math.max(0, this.speed - 1); this.seek(this.position); return true;
      case "faster": this.speed = Math.min(speeds.length - 1, this.speed + 1); this.seek(this.position); return true;
      default: return false;
    }
  }
}
