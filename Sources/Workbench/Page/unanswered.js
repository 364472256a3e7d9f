// Questions that people passed over, and why: for the owner and researchers.

import { get } from "./api.js";
import { element, notice } from "./dom.js";

const words = { "cant-tell": "can't tell" };

const reasonOf = ({ why, reason }) => [words[why] ?? why, reason].filter(Boolean).join(": ");

export function unanswered() {
  const list = element("div");
  async function load() {
    try {
      const { questions, reasons } = await get("/api/unanswered");
      list.replaceChildren(...(questions.length ? [
        element("ul", {}, reasons.map((one) => element("li", {}, `${one.count} × ${reasonOf(one)}`))),
        element("p", { class: "hint" }, "A clip that somebody calls broken is asked of nobody else. What was not understood is kept, and taught nothing."),
        element("div", { class: "wide", tabindex: 0, role: "region", "aria-label": "Questions that were not answered" },
          element("table", {},
            element("thead", {}, element("tr", {}, ["Question", "Kind", "Who", "Why"].map((text) => element("th", { scope: "col" }, text)))),
            element("tbody", {}, questions.map((one) => element("tr", {},
              element("td", {}, String(one.number + 1)), element("td", {}, one.kind), element("td", {}, one.person),
              element("td", {}, one.why === "not understood" ? `not understood: “${one.reason ?? ""}”` : reasonOf(one))))))),
      ] : [element("p", {}, "Every question that was looked at has been answered.")]));
    } catch (error) {
      notice(error.message);
    }
  }
  const node = element("details", { class: "unanswered", ontoggle: () => node.open && load() },
    element("summary", {}, "Not answered, and why"), list);
  return node;
}
