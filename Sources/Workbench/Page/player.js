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
    case "image": {
      const [x, y, width, height] = rest[0];
      return svg("image", { class: "pixels", x, y, width, height, preserveAspectRatio: "none", href: rest[1] });
    }
    default:
      return svg("text", { class: `fill-${role}`, x: rest[0], y: rest[1], "font-size": rest[2] }, rest[3]);
  }
}

// The nodes of one frame, with the trail under what acts. A shape can stand twice in a frame; a node cannot.
function nodes(clip, shapes, frame, trail) {
  const used = new Set();
  const all = clip.frames[frame].map((index) => {
    if (used.has(index)) return shapes[index].cloneNode(true);
    used.add(index);
    return shapes[index];
  });
  if (trail) {
    const place = clip.frames[frame].findIndex((index) => clip.shapes[index][1] === "agent");
    all.splice(place < 0 ? all.length : place, 0, trail);
  }
  return all;
}

const pointsOf = (trail) => Array.from({ length: trail.length / 2 }, (_, step) => `${trail[2 * step]},${trail[2 * step + 1]}`);

// One frame that does not move, with the path up to it (`step` of the trail): for strips and thumbnails. Said by what
// stands around it. It has its size at once, and is filled after what moves is on screen.
export function still(clip, frame, step = frame) {
  const node = svg("svg", { class: "scene still", viewBox: `0 0 ${clip.width} ${clip.height}`, "aria-hidden": "true" });
  requestAnimationFrame(() => {
    const shapes = Object.fromEntries(clip.frames[frame].map((index) => [index, draw(clip.shapes[index])]));
    const points = clip.trail ? pointsOf(clip.trail).slice(0, step + 1).join(" ") : "";
    node.append(...nodes(clip, shapes, frame, points ? svg("polyline", { class: "trail", points }) : null));
  });
  return node;
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
    this.points = clip.trail ? pointsOf(clip.trail) : null;
    this.trail = clip.trail ? svg("polyline", { class: "trail" }) : null;
    this.shown = -1;
    this.node.replaceChildren();
    this.show(0);
  }

  get last() {
    return this.clip.frames.length - 1;
  }

  // The first frame after which nothing changes any more.
  get lastMoving() {
    const end = this.clip.frames[this.last].join();
    let step = this.last;
    while (step > 0 && this.clip.frames[step - 1].join() === end) step -= 1;
    return step;
  }

  show(frame) {
    const place = Math.max(0, Math.min(this.last, frame));
    if (place === this.shown) return;
    this.shown = place;
    this.trail?.setAttribute("points", this.points.slice(0, place + 1).join(" "));
    // What stands where it stood stays in the document.
    let at = this.node.firstChild;
    for (const one of nodes(this.clip, this.shapes, place, this.trail)) {
      if (one === at) at = at.nextSibling;
      else this.node.insertBefore(one, at);
    }
    while (at) {
      const next = at.nextSibling;
      at.remove();
      at = next;
    }
  }
}

const speeds = [0.1, 0.25, 0.5, 1, 2, 4];
const ordinary = 3;

// How long clips take that are shown whole, at the most, and how long their end is held, in seconds.
export const wholeSeconds = 1.6;
const heldSeconds = 0.4;

// A speed that was chosen is kept in this browser, for each pace apart.
const stored = (pace) => `pactolus-speed-${pace}`;

function rememberedSpeed(pace) {
  try {
    const place = speeds.indexOf(Number(localStorage.getItem(stored(pace))));
    return place < 0 ? ordinary : place;
  } catch {
    return ordinary;
  }
}

// Plays pictures together: the same step of each at the same time, over and over.
//
// At the pace "whole" all of them are shown from beginning to end in 1.6 seconds, or in less if they are short; steps in
// which nothing moves any more are left out. At the pace "natural" a clip has its own rate.
export class Player {
  constructor(pictures, { onFrame = () => {}, autoplay = true, hasKeys = true, pace = "natural" } = {}) {
    // Several players on a page share no keys: then none is printed.
    this.hasKeys = hasKeys;
    this.pace = pace;
    this.pictures = pictures;
    this.onFrame = onFrame;
    this.last = Math.max(0, ...pictures.map((one) => one.last));
    this.end = pace === "whole" ? Math.max(0, ...pictures.map((one) => one.lastMoving)) : this.last;
    this.rate = pictures[0]?.clip.rate ?? 12;
    if (pace === "whole") this.rate = Math.max(this.rate, this.end / wholeSeconds);
    this.position = 0;
    this.speed = hasKeys ? rememberedSpeed(pace) : ordinary;
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
      const rate = this.rate * speeds[this.speed];
      const next = this.position + ((now - this.time) / 1000) * rate;
      // The end is held for a moment before it begins again.
      if (this.position > this.end && this.step > this.end) this.seek(0);
      else if (next <= this.end) this.seek(next);
      else if (next > this.end + rate * heldSeconds) this.seek(0);
      else this.seek(next, this.end);
    }
    this.time = now;
    this.frame = requestAnimationFrame(this.tick);
  }

  seek(position, most = this.last) {
    this.position = position;
    const step = Math.max(0, Math.min(most, Math.floor(position)));
    this.step = step;
    for (const picture of this.pictures) picture.show(step);
    this.slider.value = step;
    this.readout.textContent = `step ${step} of ${this.last}${this.speed === ordinary ? "" : `, ${speeds[this.speed]} ×`}`;
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

  change(by) {
    this.speed = Math.max(0, Math.min(speeds.length - 1, this.speed + by));
    try {
      localStorage.setItem(stored(this.pace), speeds[this.speed]);
    } catch {
      // Where the browser keeps nothing, the speed lasts as long as the clip.
    }
    this.seek(this.position);
  }

  // What a key means to a player; false if nothing.
  act(action) {
    switch (action) {
      case "play": this.toggle(); return true;
      case "back": this.pause(); this.seek(this.step - 1); return true;
      case "forward": this.pause(); this.seek(this.step + 1); return true;
      case "slower": this.change(-1); return true;
      case "faster": this.change(1); return true;
      default: return false;
    }
  }
}
