// A sentence that is not understood: said before it is given, and kept for the owner if the person stands by it.

import { post } from "./api.js";
import { say } from "./dom.js";

const insisted = new Map();

// Gives the sentence at once if it is understood. Otherwise the place says why not; given a second time unchanged, it is
// handed in as it is.
export async function handIn(question, text, place, give) {
  if (insisted.get(question.id) === text) return give({ text });
  let seen;
  try {
    seen = await post("/api/preview", { question: question.id, content: { text } });
  } catch {
    // Nobody to ask: the answer waits in the outbox like any other.
    return give({ text });
  }
  if (seen.understood) return give({ text });
  insisted.set(question.id, text);
  place.textContent = `${seen.message}. Change it; or give it again as it is: then the agent does not learn from it, but the owner reads it.`;
  say(place.textContent);
}
