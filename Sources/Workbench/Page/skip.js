// Why a question is passed over: reasons drive what is asked, so one is wanted.

import { element } from "./dom.js";

const reasons = [
  { text: "I cannot make out what happens" },
  { text: "both are the same" },
  { text: "I do not want to judge this" },
  { text: "the clip is broken", broken: true },
];

const textReasons = [
  { text: "I cannot follow it" },
  { text: "I do not know enough about it" },
  { text: "I do not want to judge this" },
  { text: "the text is broken", broken: true },
];

// Resolves to a reason, or null if the person thought better of it.
export function askReason(question) {
  const offered = question?.texts ? textReasons : reasons;
  return new Promise((resolve) => {
    const other = element("input", { id: "reason", maxlength: 200, placeholder: "in your words" });
    const finish = (reason) => {
      dialog.close();
      dialog.remove();
      resolve(reason);
    };
    const dialog = element("dialog", { "aria-labelledby": "reason-title" },
      element("h2", { id: "reason-title" }, "Why skip this one?"),
      element("div", { class: "stack" },
        offered.map((reason, index) =>
          element("button", { type: "button", onclick: () => finish(reason) },
            element("kbd", {}, String(index + 1)), ` ${reason.text}`))),
      element("form", { class: "row", onsubmit: (event) => {
        event.preventDefault();
        if (other.value.trim()) finish({ text: other.value.trim() });
      } }, element("label", { for: "reason" }, "Or:"), other, element("button", { type: "submit" }, "Skip")),
      element("button", { type: "button", class: "quiet", onclick: () => finish(null) }, "Back ", element("kbd", {}, "esc")));
    dialog.addEventListener("cancel", () => finish(null));
    dialog.addEventListener("keydown", (event) => {
      if (event.target === other) return;
      const reason = offered[Number(event.key) - 1];
      if (reason) {
        event.preventDefault();
        finish(reason);
      }
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
