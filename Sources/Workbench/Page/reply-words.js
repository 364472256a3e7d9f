// A sentence: an answer in words.

import { post } from "./api.js";
import { element, say } from "./dom.js";
import { clips, view } from "./clips.js";
import { optionKeys, optionOf, sign } from "./keys.js";
import { handIn } from "./understood.js";

const writeKey = "e";

export function sentence(question, give) {
  const { examples } = question.reply.text;
  const keys = optionKeys(examples.length, [writeKey]);
  const { node, player } = clips(question);
  const seen = element("p", { class: "readout", role: "status", id: "understood" });
  let timer = null;
  let latest = 0;

  // What the server understands of it, said while it is still open.
  async function preview(text) {
    const turn = ++latest;
    try {
      const found = await post("/api/preview", { question: question.id, content: { text } });
      if (turn === latest) seen.textContent = found.message;
    } catch (error) {
      if (turn === latest) seen.textContent = error.message;
    }
  }

  const input = element("input", { id: "sentence", maxlength: 300, autocomplete: "off", "aria-describedby": "understood",
    oninput: () => {
      clearTimeout(timer);
      timer = setTimeout(() => input.value.trim() && preview(input.value.trim()), 250);
    } });
  input.addEventListener("keydown", (event) => event.key === "Escape" && input.blur());
  const finish = () => {
    if (!input.value.trim()) return say("Write a sentence first.");
    handIn(question, input.value.trim(), seen, give);
  };
  const form = element("form", { class: "row", onsubmit: (event) => {
    event.preventDefault();
    finish();
  } }, element("label", { for: "sentence" }, "Sentence ", element("kbd", {}, writeKey)), input,
    element("button", { type: "submit", class: "primary" }, "Say it ", element("kbd", {}, sign("Enter"))));
  const take = (index) => {
    input.value = examples[index];
    preview(examples[index]);
  };
  const list = element("div", { class: "choices", role: "group", "aria-label": "Examples" },
    examples.map((example, index) => element("button", { type: "button", class: "small", onclick: () => take(index) },
      keys[index] ? element("kbd", {}, keys[index]) : "", ` ${example}`)));
  return view(element("div", {}, node, form, seen, list), player, (event, action) => {
    const index = optionOf(event, keys);
    if (index >= 0) take(index);
    // After the key, which would be written into it.
    else if (event.key === writeKey) setTimeout(() => input.focus());
    else if (action === "submit") finish();
    else return false;
    return true;
  });
}
