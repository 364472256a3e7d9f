// Who answers, how far they can be relied on, and how questions are shared out.

import { Agreement } from "./agreement.js";
import { get, post } from "./api.js";
import { ask } from "./ask.js";
import { element, notice, number, percent, say } from "./dom.js";
import { Invitations, Log, Sessions } from "./members.js";
import { Differences } from "./question.js";
import { textExports } from "./texts-progress.js";
import { unanswered } from "./unanswered.js";

const roles = ["owner", "researcher", "annotator", "viewer"];

export class People {
  constructor(member, project) {
    this.member = member;
    this.isOwner = member.role === "owner";
    this.project = project;
    this.report = element("div");
    this.parts = [new Agreement(), ...(project.texts ? [] : [new Differences()]), ...(this.isOwner ? [new Invitations(), new Sessions()] : []), new Log()];
    const [agreement, ...records] = this.parts.map((part) => part.node);
    const differences = project.texts ? "" : records.shift();
    // The forms are made once: a link just made, or a number half typed, is not swept away when the table is fetched
    // again.
    this.node = element("section", { "aria-label": "People" }, element("h2", {}, "People"), this.report,
      agreement, unanswered(), differences, this.isOwner ? [this.invite(), records.shift(), this.settings()] : "",
      project.texts ? textExports(project.texts) : exporting(), records);
  }

  async open(place) {
    place.replaceChildren(this.node);
    this.timers = [setInterval(() => !this.report.contains(document.activeElement) && this.load(), 5000),
      setInterval(() => this.loadParts(), 20000)];
    await Promise.all([this.load(), this.loadParts()]);
  }

  close() {
    this.timers?.forEach(clearInterval);
  }

  async load() {
    try {
      const report = await get("/api/people");
      this.report.replaceChildren(table(report.people, this.isOwner ? this : null));
    } catch (error) {
      notice(error.message);
    }
  }

  // One that cannot be fetched does not keep the others from being shown.
  async loadParts() {
    const results = await Promise.allSettled(this.parts.map((part) => part.load()));
    const failed = results.find((one) => one.status === "rejected");
    if (failed) notice(failed.reason.message);
  }

  async act(path, body, words) {
    try {
      await post(path, body);
      say(words);
      notice("");
    } catch (error) {
      notice(error.message);
    }
    await Promise.all([this.load(), this.loadParts()]);
  }

  async remove(name) {
    const wanted = await ask(`Remove ${name}?`,
      "Their sessions end and their open invitations stop working. What they answered stays and goes on counting.", `Remove ${name}`);
    if (wanted) await this.act("/api/people/remove", { name }, `${name} is signed out`);
  }

  async erase({ name, answers }) {
    const taught = this.project.texts ? ""
      : " What the agent has learned from them stays in its weights, and in the run's own record those answers stay under a made-up name.";
    const wanted = await ask(`Delete ${name} and what they said?`,
      `Name, ${answers} ${answers === 1 ? "answer" : "answers"}, sessions and links are deleted for good; nothing brings them back.${taught}`,
      `Delete ${name}`);
    if (wanted) await this.act("/api/people/erase", { name }, `${name} and what they said are deleted`);
  }

  async change(name, role) {
    const losesRights = name === this.member.name && role !== "owner";
    const wanted = !losesRights || await ask(`Become ${role}?`, "You would no longer be an owner, and could not undo this yourself.", `Become ${role}`);
    document.activeElement?.blur();
    if (!wanted) return this.load();
    await this.act("/api/people/role", { name, role }, `${name} is ${role} now`);
    if (losesRights) location.reload();
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
          this.loadParts();
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
          this.loadParts();
        } catch (error) {
          notice(error.message);
        }
      } }, fields.flatMap(([name, text]) => [element("label", { for: `set-${name}` }, text), inputs[name]]),
        element("button", { type: "submit" }, "Save")),
      element("p", { class: "hint" }, "Gold is what was made gold or decided, or else what an owner or a researcher answered strongly. Nobody is told which questions are which."));
  }
}

