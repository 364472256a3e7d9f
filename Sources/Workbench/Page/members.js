// Invitations and sessions, which an owner can end, and what was done by whom.

import { get, post } from "./api.js";
import { ask } from "./ask.js";
import { element, notice, say } from "./dom.js";

// Times come in milliseconds since 1970, or in seconds.
const date = (time) => new Date(time > 1e11 ? time : time * 1000);
const moment = (time) => date(time).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });

// A list that is fetched again: what has the focus is not swept away, and what did not change is left alone.
class List {
  constructor(title, path, empty) {
    [this.path, this.empty] = [path, empty];
    this.list = element("ul", { class: "figures" });
    this.summary = element("summary", {}, title);
    this.title = title;
    this.node = element("details", { class: "list" }, this.summary, this.list);
  }

  async load() {
    let items;
    try {
      items = await get(this.path);
    } catch (error) {
      // A server that does not list them.
      if (![404, 405].includes(error.status)) throw error;
      return (this.node.hidden = true);
    }
    const text = JSON.stringify(items);
    if (this.text === text || this.list.contains(document.activeElement)) return;
    this.text = text;
    this.summary.textContent = `${this.title} (${this.count(items)})`;
    this.list.replaceChildren(...(items.length ? items.map((one) => this.draw(one)) : [element("li", {}, this.empty)]));
  }

  count(items) {
    return items.length;
  }

  async end(path, id, words) {
    try {
      await post(path, { id });
      say(words);
      notice("");
    } catch (error) {
      notice(error.message);
    }
    document.activeElement?.blur();
    await this.load();
  }
}

export class Invitations extends List {
  constructor() {
    super("Invitations", "/api/invites", "Nobody was invited.");
  }

  state(one) {
    if (one.used) return `used ${moment(one.used)}`;
    if (one.expires && date(one.expires) < new Date()) return `expired ${moment(one.expires)}`;
    return one.expires ? `open until ${moment(one.expires)}` : "open";
  }

  count(items) {
    return `${items.filter((one) => this.state(one).startsWith("open")).length} open`;
  }

  draw(one) {
    const state = this.state(one);
    return element("li", {}, element("span", {}, element("b", {}, one.name), ` as ${one.role}`),
      element("span", {}, `${state}, made ${moment(one.created)}`),
      state.startsWith("open") ? element("button", { type: "button", class: "small", "aria-label": `Revoke the invitation of ${one.name}`,
        onclick: () => this.end("/api/invites/revoke", one.id, "The invitation no longer works") }, "revoke") : "");
  }
}

export class Sessions extends List {
  constructor() {
    super("Sessions", "/api/sessions", "Nobody is signed in.");
  }

  draw(one) {
    return element("li", {}, element("b", {}, one.person), element("span", {}, `signed in ${moment(one.created)}, last seen ${moment(one.seen)}`),
      element("button", { type: "button", class: "small", "aria-label": `End the session of ${one.person} of ${moment(one.created)}`, onclick: async () => {
        if (await ask("End this session?", `${one.person} is signed out there and needs a new invitation to come back. Answers stay.`, "End it")) {
          await this.end("/api/sessions/end", one.id, "The session has ended");
        }
      } }, "end"));
  }
}

// One sentence for each kind of entry.
const sentences = {
  invited: (one) => `invited ${one.subject} ${one.details}`,
  "invitation revoked": (one) => `revoked the invitation of ${one.subject}`,
  joined: () => "joined",
  removed: (one) => `removed ${one.subject}`,
  "role changed": (one) => `changed the role of ${one.subject}: ${one.details}`,
  "settings changed": (one) => `changed settings: ${one.details}`,
  paused: () => "paused the agent",
  resumed: () => "let the agent go on",
  exported: (one) => `exported ${one.subject}`,
  "session ended": (one) => `ended a session of ${one.subject}`,
  "data deleted": (one) => `deleted the data of ${one.subject}`,
  decided: (one) => `decided about ${one.subject}: ${one.details}`,
  "decision withdrawn": (one) => `withdrew the decision about ${one.subject}`,
};

export class Log extends List {
  constructor() {
    super("What was done", "/api/audit", "Nothing yet.");
  }

  count(items) {
    return items.length < 200 ? items.length : "the latest 200";
  }

  draw(one) {
    return element("li", {}, element("time", { datetime: date(one.time).toISOString() }, moment(one.time)),
      element("span", {}, element("b", {}, one.person ?? "At this computer"), ` ${sentences[one.action]?.(one) ?? one.action}`));
  }
}
