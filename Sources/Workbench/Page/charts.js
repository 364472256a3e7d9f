// Small charts for the live page: lines over steps, calibration, a map of the reward.

import { element, number, percent, svg } from "./dom.js";

const width = 420;
const height = 190;
const edge = { left: 46, right: 10, top: 10, bottom: 26 };

function scale(low, high, from, to) {
  const span = high - low || 1;
  return (value) => from + ((value - low) / span) * (to - from);
}

function ticks(low, high, count = 4) {
  const raw = (high - low || 1) / count;
  const size = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((one) => one * size).find((one) => one >= raw);
  const all = [];
  for (let value = Math.ceil(low / step) * step; value <= high + step * 1e-9; value += step) all.push(value);
  return all;
}

const short = (value) => (Math.abs(value) >= 1000 ? `${number(value / 1000)}k` : String(Number(value.toPrecision(3))));

export function lineChart({ title, caption, lines }) {
  const points = lines.flatMap((line) => line.points);
  const [xs, ys] = [points.map((one) => one[0]), points.map((one) => one[1])];
  const [low, high] = [Math.min(...ys), Math.max(...ys)];
  const margin = (high - low || Math.abs(high) || 1) * 0.06;
  const x = scale(Math.min(...xs), Math.max(...xs), edge.left, width - edge.right);
  const y = scale(low - margin, high + margin, height - edge.bottom, edge.top);
  const last = lines.map((line) => `${line.name} ${number(line.points.at(-1)?.[1])}`).join(", ");
  const drawing = svg("svg", { class: "chart", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `${title}: ${last}` },
    ticks(low - margin, high + margin).map((tick) => [
      svg("line", { class: "grid", x1: edge.left, x2: width - edge.right, y1: y(tick), y2: y(tick) }),
      svg("text", { class: "tick end", x: edge.left - 6, y: y(tick) + 4 }, short(tick))]),
    ticks(Math.min(...xs), Math.max(...xs), 3).map((tick) => svg("text", { class: "tick middle", x: x(tick), y: height - 8 }, short(tick))),
    lines.map((line, index) => [
      svg("polyline", { class: `series series-${index}`, points: line.points.map((one) => `${x(one[0])},${y(one[1])}`).join(" ") }),
      svg("circle", { class: `dot series-${index}`, cx: x(line.points.at(-1)[0]), cy: y(line.points.at(-1)[1]), r: 3.5 })]));
  return element("figure", { class: "card" }, element("h3", {}, title),
    element("ul", { class: "legend" }, lines.map((line, index) =>
      element("li", {}, element("span", { class: `swatch series-${index}`, "aria-hidden": "true" }), `${line.name}: `,
        element("b", {}, number(line.points.at(-1)?.[1]))))),
    drawing, element("figcaption", {}, `over the agent's steps${caption ? `; ${caption}` : ""}`));
}

export function calibrationChart({ points }) {
  const x = scale(0, 1, edge.left, width - edge.right);
  const y = scale(0, 1, height - edge.bottom, edge.top);
  const text = points.map((one) => `predicted ${percent(one[0])}, observed ${percent(one[1])}`).join("; ");
  return element("figure", { class: "card" }, element("h3", {}, "Is it as sure as it should be?"),
    svg("svg", { class: "chart", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `Calibration: ${text}` },
      [0, 0.5, 1].map((tick) => [
        svg("line", { class: "grid", x1: edge.left, x2: width - edge.right, y1: y(tick), y2: y(tick) }),
        svg("text", { class: "tick end", x: edge.left - 6, y: y(tick) + 4 }, percent(tick)),
        svg("text", { class: "tick middle", x: x(tick), y: height - 8 }, percent(tick))]),
      svg("line", { class: "diagonal", x1: x(0), y1: y(0), x2: x(1), y2: y(1) }),
      points.map(([predicted, observed, low, high, count]) => [
        svg("line", { class: "whisker", x1: x(predicted), x2: x(predicted), y1: y(low), y2: y(high) }),
        svg("circle", { class: "dot series-0", cx: x(predicted), cy: y(observed), r: 3 + Math.min(4, Math.sqrt(count) / 3) })])),
    element("figcaption", {}, "predicted before the answer was known (across), and how often it came true (up), with 95 % intervals"));
}

export function heatMap(heat) {
  const [low, high] = [Math.min(...heat.values), Math.max(...heat.values)];
  const canvas = element("canvas", { class: "heat", width: heat.columns, height: heat.rows, role: "img",
    "aria-label": `${heat.title}, from ${number(low)} to ${number(high)}` });
  const context = canvas.getContext("2d");
  const image = context.createImageData(heat.columns, heat.rows);
  heat.values.forEach((value, index) => {
    const share = high > low ? (value - low) / (high - low) : 0.5;
    const [row, column] = [Math.floor(index / heat.columns), index % heat.columns];
    const place = 4 * ((heat.rows - 1 - row) * heat.columns + column);
    // Dark blue through teal to yellow: readable without colours too, since it only grows lighter.
    image.data[place] = 24 + 230 * share ** 1.6;
    image.data[place + 1] = 40 + 170 * share;
    image.data[place + 2] = 92 + 60 * Math.sin(Math.PI * share) - 30 * share;
    image.data[place + 3] = 255;
  });
  context.putImageData(image, 0, 0);
  return element("figure", { class: "card" }, element("h3", {}, heat.title), canvas,
    element("figcaption", {}, `across: ${heat.x.name} (${number(heat.x.low)} to ${number(heat.x.high)}); up: ${heat.y.name} `
      + `(${number(heat.y.low)} to ${number(heat.y.high)}); dark ${number(low)}, light ${number(high)}`));
}
