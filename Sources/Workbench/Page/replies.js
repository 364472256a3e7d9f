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
import { formula, sentence } from "./reply-words.js";
import { judgeTexts } from "./reply-text.js";

export function makeReply(question, project, give) {
  if (question.texts) return judgeTexts(question, give);
  const [form] = Object.keys(question.reply);
  switch (form) {
    case "compare": return compare(question, give);
    case "order": return order(question, give);
    case "curve": return sketch(question, give);
    case "moments": return moments(question, give);
    case "trajectory": return act(question, project, give);
    case "formula": return formula(question, give);
    case "text": return sentence(question, give);
    default: return pick(question, give);
  }
}
