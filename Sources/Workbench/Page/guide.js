// What an annotator is told: the goal, what the picture shows, what to do when unsure, and what the owner wrote.

import { get, post } from "./api.js";
import { element, notice, say, svg } from "./dom.js";
import { signsOf } from "./keys.js";

// The form of a figure in its role's colour, as clips draw it.
function mark({ mark: form, role }) {
  const forms = {
    disc: () => svg("circle", { class: `fill-${role}`, cx: 12, cy: 12, r: 7 }),
    area: () => svg("rect", { class: `fill-${role}`, x: 4, y: 6, width: 16, height: 12 }),
    line: () => svg("polyline", { class: `stroke-${role}`, "stroke-width": 4, points: "3,18 21,6" }),
    cross: () => [svg("polyline", { class: `stroke-${role}`, "stroke-width": 4, points: "6,6 18,18" }),
      svg("polyline", { class: `stroke-${role}`, "stroke-width": 4, points: "18,6 6,18" })],
    arrow: () => [svg("polyline", { class: `stroke-${role}`, "stroke-width": 3, points: "3,12 16,12" }),
      svg("polygon", { class: `fill-${role}`, points: "22,12 14,6 14,18" })],
  };
  return svg("svg", { class: "scene mark", viewBox: "0 0 24 24", "aria-hidden": "true" }, (forms[form] ?? forms.area)());
}

export function legend(signs) {
  return element("ul", { class: "signs" }, signs.map((sign) => element("li", {}, mark(sign), element("span", {}, sign.meaning))));
}

// Emphasis, code and links within a line. Text becomes text; nothing becomes markup.
function inline(text) {
  const parts = text.split(/(\*\*[^*]+\*\*|\*[^*]+\*|`[^`]+`|\[[^\]]+\]\(https?:\/\/[^\s)]+\))/);
  return parts.filter(Boolean).map((part) => {
    const link = /^\[([^\]]+)\]\((https?:\/\/[^\s)]+)\)$/.exec(part);
    if (link) return element("a", { href: link[2], rel: "noopener noreferrer", target: "_blank" }, link[1]);
    if (/^\*\*[^*]+\*\*$/.test(part)) return element("strong", {}, part.slice(2, -2));
    if (/^\*[^*]+\*$/.test(part)) return element("em", {}, part.slice(1, -1));
    if (/^`[^`]+`$/.test(part)) return element("code", {}, part.slice(1, -1));
    return part;
  });
}

// A subset of Markdown: headings, paragraphs, lists, emphasis, code, links to the web. HTML in it is shown as it is
// written.
export function markdown(text) {
  const blocks = [];
  let list = null;
  let paragraph = [];
  const close = () => {
    if (paragraph.length) blocks.push(element("p", {}, inline(paragraph.join(" "))));
    paragraph = [];
    list = null;
  };
  for (const line of text.replaceAll("\r", "").split("\n")) {
    const heading = /^(#{1,3})\s+(.+)$/.exec(line);
    const item = /^\s*(?:([-*])|\d+[.)])\s+(.+)$/.exec(line);
    if (heading) {
      close();
      blocks.push(element(`h${Math.min(6, heading[1].length + 2)}`, {}, inline(heading[2])));
    } else if (item) {
      const name = item[1] ? "ul" : "ol";
      if (!list || list.localName !== name) {
        close();
        blocks.push((list = element(name)));
      }
      list.append(element("li", {}, inline(item[2])));
    } else if (!line.trim()) close();
    else if (list) list.lastChild.append(" ", ...inline(line.trim()));
    else paragraph.push(line.trim());
  }
  close();
  return blocks;
}

export class Guide {
  constructor(said) {
    Object.assign(this, said);
  }

  static async load() {
    return new Guide(await get("/api/guide"));
  }

  // Whether this browser has shown it before.
  get isKnown() {
    try {
      return localStorage.getItem(`pactolus-introduced-${this.project}`) === "yes";
    } catch {
      return true;
    }
  }

