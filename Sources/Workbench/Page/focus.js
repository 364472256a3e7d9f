// After an answer the focus is where it was: on the button of the same name, or else, where the next question is answered in the
// same way, at the same place of the same group. It is never in a field to write into, which would take the keys for itself.
// Who uses a mouse keeps no focus: the space bar plays the clip for them, and presses no button.

const reachable = "button, a[href], input[type=range], summary";
const regions = ".others, .player-controls, .clip, .choices, .verdicts, .row, form";

// What had the focus and has no successor yet: while the agent learns there is no question.
let waiting = null;

const name = (node) => node.getAttribute("aria-label") ?? node.textContent.trim();
const way = (place) => place.querySelector(".reply")?.className ?? "";
const shown = (node) => !node.disabled && node.getClientRects().length > 0;

function describe(place) {
  const node = document.activeElement;
  if (!node || node === place || !place.contains(node) || !node.matches(":focus-visible")) return null;
  const region = node.closest(regions);
  return {
    way: way(place), action: node.dataset.action, name: name(node), region: region?.className ?? "",
    at: region ? [...region.querySelectorAll(reachable)].indexOf(node) : -1 };
}

function successor(place, was) {
  const all = [...place.querySelectorAll(reachable)].filter(shown);
  const called = all.find((node) => was.action === node.dataset.action && name(node) === was.name);
  if (called) return called;
  if (was.way !== way(place)) return null;
  const region = [...place.querySelectorAll(regions)].find((one) => one.className === was.region);
  const there = region ? [...region.querySelectorAll(reachable)].filter(shown) : [];
  return there[Math.min(was.at, there.length - 1)] ?? null;
}

export function keepFocus(place, change) {
  const isFree = document.activeElement === document.body || document.activeElement === place;
  const was = describe(place) ?? (isFree ? waiting : null);
  change();
  waiting = null;
  if (!was) return;
  const node = successor(place, was);
  if (!node) waiting = was;
  // Without a successor the part itself holds the place, so that the next tab goes on from there.
  (node ?? place).focus({ preventScroll: true });
}
