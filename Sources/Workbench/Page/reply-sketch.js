// A curve over the clip's steps: in one stroke with the pointer, or with a pen that keys raise and lower while it plays.

import { element, say, svg } from "./dom.js";
import { clips, view } from "./clips.js";
import { sign } from "./keys.js";

const width = 480;
const height = 140;

export function sketch(question, give) {
  const steps = question.clips[0].steps;
  const { lowest, highest } = question.reply.curve;
  const values = new Array(steps).fill(null);
  let level = 0.5;
  let isDrawing = false;
  let isRecording = false;
  const line = svg("polyline", { class: "curve" });
  const cursor = svg("line", { class: "cursor", y1: 0, y2: height });
  const pen = svg("circle", { class: "pen", r: 6 });
  const area = svg("svg", { class: "sketch", viewBox: `0 0 ${width} ${height}`, role: "img",
    "aria-label": "The curve: high where it goes well" }, line, cursor, pen);
  const { node, player } = clips(question, { pace: "natural", autoplay: false, onFrame: (step) => frame(step) });
  const recordButton = element("button", { type: "button", onclick: () => record() }, "Record ", element("kbd", {}, "r"));
  const hint = element("p", { class: "hint" },
    "Draw from left to right; or record, and raise and lower the pen while it plays.");
  const pens = [["ArrowUp", "pen up", 0.1], ["ArrowDown", "pen down", -0.1]].map(([key, name, by]) =>
    element("button", { type: "button", class: "small", "aria-label": name, onclick: () => lift(by) }, element("kbd", {}, sign(key))));
  const done = element("button", { type: "button", class: "primary", onclick: () => finish(), disabled: true },
    "This is the curve ", element("kbd", {}, sign("Enter")));

  function frame(step) {
    const x = (Math.min(step, steps - 1) + 0.5) / steps * width;
    cursor.setAttribute("x1", x);
    cursor.setAttribute("x2", x);
    pen.setAttribute("cx", x);
    pen.setAttribute("cy", (1 - level) * height);
    if (!isRecording) return;
    // A slow machine skips frames; the last step is the last value all the same.
    set(Math.min(step, steps - 1), level);
    if (step >= player.last) {
      isRecording = false;
      player.pause();
      say("Recorded. Press enter to give the curve.");
    }
  }

  function set(step, value) {
    values[step] = value;
    // Steps that the stroke flew over lie between those that it met.
    for (let before = step - 1; before >= 0 && values[before] === null; before--) values[before] = value;
    draw();
  }

  function draw() {
    line.setAttribute("points", values.map((value, step) =>
      value === null ? "" : `${((step + 0.5) / steps) * width},${(1 - value) * height}`).filter(Boolean).join(" "));
    done.disabled = values.includes(null);
  }

  function point(event) {
    const box = area.getBoundingClientRect();
    const x = Math.max(0, Math.min(steps - 1, Math.floor(((event.clientX - box.left) / box.width) * steps)));
    level = Math.max(0, Math.min(1, 1 - (event.clientY - box.top) / box.height));
    if (lastStep !== null && Math.abs(x - lastStep) > 1) {
      const [from, start] = [lastStep, values[lastStep]];
      const way = Math.sign(x - from);
      for (let step = from + way; step !== x; step += way) values[step] = start + ((level - start) * (step - from)) / (x - from);
    }
    lastStep = x;
    player.pause();
    set(x, level);
    player.seek(x);
  }

  let lastStep = null;
  area.addEventListener("pointerdown", (event) => {
    isDrawing = true;
    isRecording = false;
    lastStep = null;
    values.fill(null);
    area.setPointerCapture(event.pointerId);
    point(event);
  });
  area.addEventListener("pointermove", (event) => isDrawing && point(event));
  const end = () => {
    if (!isDrawing) return;
    isDrawing = false;
    // The stroke's end holds to the clip's.
    const last = values.findLast((value) => value !== null);
    for (let step = 0; step < steps; step++) if (values[step] === null) values[step] = last;
    draw();
  };
  area.addEventListener("pointerup", end);
  area.addEventListener("pointercancel", end);

  function lift(by) {
    level = Math.max(0, Math.min(1, level + by));
    frame(player.step);
  }

  function record() {
    values.fill(null);
    isRecording = true;
    player.seek(0);
    player.isPlaying = true;
    player.label();
    say("Recording");
  }

  function finish() {
    if (values.includes(null)) return say("The curve does not cover the whole clip yet.");
    give({ values: values.map((value) => Number((lowest + value * (highest - lowest)).toFixed(4))) });
  }

  frame(0);
  const all = element("div", {}, node, area, hint, element("div", { class: "row" }, recordButton, pens, done));
  return view(all, player, (event, action) => {
    if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      lift(event.key === "ArrowUp" ? 0.1 : -0.1);
    } else if (event.key === "r") record();
    else if (action === "submit") finish();
    else return false;
    return true;
  });
}
