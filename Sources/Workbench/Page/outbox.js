// Answers on their way: kept in this browser until the server has them on disk, and sent again for as long as it takes.

import { post, Refusal } from "./api.js";
import { notice } from "./dom.js";

const key = "pactolus-outbox";
const listeners = new Set();
let sending = false;
let pause = 500;
let person = "";
let project = "";
// When the server was last found to be gone; null while it is there.
let goneSince = null;
// Where the browser refuses to store (no room, or forbidden), answers are at least kept as long as the page is open.
let inMemory = null;

function load() {
  if (inMemory) return inMemory;
  try {
    return JSON.parse(localStorage.getItem(key)) ?? [];
  } catch {
    return [];
  }
}

function save(answers) {
  try {
    localStorage.setItem(key, JSON.stringify(answers));
    inMemory = null;
  } catch {
    inMemory = answers;
  }
  for (const listener of listeners) listener();
}

// Answers of another person who used this browser stay theirs, and answers to another run that was served here wait for
// that run. Those of earlier versions of this page do not say whose they are.
export function openFor(name, run) {
  person = name;
  project = run;
  send();
}

const isOwn = (one) => one.person === person && (one.body.project ?? project) === project;
const unsent = () => load().filter((one) => !one.refused);

export const waiting = () => unsent().filter(isOwn).length;

// Whoever's and whichever run's.
export const waitingElsewhere = () => unsent().length - waiting();

// Questions whose answers are on their way.
export const questions = () => unsent().filter(isOwn).map((one) => one.body.question);

export const refused = () => load().filter((one) => isOwn(one) && one.refused);

const answers = (count) => `${count} ${count === 1 ? "answer waits" : "answers wait"} in this browser`;

// What to say when the server does not answer. A run takes its former port when it is started again, unless another
// program has it.
export function unreachable() {
  goneSince ??= Date.now();
  const count = unsent().length;
  return "The workbench cannot be reached; trying again." + (count ? ` ${answers(count)} until it is back.` : "")
    + (Date.now() - goneSince > 20000 && location.port ? ` This page finds it at port ${location.port} alone: start it with --port ${location.port}.` : "");
}

// Whoever hears of the server says so: then the notice goes.
export function reached() {
  if (goneSince === null) return;
  goneSince = null;
  notice("");
}

// What other runs, or other people, have left here; nothing if there is nothing.
export function leftHere() {
  const count = waitingElsewhere();
  return count ? `${answers(count)}. They are sent when whoever gave them is signed in to that run again, at this address.` : "";
}

export const forget = (id) => save(load().filter((one) => one.body.id !== id));

export function onChange(listener) {
  listeners.add(listener);
}

export function put(body) {
  save([...load(), { person, body: { ...body, project } }]);
  send();
}

// Resolves when nothing waits any more.
export async function empty() {
  while (waiting() > 0) await new Promise((done) => setTimeout(done, 30));
}

async function send() {
  if (sending) return;
  sending = true;
  try {
    for (;;) {
      const next = unsent().find(isOwn);
      if (!next) break;
      try {
        await post("/api/answers", next.body);
        forget(next.body.id);
        reached();
        pause = 500;
      } catch (error) {
        // What the server understood and refused is shown; anything else, the network or a busy server, is tried again.
        if (error instanceof Refusal && [400, 409, 413].includes(error.status)) {
          save(load().map((one) => (one.body.id === next.body.id ? { ...one, refused: error.message } : one)));
        } else {
          for (const listener of listeners) listener(true);
          await new Promise((done) => setTimeout(done, pause));
          pause = Math.min(10000, pause * 1.6);
        }
      }
    }
  } finally {
    sending = false;
  }
}

addEventListener("online", () => {
  pause = 500;
});
