// Requests as the server wants them.

export class Refusal extends Error {
  constructor(status, problem) {
    super(problem.error + (problem.remedy ? `; ${problem.remedy}` : ""));
    this.status = status;
  }
}

async function request(path, options) {
  const response = await fetch(path, { credentials: "same-origin", cache: "no-store", ...options });
  let body = {};
  try {
    body = await response.json();
  } catch {
    body = { error: "the answer of the server cannot be read" };
  }
  if (!response.ok) throw new Refusal(response.status, body);
  return body;
}

export const get = (path) => request(path, { method: "GET" });

export const post = (path, body) =>
  request(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Pactolus": "1" },
    body: JSON.stringify(body),
    keepalive: JSON.stringify(body).length < 60000,
  });
