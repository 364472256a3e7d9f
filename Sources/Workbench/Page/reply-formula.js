// A formula that the person writes: checked while it is written, with what it gives each clip.

import { post } from "./api.js";
import { element, number, say, svg } from "./dom.js";
import { clips, view } from "./clips.js";
import { optionKeys, optionOf, sign } from "./keys.js";

const [writeKey, clearKey] = ["e", "x"];
const [width, height] = [240, 36];

// Under each clip: what the formula gives it, and how that goes over its steps.
function effect(figure) {
  const line = svg("polyline", { class: "curve" });
  const cursor = svg("line", { class: "cursor", y1: 0, y2: height });
  const sum = element("output", { class: "worth" });
  figure.append(element("div", { class: "effect" },
    svg("svg", { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", "aria-hidden": "true" }, line, cursor), sum));
  let last = 1;
  return {
    draw(rewards, low, high, isMost) {
      last = Math.max(1, rewards.length - 1);
      const y = (value) => height - 3 - ((value - low) / (high - low || 1)) * (height - 6);
      line.setAttribute("points", rewards.map((value, step) => `${(step / last) * width},${y(value)}`).join(" "));
      sum.textContent = rewards.length ? `${number(rewards.reduce((all, one) => all + one, 0))}${isMost ? ", the most" : ""}` : "";
      figure.classList.toggle("is-most", isMost);
    },
    frame(step) {
      const x = (Math.min(step, last) / last) * width;
      cursor.setAttribute("x1", x);
      cursor.setAttribute("x2", x);
    },
  };
}

export function formula(question, give) {
  const { features } = question.reply.formula;
  const keys = optionKeys(features.length, [writeKey, clearKey]);
  let effects = [];
  let valid = null;
  let turn = 0;
  let timer = null;
  const { node, figures, player } = clips(question, { onFrame: (step) => effects.forEach((one) => one.frame(step)) });
  effects = figures.map(effect);
  const seen = element("p", { class: "readout", role: "status", id: "understood" });
  const input = element("input", { id: "formula", maxlength: 300, autocomplete: "off", autocapitalize: "off", spellcheck: "false",
    placeholder: features.length > 1 ? `${features[0]} − 0.1 · ${features[1]}` : features[0], "aria-describedby": "understood",
    oninput: () => later() });
  const done = element("button", { type: "submit", class: "primary", disabled: true }, "This is it ", element("kbd", {}, sign("Enter")));
  const form = element("form", { class: "row", onsubmit: (event) => {
    event.preventDefault();
    finish();
  } }, element("label", { for: "formula" }, "Formula ", element("kbd", {}, writeKey)), input, done);
  input.addEventListener("keydown", (event) => event.key === "Escape" && input.blur());
  const chips = element("div", { class: "features", role: "group", "aria-label": "Features" },
    features.map((feature, index) => element("span", { class: "feature" },
      element("button", { type: "button", class: "small", onclick: () => add(feature, 1) },
        keys[index] ? element("kbd", {}, keys[index]) : "", ` + ${feature}`),
      element("button", { type: "button", class: "small", "aria-label": `− ${feature}`, onclick: () => add(feature, -1) },
        keys[index] ? element("kbd", {}, `⇧${keys[index]}`) : "", " −"))));
  const clear = element("button", { type: "button", class: "small", onclick: () => write("") }, "clear ", element("kbd", {}, clearKey));

  function write(text) {
    input.value = text;
    check();
  }

  function add(feature, way) {
    const text = input.value.trim();
    write(text ? `${text} ${way > 0 ? "+" : "−"} ${feature}` : way > 0 ? feature : `−${feature}`);
  }

  function later() {
    valid = null;
    done.disabled = true;
    clearTimeout(timer);
    timer = setTimeout(check, 200);
  }

  function show(rewards) {
    const all = rewards.flat();
    const sums = rewards.map((one) => one.reduce((sum, value) => sum + value, 0));
    const [low, high, most] = [Math.min(...all), Math.max(...all), Math.max(...sums)];
    effects.forEach((one, index) => one.draw(rewards[index] ?? [], low, high, rewards.length > 0 && sums[index] === most));
  }

  async function check() {
    clearTimeout(timer);
    const text = input.value.trim();
    const mine = ++turn;
    valid = null;
    done.disabled = true;
    input.removeAttribute("aria-invalid");
    if (!text) {
      seen.textContent = "";
      return show([]);
    }
    try {
      const found = await post("/api/preview", { question: question.id, content: { formula: text } });
      if (mine !== turn) return;
      seen.textContent = found.message;
      show(found.rewards);
      valid = found.returns.length ? text : null;
      done.disabled = !valid;
      if (!valid) input.setAttribute("aria-invalid", "true");
    } catch (error) {
      if (mine === turn) seen.textContent = error.message;
    }
  }

  const finish = () => (valid ? give({ formula: valid }) : say("The formula is not understood yet."));
  const all = element("div", {}, node, form, element("div", { class: "check" }, seen, clear), chips);
  const result = view(all, player, (event, action) => {
    const index = optionOf(event, keys);
    if (index >= 0) add(features[index], event.shiftKey ? -1 : 1);
    // After the key, which would be written into it.
    else if (event.key === writeKey) setTimeout(() => input.focus());
    else if (event.key === clearKey) write("");
    else if (action === "submit") finish();
    else return false;
    return true;
  });
  const { stop } = result;
  result.stop = () => {
    clearTimeout(timer);
    turn++;
    stop();
  };
  return result;
}
