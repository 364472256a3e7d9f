// Which key does what. Every binding stands on its button, and can be changed; changes stay in this browser.

const standard = {
  left: { keys: ["ArrowLeft"], text: "prefer the left one" },
  right: { keys: ["ArrowRight"], text: "prefer the right one" },
  tie: { keys: ["ArrowDown", "="], text: "about equal" },
  cannotTell: { keys: ["?"], text: "can't tell" },
  skip: { keys: ["s"], text: "skip, with a reason" },
  undo: { keys: ["u", "Backspace"], text: "take the last answer back" },
  play: { keys: [" "], text: "play or pause" },
  back: { keys: [","], text: "one step back" },
  forward: { keys: ["."], text: "one step on" },
  slower: { keys: ["["], text: "slower" },
  faster: { keys: ["]"], text: "faster" },
  differences: { keys: ["d"], text: "mark the differences of two texts" },
  submit: { keys: ["Enter"], text: "give the answer" },
  help: { keys: ["h"], text: "all keys" },
  guide: { keys: ["g"], text: "the goal, and what the picture shows" },
  history: { keys: ["l"], text: "your last answers" },
  whatIf: { keys: ["f"], text: "what if something else had been done" },
  sure: { keys: ["i"], text: "how sure the machine is" },
};

const stored = "pactolus-keys";

function changes() {
  try {
    return JSON.parse(localStorage.getItem(stored)) ?? {};
  } catch {
    return {};
  }
}

export const actions = Object.keys(standard);
// Keys of the question as a whole: they do what they do also while the person acts.
export const questionKeys = ["undo", "skip", "cannotTell", "help"];
export const text = (action) => standard[action].text;
export const keysOf = (action) => changes()[action] ?? standard[action].keys;

export function rebind(action, key) {
  const all = changes();
  // A key does one thing.
  for (const other of actions) {
    const rest = keysOf(other).filter((one) => one !== key);
    if (other !== action && rest.length !== keysOf(other).length) all[other] = rest;
  }
  all[action] = [key];
  localStorage.setItem(stored, JSON.stringify(all));
}

export function reset() {
  localStorage.removeItem(stored);
}

const spare = [..."1234567890abcdefghijklmnopqrstuvwxyz"];

// Keys for so many options: digits, then letters that nothing else has. There are more options than keys only beyond thirty.
export function optionKeys(count, taken = []) {
  const used = new Set([...actions.flatMap(keysOf), ...taken]);
  return spare.filter((key) => !used.has(key)).slice(0, count);
}

// Which of the options a pressed key means; −1 for none.
export function optionOf(event, keys) {
  if (event.ctrlKey || event.metaKey || event.altKey) return -1;
  // With shift a digit is another character; where the key lies is the same.
  const digit = /^Digit([0-9])$/.exec(event.code)?.[1];
  return keys.indexOf(event.shiftKey && digit ? digit : event.key.toLowerCase());
}

// What a pressed key means; nil for nothing.
export function actionOf(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  // With shift or caps lock a letter is still that letter: a strong preference needs shift, whatever its key.
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return actions.find((action) => keysOf(action).includes(event.key)) ?? actions.find((action) => keysOf(action).includes(key)) ?? null;
}

const signs = { ArrowLeft: "←", ArrowRight: "→", ArrowDown: "↓", ArrowUp: "↑", " ": "space", Enter: "⏎", Backspace: "⌫" };

export const sign = (key) => signs[key] ?? key;
export const signsOf = (action) => keysOf(action).map(sign).join(" ");
