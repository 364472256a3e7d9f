// Asks before something that is not easily undone.

import { element } from "./dom.js";

// Resolves to whether the person wants it. The safe button has the focus.
export function ask(title, text, button) {
  return new Promise((resolve) => {
    const finish = (answer) => {
      dialog.close();
      dialog.remove();
      resolve(answer);
    };
    const back = element("button", { type: "button", onclick: () => finish(false) }, "Back");
    const dialog = element("dialog", { "aria-labelledby": "ask-title", "aria-describedby": "ask-text" },
      element("h2", { id: "ask-title" }, title), element("p", { id: "ask-text" }, text),
      element("div", { class: "row" }, back, element("button", { type: "button", class: "primary", onclick: () => finish(true) }, button)));
    dialog.addEventListener("cancel", () => finish(false));
    document.body.append(dialog);
    dialog.showModal();
    back.focus();
  });
}
