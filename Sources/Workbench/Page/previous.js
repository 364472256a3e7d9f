// What was answered before it was taken back, in words.

// As the server keeps them.
const nonAnswers = { "cant-tell": "can't tell", skipped: "skipped", "broken clip": "skipped, broken" };

const sides = { first: "left is better", second: "right is better", tie: "about equal" };

const replies = { first: "A is better", second: "B is better", tie: "about equal" };

// By the form of the reply; an offer is shown by its own text.
const words = {
  compare: ({ answer, strongly }, texts) => `${(texts ? replies : sides)[answer] ?? answer}${strongly ? ", strongly" : ""}`,
  order: ({ groups }) => groups.map((group) => group.map((clip) => clip + 1).join(" = ")).join(", then "),
  curve: () => "a curve",
  moments: ({ best, worst }) => `best in segment ${best + 1}, worst in segment ${worst + 1}`,
  trajectory: ({ step }) => (step >= 0 ? `you took over at step ${step}` : "by acting yourself"),
  formula: ({ formula }) => `${formula}`,
  states: () => "a state that you made",
  text: ({ text }) => `“${text}”`,
};

// Whether two pieces of JSON are the same, whatever the order of their keys; null and nothing are.
function same(one, other) {
  if (one === null || other === null || typeof one !== "object" || typeof other !== "object") return (one ?? null) === (other ?? null);
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].every((key) => same(one[key] ?? null, other[key] ?? null));
}

export function describe({ reply, texts, previous: { content, nonAnswer, reason } }) {
  if (nonAnswer === "not understood") return `“${reason}”, which was not understood`;
  if (nonAnswer) return nonAnswers[nonAnswer] ?? nonAnswer;
  const [form] = Object.keys(reply);
  const offers = reply[form]._0 ?? reply[form].others ?? [];
  const offer = offers.find((one) => same(one.content, content));
  return offer?.text ?? words[form]?.(content ?? {}, texts) ?? "an answer";
}
