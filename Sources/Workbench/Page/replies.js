// The view of each form of reply: what is drawn, which keys it has, and what the answer's content is. The question says
// which form it has, whatever its kind.
//
// A view has node, key(event, action) → whether it was its key, pause() and stop().

import { compare } from "./reply-compare.js";
import { pick } from "./reply-pick.js";
import { order } from "./reply-order.js";
import { sketch } from "./reply-sketch.js";
import { moments } from "./reply-moments.js";
import { act } from "./reply-act.js";
import { formula } from "./reply-formula.js";
import { states } from "./reply-states.js";
import { judgeTexts } from "./reply-text.js";
import { sentence } from "./reply-words.js";

export function makeReply(question, project, give) {
  if (question.texts) return judgeTexts(question, give);
  const reply = make(question, project, give);
  const [form] = Object.keys(question.reply);
  reply.node.classList.add("reply", `form-${form}`);
  // Broad pictures stand two in a row on a phone, others in one row.
  const [clip] = question.clips;
  if (clip && clip.width > 1.3 * clip.height) reply.node.classList.add("is-broad");
  return reply;
}

function make(question, project, give) {
  const [form] = Object.keys(question.reply);
  switch (form) {
    case "compare": return compare(question, give);
    case "states": return states(question, project, give);
    case "order": return order(question, give);
    case "curve": return sketch(question, give);
    case "moments": return moments(question, give);
    case "trajectory": return act(question, project, give);
    case "formula": return formula(question, give);
    case "text": return sentence(question, give);
    default: return pick(question, give);
  }
}
