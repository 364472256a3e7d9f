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
