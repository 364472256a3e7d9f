// A formula, a sentence: answers in words.

import { post } from "./api.js";
import { element, number, say } from "./dom.js";
import { clips, view } from "./clips.js";

// What the server understands of it, said while it is still open.
function previewer(question, place) {
  let latest = 0;
  return async (content) => {
    const turn = ++latest;
    try {
      const seen = await post("/api/preview", { question: question.id, content });
      if (turn !== latest) return;
      place.textContent = seen.returns.length
        ? `${seen.message} ${seen.returns.map((value, index) => `clip ${index + 1}: ${number(value)}`).join(", ")}`
        : seen.message;
    } catch (error) {
      place.textContent = error.message;
    }
  };
}

export function formula(question, give) {
  const offers = question.reply.formula._0;
  let chosen = null;
  const seen = element("p", { class: "readout", role: "status" });
  const preview = previewer(question, seen);
  const { node, player } = clips(question);
  const buttons = offers.map(({ text }, index) =>
    element("button", { type: "button", "aria-pressed": "false", onclick: () => choose(index) },
      index < 9 ? element("kbd", {}, String(index + 1)) : "", ` ${text}`));
  const done = element("button", { type: "button", class: "primary", disabled: true, onclick: () => finish() },
    "This is the formula ", element("kbd", {}, "⏎"));
  function choose(index) {
    chosen = index;
    buttons.forEach((button, other) => button.setAttribute("aria-pressed", String(other === index)));
    done.disabled = false;
    preview(offers[index].content);
  }
  const finish = () => chosen !== null && give(offers[chosen].content);
  const all = element("div", {}, node, element("div", { class: "choices", role: "group", "aria-labelledby": "prompt" }, buttons), seen, done);
  return view(all, player, (event, action) => {
    const index = Number(event.key) - 1;
    if (/^[1-9]$/.test(event.key) && index < offers.length) choose(index);
    else if (action === "submit") finish();
    else return false;
    return true;
  });
}

export function sentence(question, give) {
  const { node, player } = clips(question);
  const seen = element("p", { class: "readout", role: "status", id: "understood" });
  const preview = previewer(question, seen);
  let timer = null;
  const input = element("input", { id: "sentence", maxlength: 300, autocomplete: "off", "aria-describedby": "understood",
    oninput: () => {
      clearTimeout(timer);
      timer = setTimeout(() => input.value.trim() && preview({ text: input.value.trim() }), 250);
    } });
  const form = element("form", { class: "row", onsubmit: (event) => {
    event.preventDefault();
    if (!input.value.trim()) return say("Write a sentence first.");
    give({ text: input.value.trim() });
  } }, element("label", { for: "sentence" }, "In a sentence:"), input,
    element("button", { type: "submit", class: "primary" }, "Say it ", element("kbd", {}, "⏎")));
  const examples = element("div", { class: "choices", role: "group", "aria-label": "Examples" },
    question.reply.text.examples.map((example) =>
      element("button", { type: "button", class: "small", onclick: () => {
        input.value = example;
        input.focus();
        preview({ text: example });
      } }, example)));
  return view(element("div", {}, node, form, seen, examples), player, () => false);
}
