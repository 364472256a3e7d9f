// What a person's hands say at this moment, as an action: keys, held buttons, a pad for mouse or finger, a game pad.
// Several axes at once; analogue where the hand is.

const words = [
  [/\b(left|west|anticlockwise|counterclockwise)\b/i, "left"], [/\b(right|east|clockwise)\b/i, "right"],
  [/\b(up|north|ahead|forwards?)\b/i, "up"], [/\b(down|south|back|backwards?)\b/i, "down"]];
const opposites = { left: "right", right: "left", up: "down", down: "up" };
const otherWords = { anticlockwise: "clockwise", clockwise: "anticlockwise", left: "right", right: "left", up: "down", down: "up", ahead: "back" };
const arrows = { left: "ArrowLeft", right: "ArrowRight", up: "ArrowUp", down: "ArrowDown" };
// Which way along the hand's two axes: right and up are positive.
const ways = { left: [0, -1], right: [0, 1], up: [1, 1], down: [1, -1] };
// A stick that rests is not quite at zero.
const slack = 0.2;

const direction = (name) => words.find(([word]) => word.test(name))?.[1] ?? null;

// Each binding has a name, its keys, and what it asks for: an action, or a share of an axis.
export function bindings(actions) {
  if (actions.names.length) {
    const signs = actions.names.map((name) => direction(name)
      ?? (/[-−]\s*\d/.test(name) ? "left" : /\+\s*\d/.test(name) ? "right" : null));
    return actions.names.map((name, index) => ({
      name, action: index, way: signs[index],
      keys: [index < 9 ? String(index + 1) : null, arrows[signs[index]]].filter(Boolean) }));
  }
  const free = ["right", "up"];
  return Array.from({ length: actions.dimensions }, (_, axis) => {
    const name = actions.directions?.[axis] ?? null;
    const way = (name && direction(name)) ?? free.find((one) => !taken(actions, axis).has(one)) ?? null;
    const [more, less] = name ? [name, otherWords[name] ?? `less ${name}`] : [`axis ${axis + 1} up`, `axis ${axis + 1} down`];
    const digits = [2 * axis + 1, 2 * axis + 2].map((digit) => (digit <= 9 ? String(digit) : null));
    return [
      { name: less, axis, share: -1, way: way && opposites[way], keys: [digits[0], way && arrows[opposites[way]]].filter(Boolean) },
      { name: more, axis, share: 1, way, keys: [digits[1], way && arrows[way]].filter(Boolean) }];
  }).flat();
}

// Ways that other axes have by their names, and those that earlier ones without a name took.
function taken(actions, axis) {
  const used = new Set();
  for (let other = 0; other < actions.dimensions; other++) {
    const way = direction(actions.directions?.[other] ?? "");
    if (way && other !== axis) used.add(way).add(opposites[way]);
    else if (!way && other < axis) {
      const free = ["right", "up"].find((one) => !used.has(one));
      if (free) used.add(free).add(opposites[free]);
    }
  }
  return used;
}

export class Controls {
  constructor(actions, pads = () => navigator.getGamepads?.() ?? []) {
    this.actions = actions;
    this.pads = pads;
    this.bindings = bindings(actions);
    this.held = [];
    // Where the pad's knob is, right and up positive; nil while nobody touches it.
    this.point = null;
    this.isHalf = false;
    const idle = actions.names.findIndex((name) => /none|no |stay|noop|idle|coast|nothing|\b0$/i.test(name));
    // What is done without hands; nil where every action does something.
    this.rest = actions.names.length
      ? idle < 0 ? null : [idle]
      : actions.low.map((low, axis) => Math.max(low, Math.min(actions.high[axis], 0)));
    this.hasTwoAxes = new Set(this.bindings.map((one) => one.way && ways[one.way][0]).filter((one) => one !== null)).size > 1;
  }

  press(binding) {
    if (!this.held.includes(binding)) this.held.push(binding);
  }

  release(binding) {
    this.held = this.held.filter((one) => one !== binding);
  }

  releaseAll() {
    this.held = [];
    this.point = null;
  }

  // The stick or the cross of the first game pad that is moved.
  stick() {
    for (const pad of this.pads()) {
      if (!pad?.connected) continue;
      const pressed = (index) => (pad.buttons[index]?.pressed ? 1 : 0);
      const cross = [pressed(15) - pressed(14), pressed(12) - pressed(13)];
      if (cross[0] || cross[1]) return cross;
      const stick = [pad.axes[0] ?? 0, -(pad.axes[1] ?? 0)];
      if (Math.hypot(...stick) > slack) return stick.map((value) => (Math.abs(value) > slack ? value : 0));
    }
    return null;
  }

  // The action that the hands ask for; nil if they rest.
  row() {
    const hand = this.point ?? this.stick();
    if (!hand && !this.held.length) return null;
    if (this.actions.names.length) {
      if (this.held.length) return [this.held.at(-1).action];
      const axis = Math.abs(hand[0]) >= Math.abs(hand[1]) ? 0 : 1;
      const found = Math.abs(hand[axis]) > slack
        && this.bindings.find((one) => one.way && ways[one.way][0] === axis && ways[one.way][1] === Math.sign(hand[axis]));
      return found ? [found.action] : this.rest;
    }
    const shares = this.actions.low.map(() => 0);
    for (const one of this.held) shares[one.axis] += one.share * (this.isHalf ? 0.5 : 1);
    if (hand) {
      for (const one of this.bindings.filter((binding) => binding.share > 0 && binding.way)) {
        const [axis, sign] = ways[one.way];
        shares[one.axis] += hand[axis] * sign;
      }
    }
    return shares.map((share, axis) => this.value(axis, Math.max(-1, Math.min(1, share))));
  }

  // A share of an axis: from its rest to its ends.
  value(axis, share) {
    const end = share < 0 ? this.actions.low[axis] : this.actions.high[axis];
    return this.rest[axis] + Math.abs(share) * (end - this.rest[axis]);
  }

  // What a binding alone asks for.
  rowOf(binding) {
    if (this.actions.names.length) return [binding.action];
    return this.rest.map((value, axis) => (axis === binding.axis ? this.value(axis, binding.share * (this.isHalf ? 0.5 : 1)) : value));
  }
}
