// Answers on their way: kept in this browser until the server has them on disk, and sent again for as long as it takes.

import { post, Refusal } from "./api.js";

const key = "pactolus-outbox";
const listeners = new Set();
let sending = false;
let pause = 500;
let person = "";
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
  for (const listener of listeners) listener(answers.filter((one) => !one.refused).length);
}

// Answers of another person who used this browser stay theirs.
export function openFor(name) {
  person = name;
  send();
}

export const waiting = () => load().filter((one) => one.person === person && !one.refused).length;

// Questions whose answers are on their way.
export const questions = () => load().filter((one) => one.person === person && !one.refused).map((one) => one.body.question);

export const refused = () => load().filter((one) => one.person === person && one.refused);

export const forget = (id) => save(load().filter((one) => one.body.id !== id));

export function onChange(listener) {
  listeners.add(listener);
}

export function put(body) {
  save([...load(), { person, body }]);
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
      const next = load().find((one) => one.person === person && !one.refused);
      if (!next) break;
      try {
        await post("/api/answers", next.body);
        forget(next.body.id);
        pause = 500;
      } catch (error) {
        // What the server understood and refused is shown; anything else, the network or a busy server, is tried again.
        if (error instanceof Refusal && [400, 409, 413].includes(error.status)) {
          save(load().map((one) => (one.body.id === next.body.id ? { ...one, refused: error.message } : one)));
        } else {
          for (const listener of listeners) listener(waiting(), true);
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
