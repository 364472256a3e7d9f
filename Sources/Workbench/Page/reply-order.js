// An order, best first, ties allowed: by dragging, by buttons, or by keys (a digit takes a clip, arrows move it).

import { element, redraw, say } from "./dom.js";
import { clips, view } from "./clips.js";
import { optionKeys, optionOf, sign } from "./keys.js";

export function order(question, give) {
  const count = question.clips.length;
  const top = question.reply.order.places ?? count;
  // Groups of equal clips, best first.
  let groups = question.clips.map((_, index) => [index]);
  let held = 0;
  const keys = optionKeys(count);
  const { node, player } = clips(question, { captions: question.clips.map((_, index) => `clip ${index + 1}`) });
  const list = element("ol", { class: "order", "aria-label": "The order, best first" });

  function move(clip, by) {
    const place = groups.findIndex((group) => group.includes(clip));
    const [group, isAlone] = [groups[place], groups[place].length === 1];
    const rest = group.filter((one) => one !== clip);
    // Between places stands a tie: up or down joins the neighbours first, then leaves them.
    if (isAlone) {
      const next = place + by;
      if (next < 0 || next >= groups.length) return;
      groups[next] = [...groups[next], clip].sort((a, b) => a - b);
      groups.splice(place, 1);
    } else {
      groups.splice(place, 1, ...(by < 0 ? [[clip], rest] : [rest, [clip]]));
    }
    held = clip;
    draw();
    say(words());
  }

  const words = () => groups.map((group, place) => `${place + 1}: clip ${group.map((one) => one + 1).join(" and ")}`).join(", ");

  function draw() {
    redraw(list, groups.map((group, place) =>
      element("li", { ondragover: (event) => event.preventDefault(), ondrop: (event) => drop(event, place), class: place < top ? "" : "beyond" }, element("b", {}, `${place + 1}.`),
        group.map((clip) => element("span", {
          class: clip === held ? "chip held" : "chip", draggable: "true",
          ondragstart: (event) => { held = clip; event.dataTransfer.setData("text/plain", String(clip)); } },
          ...(keys[clip] === String(clip + 1) ? ["clip ", element("kbd", {}, keys[clip])]
            : [keys[clip] ? element("kbd", {}, keys[clip]) : "", ` clip ${clip + 1}`]),
          element("button", { type: "button", class: "small", "aria-label": `clip ${clip + 1} up`, onclick: () => move(clip, -1) }, element("kbd", {}, "↑")),
          element("button", { type: "button", class: "small", "aria-label": `clip ${clip + 1} down`, onclick: () => move(clip, 1) }, element("kbd", {}, "↓")))),
        group.length > 1 ? element("small", {}, " equal") : "")));
  }

  function drop(event, place) {
    event.preventDefault();
    const box = list.children[place].getBoundingClientRect();
    const share = (event.clientY - box.top) / box.height;
    const target = groups[place].find((one) => one !== held);
    groups = groups.map((group) => group.filter((one) => one !== held));
    const at = target === undefined ? place : groups.findIndex((group) => group.includes(target));
    if (target !== undefined && share > 0.3 && share < 0.7) groups[at] = [...groups[at], held].sort((a, b) => a - b);
    else groups.splice(target === undefined ? place : share >= 0.7 ? at + 1 : at, 0, [held]);
    groups = groups.filter((group) => group.length);
    draw();
    say(words());
  }

  draw();
  const finish = () => give({ groups: top < count ? best() : groups });
  // The best so many; those behind are left unsaid.
  function best() {
    const kept = [];
    for (const group of groups) {
      if (kept.flat().length >= top) break;
      kept.push(group);
    }
    return kept;
  }
  const all = element("div", {}, node, list,
    element("p", { class: "hint" }, "↑ ↓ move the clip that a digit took; between places it is equal."),
    element("div", { class: "row" },
      element("button", { type: "button", class: "primary", onclick: finish }, "This is the order ", element("kbd", {}, sign("Enter")))));
  return view(all, player, (event, action) => {
    const taken = optionOf(event, keys);
    if (taken >= 0) {
      held = taken;
      draw();
      say(`clip ${taken + 1}`);
    } else if (event.key === "ArrowUp") move(held, -1);
    else if (event.key === "ArrowDown") move(held, 1);
    else if (action === "submit") finish();
    else return false;
    return true;
  });
}
