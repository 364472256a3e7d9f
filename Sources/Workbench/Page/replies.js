// The view of each kind of question: what is drawn, which keys it has, and what its answer's content is.
//
// A view has node, key(event, action) → whether it was its key, pause() and stop().

import { compare } from "./reply-compare.js";
import { pick, rate } from "./reply-pick.js";
import { order } from "./reply-order.js";
import { sketch } from "./reply-sketch.js";
import { moments } from "./reply-moments.js";
import { act } from "./reply-act.js";
import { formula, features, sentence } from "./reply-words.js";

export function makeReply(question, project, give) {
  if (question.kind === "comparison") return compare(question, give);
  const [form] = Object.keys(question.reply);
  switch (form) {
    case "rating": return rate(question, give);
    case "order": return order(question, give);
    case "curve": return sketch(question, give);
    case "moments": return moments(question, give);
    case "trajectory": return act(question, project, give);
    case "formula": return formula(question, give);
    case "features": return features(question, give);
    case "text": return sentence(question, give);
    default: return pick(question, give);
  }
}
