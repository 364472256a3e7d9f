// Texts to judge: two replies side by side, or one completion and its verdict.

import { compareTexts } from "./reply-text-compare.js";
import { judgeCompletion } from "./reply-text-verdict.js";

export function judgeTexts(question, give) {
  return question.reply.compare ? compareTexts(question, give) : judgeCompletion(question, give);
}
