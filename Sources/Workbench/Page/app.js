// The page: signing in, its three parts, and what stands at the top of all of them.

import { get, post, Refusal } from "./api.js";
import { element, notice } from "./dom.js";
import { Guide } from "./guide.js";
import { Judging } from "./judge.js";
import { listen } from "./listen.js";
import * as outbox from "./outbox.js";
import { People } from "./people.js";
import { Progress } from "./texts-progress.js";
import { Watching } from "./watch.js";

const content = document.getElementById("content");
const standing = document.getElementById("standing");

// The invitation is in the address's fragment, which browsers send nowhere; used once, it leaves the history too.
async function join() {
  const code = /^#join=([0-9a-f]+)$/.exec(location.hash)?.[1];
  if (!code) return;
  history.replaceState(null, "", location.pathname);
  try {
    await post("/api/join", { code });
  } catch (error) {
    // Not heard is not used: the code is tried again with the page.
    if (!(error instanceof Refusal)) history.replaceState(null, "", `#join=${code}`);
    notice(error.message);
  }
}

function showDoor() {
  const input = element("input", { id: "code", autocomplete: "off", required: true });
  const left = outbox.leftHere();
  content.replaceChildren(element("section", { class: "door" }, element("h2", {}, "An invitation is needed"),
    left ? element("p", { class: "unsaved" }, left) : "",
    element("p", {}, "Open the link that you were given, or put its code here. A link works once; ask for another if it was used."),
    element("form", { class: "row", onsubmit: (event) => {
      event.preventDefault();
      location.hash = `join=${input.value.trim().replace(/.*join=/, "")}`;
      location.reload();
    } }, element("label", { for: "code" }, "Code"), input, element("button", { type: "submit", class: "primary" }, "Come in"))));
}

async function start() {
  await join();
  let member, project, guide;
  try {
    member = await get("/api/me");
    project = await get("/api/project");
    guide = await Guide.load();
    outbox.reached();
  } catch (error) {
    if (error instanceof Refusal && error.status === 401) return showDoor();
    notice(outbox.unreachable());
    return setTimeout(start, 2000);
  }
  document.getElementById("title").textContent = project.title;
  document.title = `${project.title} · Pactolus`;
  outbox.openFor(member.name, project.id);

  const parts = {};
  if (member.role !== "viewer") parts.judge = new Judging(project, guide);
  if (guide.watches) parts.watch = project.texts ? new Progress() : new Watching(member);
  if (["owner", "researcher"].includes(member.role)) parts.people = new People(member, project);
  const tabs = document.getElementById("tabs");
  tabs.hidden = Object.keys(parts).length < 2;
  for (const tab of tabs.children) tab.hidden = !parts[tab.hash.slice(1)];

  let open = null;
  function show() {
    const name = parts[location.hash.slice(1)] ? location.hash.slice(1) : Object.keys(parts)[0];
    if (open === name) return;
    parts[open]?.close();
    open = name;
    for (const tab of tabs.children) {
      if (tab.hash === `#${name}`) tab.setAttribute("aria-current", "page");
      else tab.removeAttribute("aria-current");
    }
    parts[name].open(content);
  }
  addEventListener("hashchange", show);
  show();
  follow(member, parts);
}

function follow(member, parts) {
  let status = null;
  let isOffline = false;
  function draw() {
    const waiting = outbox.waiting();
    // Of this person: who watches the run is told of everybody's answers, too.
    const own = status?.own ?? status?.answers;
    const unsaved = waiting ? `${waiting} ${waiting === 1 ? "answer" : "answers"} not stored yet${isOffline ? ", trying again" : ""}` : "";
    standing.replaceChildren(
      element("span", {}, status ? status.message : ""),
      element("span", { class: unsaved ? "unsaved" : "", id: "unsaved" }, unsaved),
      element("span", {}, [...new Set([member.name, member.role])].join(", "),
        status ? [`, ${own} ${own === 1 ? "answer" : "answers"}`, element("span", { class: "long" }, " stored")] : ""));
    drawRefusals(outbox.refused());
  }
  outbox.onChange((failed = false) => {
    isOffline = failed;
    draw();
  });
  listen((news) => {
    outbox.reached();
    status = news;
    parts.watch?.update(status);
    if (status.rewardRound !== undefined) parts.judge?.rewardTrained(status.rewardRound);
    if (status.stepsWaiting) parts.judge?.stepWaits();
    draw();
  }, () => notice("You are signed out here. Ask for a new link."));
  draw();
}

// Answers that the server did not take stay until they were seen: nothing is discarded silently.
function drawRefusals(refusals) {
  const place = document.getElementById("refusals");
  const text = refusals.map((one) => one.body.id).join();
  if (place.dataset.shown === text) return;
  place.dataset.shown = text;
  place.hidden = !refusals.length;
  place.replaceChildren(...(refusals.length ? [
    element("span", {}, refusals.length === 1
      ? `Your answer was not taken: ${refusals[0].refused}. `
      : `${refusals.length} answers were not taken; the last: ${refusals.at(-1).refused}. `),
    element("button", { type: "button", class: "small", onclick: () => refusals.forEach((one) => outbox.forget(one.body.id)) }, "Seen"),
  ] : []));
}

start();