  know() {
    try {
      localStorage.setItem(`pactolus-introduced-${this.project}`, "yes");
    } catch {
      // Shown again next time.
    }
  }

  // Before the first question of somebody who only judges.
  introduction({ onStart, onPractise }) {
    const start = element("button", { type: "button", id: "start-judging", class: this.practice ? "" : "primary", onclick: onStart }, "Start judging");
    return element("div", { class: "introduction" },
      element("h2", {}, "What the agent should do"), element("p", { class: "goal" }, this.goal),
      legend(this.legend.slice(0, 4)),
      this.instructions ? element("div", { class: "instructions" }, markdown(this.instructions)) : null,
      element("div", { class: "row" },
        this.practice ? element("button", { type: "button", class: "primary", id: "practise", onclick: onPractise }, "Practise first") : null,
        start));
  }

  show({ onPractise }) {
    const close = () => {
      dialog.close();
      dialog.remove();
    };
    const body = element("div");
    const dialog = element("dialog", { class: "guide", "aria-labelledby": "guide-title" }, body);
    const read = () => body.replaceChildren(
      element("h2", { id: "guide-title" }, "What the agent should do"), element("p", { class: "goal" }, this.goal),
      this.instructions ? element("div", { class: "instructions" }, markdown(this.instructions)) : "",
      element("h3", {}, "The picture"), legend(this.legend),
      element("h3", {}, "When unsure"), element("p", {}, this.unsure),
      element("div", { class: "row" },
        this.practice ? element("button", { type: "button", onclick: () => { close(); onPractise(); } }, "Practise") : "",
        this.mayEdit ? element("button", { type: "button", onclick: () => edit() }, "Edit") : "",
        element("button", { type: "button", class: "primary", onclick: close }, "Done")));
    const edit = () => body.replaceChildren(this.editor(read));
    dialog.addEventListener("close", () => dialog.remove());
    read();
    document.body.append(dialog);
    dialog.showModal();
  }

  editor(onDone) {
    const text = element("textarea", { id: "guide-text", rows: 8, maxlength: 20000 });
    text.value = this.instructions;
    const preview = element("div", { class: "instructions", "aria-label": "How it looks", role: "group" });
    const draw = () => preview.replaceChildren(...markdown(text.value));
    text.addEventListener("input", draw);
    draw();
    const box = (id, label, isOn) => {
      const input = element("input", { type: "checkbox", id, checked: isOn });
      return [element("p", { class: "row" }, input, element("label", { for: id }, label)), input];
    };
    const [practice, offers] = box("guide-practice", "Offer a practice on pairs that the world's own reward decides", this.offersPractice);
    const [watching, watches] = box("guide-watch", "Annotators may see Watch it learn", this.annotatorsWatch);
    const save = async () => {
      try {
        Object.assign(this, await post("/api/guide", {
          instructions: text.value, offersPractice: offers.checked, annotatorsWatch: watches.checked }));
        say("Saved");
        onDone();
      } catch (error) {
        notice(error.message);
      }
    };
    return element("div", {}, element("h2", { id: "guide-title" }, "Instructions"),
      element("label", { for: "guide-text" }, "For those who judge. Markdown: # heading, - list, **strong**, [link](https://…)."),
      text, preview, practice, watching,
      element("div", { class: "row" }, element("button", { type: "button", class: "primary", onclick: save }, "Save"),
        element("button", { type: "button", onclick: onDone }, "Back")));
  }

  // The goal, above a question.
  line() {
    return element("p", { class: "goal-line" }, element("b", {}, "Goal: "), this.goal);
  }

  button(onPractise) {
    return element("button", { type: "button", class: "quiet small", "data-action": "guide", onclick: () => this.show({ onPractise }) },
      "Guide ", element("kbd", {}, signsOf("guide")));
  }
}
