// A text as it was written: never as markup. Blocks of code between fences keep their form.

import { element } from "./dom.js";

// Runs of [from, to, whether it is code]; the fences themselves are not shown.
function blocks(text) {
  const found = [];
  const fence = /^[ \t]*(```|~~~)[^\n]*(?:\n|$)/gm;
  let from = 0, isCode = false, mark = "";
  for (let match = fence.exec(text); match; match = fence.exec(text)) {
    // A block ends with the fence that it began with; another kind is part of the code.
    if (isCode && match[1] !== mark) continue;
    found.push([from, match.index, isCode]);
    [isCode, mark, from] = [!isCode, match[1], fence.lastIndex];
    if (fence.lastIndex === match.index) fence.lastIndex += 1;
  }
  found.push([from, text.length, isCode]);
  // Empty lines beside a block are its margin already.
  for (const run of found.filter(([, , code]) => !code)) {
    if (run[0] > 0) while (text[run[0]] === "\n" && run[0] < run[1]) run[0] += 1;
    if (run[1] < text.length) while (text[run[1] - 1] === "\n" && run[0] < run[1]) run[1] -= 1;
  }
  return found.filter(([start, end]) => end > start);
}

// The part of a text, with those of its words marked that lie in the ranges.
function marked(text, from, to, ranges) {
  const nodes = [];
  let at = from;
  for (const [start, end] of ranges) {
    const [first, last] = [Math.max(start, from), Math.min(end, to)];
    if (first >= last) continue;
    nodes.push(text.slice(at, first), element("mark", {}, text.slice(first, last)));
    at = last;
  }
  nodes.push(text.slice(at, to));
  return nodes;
}

export class Pane {
  constructor(title, text, kind, tool = "") {
    this.text = text;
    this.body = element("div", { class: "text-body", tabindex: 0, role: "region", "aria-label": title });
    this.node = element("section", { class: `text-pane ${kind}` }, element("div", { class: "text-head" }, element("h3", {}, title), tool), this.body);
    this.mark([]);
  }

  mark(ranges) {
    const parts = blocks(this.text).map(([from, to, isCode]) => {
      const nodes = marked(this.text, from, to, ranges);
      return isCode ? element("pre", {}, element("code", {}, nodes)) : element("div", { class: "prose" }, nodes);
    });
    this.body.replaceChildren(...(parts.length ? parts : [element("p", { class: "hint" }, "(empty)")]));
  }

  // How far it can be scrolled.
  get room() {
    return this.body.scrollHeight - this.body.clientHeight;
  }

  scroll(share) {
    this.body.scrollTop += share * this.body.clientHeight;
  }
}

// Scrolls panes together, each by its own share of what there is to read.
export function inStep(panes) {
  // Where a pane was put by this function: its event is then no reader's doing, and moves no other.
  const put = new Map();
  for (const pane of panes) {
    pane.body.addEventListener("scroll", () => {
      if (Math.abs(pane.body.scrollTop - put.get(pane)) < 1) return;
      put.delete(pane);
      const share = pane.room > 0 ? pane.body.scrollTop / pane.room : 0;
      for (const other of panes) {
        if (other === pane) continue;
        other.body.scrollTop = share * Math.max(0, other.room);
        put.set(other, other.body.scrollTop);
      }
    });
  }
}

// Reading by keys: a page on, or some lines.
export function read(panes, action, event) {
  const longest = panes.reduce((one, other) => (other.room > one.room ? other : one));
  const shares = { play: event.shiftKey ? -0.9 : 0.9, back: -0.25, forward: 0.25 };
  if (!(action in shares)) return false;
  longest.scroll(shares[action]);
  return true;
}