function exporting() {
  const link = (href, text) => element("a", { href, download: "" }, text);
  return element("div", {}, element("h2", {}, "Export"),
    element("p", {}, "Everything that was said and decided, a row each: ",
      link("/api/export/answers.jsonl", "JSON lines"), ", ", link("/api/export/answers.csv", "CSV"), ", ", link("/api/export/answers.parquet", "Parquet")),
    element("p", {}, "What stands, with the clips: ", link("/api/export", "JSON lines"),
      "; with what was set aside, too: ", link("/api/export/set-aside", "JSON lines")));
}

const share = (one) => (one
  ? element("span", {}, percent(one.share), element("small", {}, `${Math.round(100 * one.low)}–${percent(one.high)}`), element("small", {}, `n ${one.count}`)) : "–");
// Where gold of other kinds than comparisons was asked, each kind for itself.
const gold = (one) => (one.gold && one.goldOfKinds
  ? element("span", {}, share(one.gold), one.goldOfKinds.map(({ kind, share: own }) =>
    element("small", {}, `${kind} ${own.right} of ${own.count}`))) : share(one.gold));
const time = (one) => (one
  ? element("span", {}, `${number(one.median / 1000)} s`, element("small", {}, `90 %: ${number(one.ninety / 1000)} s`)) : "–");

// On a narrow screen each person is a card, and the columns' names stand in it. Drawn so, a table is none for screen readers
// any more: the roles say that it is.
function table(people, acts) {
  const columns = [
    ["Answers", (one) => element("span", {}, String(one.answers), [one.perMinute ? `${number(one.perMinute)} a minute` : "",
      one.skipped ? `${one.skipped} skipped` : "", one.late ? `${one.late} late` : ""].filter(Boolean).map((text) => element("small", {}, text)))],
    ["Time", (one) => time(one.times)], ["Gold right", (one) => gold(one)], ["Same again", (one) => share(one.repeat)],
    ["Same mirrored", (one) => share(one.mirrored)], ["Equal seen", (one) => share(one.impossible)],
    ["Left", (one) => share(one.left)], ["Agrees", (one) => share(one.agreement)]];
  return element("table", { class: "people", role: "table" },
    element("thead", { role: "rowgroup" }, element("tr", { role: "row" }, ["Name", "Role", ...columns.map(([name]) => name)].map((name) => element("th", { scope: "col", role: "columnheader" }, name)),
      acts ? element("th", { scope: "col", role: "columnheader" }, element("span", { class: "only-read" }, "Remove or delete")) : "")),
    element("tbody", { role: "rowgroup" }, people.map((person) =>
      element("tr", { role: "row", class: person.active ? "" : "gone" },
        element("th", { scope: "row", role: "rowheader" }, person.name, person.deferred ? element("small", {}, "not asked any more") : ""),
        element("td", { role: "cell", class: "role" }, role(person, acts)),
        columns.map(([name, draw]) => [name, draw(person)]).map(([name, drawn]) =>
          element("td", { role: "cell", class: drawn === "–" ? "number nothing" : "number", "data-name": name }, drawn)),
        acts ? element("td", { role: "cell", class: "acts" }, person.name === acts.member.name ? "" : [
          person.active ? element("button", { type: "button", class: "small", "aria-label": `Remove ${person.name}`, onclick: () => acts.remove(person.name) }, "remove") : "",
          element("button", { type: "button", class: "small", "aria-label": `Delete ${person.name} and what they said`, onclick: () => acts.erase(person) }, "delete"),
        ]) : ""))));
}

function role(person, acts) {
  if (!person.active) return "removed";
  if (!acts) return person.role;
  return element("select", { "aria-label": `Role of ${person.name}`, onchange: (event) => acts.change(person.name, event.target.value) },
    roles.map((one) => element("option", { value: one, selected: one === person.role }, one)));
}
