// Elements from names, attributes and children; text never becomes markup.

export function element(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  return fill(node, attributes, children);
}

export function svg(name, attributes = {}, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  return fill(node, attributes, children);
}

function fill(node, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value === true ? "" : value);
  }
  for (const child of children.flat(Infinity)) if (child !== null && child !== undefined) node.append(child);
  return node;
}

// Redraws a part whose buttons have just been used: the focus moves to the button's successor.
export function redraw(place, children) {
  const buttons = () => [...place.querySelectorAll("button")];
  const name = (button) => button.getAttribute("aria-label") ?? button.textContent;
  const at = buttons().indexOf(document.activeElement);
  const called = at < 0 ? null : name(document.activeElement);
  place.replaceChildren(...children);
  if (at < 0) return;
  const all = buttons();
  (name(all[at] ?? place) === called ? all[at] : all.find((button) => name(button) === called))?.focus();
}

// Reads a sentence to users of a screen reader.
export function say(text) {
  document.getElementById("live").textContent = text;
}

export function notice(text) {
  const place = document.getElementById("notice");
  place.textContent = text ?? "";
  place.hidden = !text;
}

export function number(value) {
  if (typeof value !== "number" || !isFinite(value)) return "–";
  if (Number.isInteger(value)) return String(value);
  const size = Math.abs(value);
  return size >= 100 ? value.toFixed(0) : size >= 1 ? value.toFixed(1) : value.toFixed(2);
}

export const percent = (value) => `${Math.round(100 * value)} %`;
