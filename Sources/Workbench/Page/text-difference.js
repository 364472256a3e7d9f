// What is only in one of two texts: ranges of letters in each, by the longest common run of words.

// The table of lengths has at most so many cells; longer texts are compared line by line.
const cells = 4_000_000;

const words = /\s+|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu;
const lines = /[^\n]*\n|[^\n]+/g;

function pieces(text, pattern) {
  return [...text.matchAll(pattern)].map((match) => ({ text: match[0].trim() || " ", from: match.index, to: match.index + match[0].length }));
}

function compare(a, b) {
  let start = 0;
  while (start < a.length && start < b.length && a[start].text === b[start].text) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end).text === b.at(-1 - end).text) end += 1;
  const [x, y] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  const width = y.length + 1;
  if ((x.length + 1) * width > cells) return null;
  // length[i, j]: of the longest common run of x from i and y from j.
  const length = new Uint16Array((x.length + 1) * width);
  for (let i = x.length - 1; i >= 0; i -= 1) {
    for (let j = y.length - 1; j >= 0; j -= 1) {
      length[i * width + j] = x[i].text === y[j].text
        ? length[(i + 1) * width + j + 1] + 1 : Math.max(length[(i + 1) * width + j], length[i * width + j + 1]);
    }
  }
  const only = { first: [], second: [] };
  let [i, j] = [0, 0];
  while (i < x.length || j < y.length) {
    if (i < x.length && j < y.length && x[i].text === y[j].text) [i, j] = [i + 1, j + 1];
    else if (j >= y.length || (i < x.length && length[(i + 1) * width + j] >= length[i * width + j + 1])) only.first.push(x[i++]);
    else only.second.push(y[j++]);
  }
  return only;
}

// Pieces with nothing but white space between them become one range; white space alone is not marked.
function ranges(found, text) {
  const merged = [];
  for (const { from, to } of found) {
    if (!text.slice(from, to).trim()) continue;
    if (merged.length && !text.slice(merged.at(-1)[1], from).trim()) merged.at(-1)[1] = to;
    else merged.push([from, to]);
  }
  return merged;
}

// Ranges [from, to] of what is only in the first and only in the second; null where the texts are too long for that.
export function difference(first, second) {
  const found = compare(pieces(first, words), pieces(second, words)) ?? compare(pieces(first, lines), pieces(second, lines));
  if (!found) return null;
  return { first: ranges(found.first, first), second: ranges(found.second, second) };
}
