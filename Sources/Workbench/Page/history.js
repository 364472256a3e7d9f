// A person's own last answers as thumbnails; each can be taken back and given anew.

import { get, post } from "./api.js";
import { element, notice, redraw } from "./dom.js";
import { still } from "./player.js";
import { describe } from "./previous.js";

// `onChange` gets the question whose answer was taken back.
export async function showHistory(onChange) {
  let answers;
  try {
    answers = (await get("/api/history")).answers;
  } catch (error) {
    return notice(error.message);
  }
  const list = element("ol", { class: "history" });
  const dialog = element("dialog", { "aria-labelledby": "history-title" },
    element("h2", { id: "history-title" }, "Your last answers"),
    answers.length ? list : element("p", {}, "None yet."),
    element("div", { class: "row" }, element("button", { type: "button", class: "primary", onclick: () => dialog.close() }, "Done")));
  dialog.addEventListener("close", () => dialog.remove());
  redraw(list, answers.map((one) => element("li", {},
    element("div", { class: "thumbnails" }, one.question.clips.map((clip) => still(clip, 0, clip.steps))),
    element("p", {}, describe(one.question), element("small", {}, one.question.prompt)),
    element("button", { type: "button", class: "small", "aria-label": `Change the answer: ${describe(one.question)}`, onclick: () => change(one) }, "Change"))));

  async function change({ answer }) {
    try {
      const { question } = await post("/api/history/change", { answer });
      dialog.close();
      onChange(question);
    } catch (error) {
      dialog.close();
      notice(error.message);
    }
  }

  document.body.append(dialog);
  dialog.showModal();
}
