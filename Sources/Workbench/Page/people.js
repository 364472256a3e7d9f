// Who answers, how far they can be relied on, and how questions are shared out.

import { get, post } from "./api.js";
import { element, notice, number, percent, say } from "./dom.js";
import { textExports } from "./texts-progress.js";
import { unanswered } from "./unanswered.js";

export class People {
  constructor(member, project) {
    this.isOwner = member.role === "owner";
    this.project = project;
    this.report = element("div");
    // The forms are made once: a link just made, or a number half typed, is not swept away when the table is fetched
    // again.
    this.node = element("section", { "aria-label": "People" }, element("h2", {}, "People"), this.report,
      unanswered(), this.isOwner ? [this.invite(), this.settings()] : "",
      element("h2", {}, "Export"),
      element("p", {}, element("a", { href: "/api/export", download: "answers.jsonl" }, "All answers that stand, a line of JSON each")),
      project.texts ? textExports(project.texts) : "");
  }

  async open(place) {
    place.replaceChildren(this.node);
    this.timer = setInterval(() => !this.report.contains(document.activeElement) && this.load(), 5000);
    await this.load();
  }

  close() {
    clearInterval(this.timer);
  }

  async load() {
    try {
      const report = await get("/api/people");
      this.report.replaceChildren(
        table(report.people, this.isOwner, (name) => this.remove(name)),
        element("p", { class: "hint" }, report.agreement
          ? `Agreement of all (Krippendorff's α, ordinal): ${number(report.agreement.alpha)} [${number(report.agreement.low)}, ${number(report.agreement.high)}].`
          : "Agreement cannot be told yet: at least two questions have to be answered by two people."));
    } catch (error) {
      notice(error.message);
    }
  }

  async remove(name) {
    try {
      await post("/api/people/remove", { name });
      say(`${name} is signed out`);
      await this.load();
    } catch (error) {
      notice(error.message);
    }
  }

  async copy(address, button) {
    try {
      await navigator.clipboard.writeText(address);
      button.textContent = "Copied";
      say("Copied");
    } catch {
      // Not every page may write there: the link is marked instead, for the browser's own copy.
      getSelection().selectAllChildren(button.previousSibling);
      say("The link is selected");
    }
  }

  invite() {
    const name = element("input", { id: "invite-name", maxlength: 60, required: true });
    const role = element("select", { id: "invite-role" },
      [["annotator", "annotator: judges, sees nobody else's answers"], ["researcher", "researcher: judges, watches, pauses"],
        ["viewer", "viewer: watches"], ["owner", "owner: everything"]]
        .map(([value, text]) => element("option", { value }, text)));
    const link = element("output", { class: "link" });
    return element("div", {}, element("h2", {}, "Invite"),
      element("form", { class: "row", onsubmit: async (event) => {
        event.preventDefault();
        try {
          const made = await post("/api/invites", { name: name.value, role: role.value });
          const address = new URL(made.link, location.href).href;
          link.replaceChildren(element("code", {}, address),
            element("button", { type: "button", class: "small", onclick: (event) => this.copy(address, event.target) }, "Copy"));
          say("The invitation is ready. It works once.");
        } catch (error) {
          notice(error.message);
        }
      } }, element("label", { for: "invite-name" }, "Name"), name, element("label", { for: "invite-role" }, "Role"), role,
        element("button", { type: "submit", class: "primary" }, "Make a link")), link,
      element("p", { class: "hint" }, "A link works once, and is shown nowhere again."));
  }

  settings() {
    const values = this.project.settings;
    const fields = [["overlap", "People for each question", 1, 100, 1], ["gold", "Share of gold questions", 0, 0.5, 0.01],
      ["duplicate", "Share asked again", 0, 0.5, 0.01], ["mirrored", "Share asked with sides changed", 0, 0.5, 0.01],
      ["impossible", "Share with both sides equal", 0, 0.5, 0.01]]
      // A verdict has no sides.
      .filter(([name]) => this.project.texts !== "rollouts" || !["mirrored", "impossible"].includes(name));
    const inputs = Object.fromEntries(fields.map(([name, , min, max, step]) =>
      [name, element("input", { id: `set-${name}`, type: "number", min, max, step, value: values[name] })]));
    return element("div", {}, element("h2", {}, "Quality"),
      element("form", { class: "grid", onsubmit: async (event) => {
        event.preventDefault();
        try {
          this.project.settings = await post("/api/project",
            Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, Number(input.value)])));
          say("Saved");
          notice("");
        } catch (error) {
          notice(error.message);
        }
      } }, fields.flatMap(([name, text]) => [element("label", { for: `set-${name}` }, text), inputs[name]]),
        element("button", { type: "submit" }, "Save")),
      element("p", { class: "hint" }, "Gold is what an owner or a researcher answered strongly. Nobody is told which questions are which."));
  }
}

function table(people, isOwner, remove) {
  const share = (one) => (one ? element("span", {}, percent(one.share), element("small", {}, ` [${percent(one.low)}, ${percent(one.high)}] n ${one.count}`)) : "–");
  const columns = ["Name", "Role", "Answers", "a minute", "Skipped", "Gold right", "Same again", "Same mirrored", "Equal seen", "Left", "Agrees"];
  return element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "People and how far they can be relied on" },
    element("table", {}, element("thead", {}, element("tr", {}, columns.map((name) => element("th", { scope: "col" }, name)),
      isOwner ? element("th", { scope: "col" }, element("span", { class: "only-read" }, "Remove")) : "")),
      element("tbody", {}, people.map((person) =>
        element("tr", { class: person.active ? "" : "gone" },
          element("th", { scope: "row" }, person.name), element("td", {}, person.active ? person.role : "removed"),
          [person.answers, number(person.perMinute), person.skipped].map((value) => element("td", { class: "number" }, String(value))),
          [person.gold, person.repeat, person.mirrored, person.impossible, person.left, person.agreement].map((one) => element("td", {}, share(one))),
          isOwner ? element("td", {}, person.active && person.role !== "owner"
            ? element("button", { type: "button", class: "small", "aria-label": `Remove ${person.name}`, onclick: () => remove(person.name) }, "remove") : "") : "")))));
}
