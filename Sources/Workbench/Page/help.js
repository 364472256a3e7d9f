// All keys, and how to change them.

import { element, say } from "./dom.js";
import { actions, rebind, reset, signsOf, text } from "./keys.js";

// Calls back only if a key was changed: a half-drawn curve or a demonstration outlives a look at the keys.
export function showHelp(onChange) {
  let isChanged = false;
  const body = element("tbody");
  const dialog = element("dialog", { "aria-labelledby": "keys-title" },
    element("h2", { id: "keys-title" }, "Keys"),
    element("p", {}, "With shift, a preference is a strong one. Digits choose where choices are numbered."),
    element("table", {}, element("thead", {}, element("tr", {},
      element("th", { scope: "col" }, "What"), element("th", { scope: "col" }, "Key"),
      element("th", { scope: "col" }, element("span", { class: "only-read" }, "Change")))), body),
    element("div", { class: "row" },
      element("button", { type: "button", onclick: () => { reset(); isChanged = true; fill(); } }, "As they were"),
      element("button", { type: "button", class: "primary", onclick: () => shut() }, "Done")));
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    shut();
  });

  // Out of the page at once: until the next frame its button would still take a key.
  function shut() {
    dialog.close();
    dialog.remove();
    if (isChanged) onChange();
  }

  function fill() {
    body.replaceChildren(...actions.map((action) => {
      const change = element("button", { type: "button", class: "small", "aria-label": `Change the key for ${text(action)}` }, "change");
      change.addEventListener("click", () => {
        change.textContent = "press a key";
        say("Press the new key");
        change.addEventListener("keydown", (event) => {
          if (["Tab", "Shift", "Control", "Alt", "Meta"].includes(event.key)) return;
          event.preventDefault();
          event.stopPropagation();
          if (event.key !== "Escape") {
            rebind(action, event.key);
            isChanged = true;
          }
          fill();
        }, { once: false });
      });
      return element("tr", {}, element("td", {}, text(action)),
        element("td", {}, element("kbd", {}, signsOf(action))), element("td", {}, change));
    }));
  }

  fill();
  document.body.append(dialog);
  dialog.showModal();
}
