// What was answered before it was taken back, in words.

const nonAnswers = { "cannot-tell": "can't tell", skip: "skipped", broken: "skipped, the clip is broken" };

const sides = { first: "left is better", second: "right is better", tie: "about equal" };

const words = {
  comparison: ({ answer, strongly }) => `${sides[answer] ?? answer}${strongly ? ", strongly" : ""}`,
  rating: ({ rating }, { ratings }) => ratings?.[rating],
  "best-of-k": ({ best }) => `clip ${best + 1}`,
  evaluation: ({ good }) => (good ? "well done" : "not well done"),
  ranking: ({ groups }) => groups.map((group) => group.map((clip) => clip + 1).join(" = ")).join(", then "),
  "reward-sketch": () => "a curve",
  credit: ({ best, worst }) => `best in stretch ${best + 1}, worst in stretch ${worst + 1}`,
  "feature-highlight": ({ feature, more }) => `${more ? "more" : "less"} ${feature} is better`,
  demonstration: () => "by acting yourself",
  correction: ({ version }) => (version === 0 ? "it was right as it went" : version > 0 ? `version ${version}` : "by acting yourself"),
  intervention: ({ continuation, step }) =>
    continuation >= 0 ? `continuation ${continuation + 1}` : step >= 0 ? `you took over at step ${step}` : "let it go on",
  "off-switch": ({ moment }, { moments }) => (moment >= 0 ? `switch off at step ${moments?.[moment] ?? moment}` : "let it go on"),
  "goal-state": ({ state }) => `state ${state + 1}`,
  "state-of-the-world": ({ state }) => `state ${state}`,
  "optimal-action": ({ action }) => `choice ${action + 1}`,
  "proxy-reward": ({ proxy }) => `formula ${proxy + 1}`,
  language: ({ text }) => `“${text}”`,
};

export function describe({ kind, details, previous: { content, nonAnswer } }) {
  if (nonAnswer) return nonAnswers[nonAnswer] ?? nonAnswer;
  return words[kind]?.(content ?? {}, details ?? {}) ?? "an answer";
}
