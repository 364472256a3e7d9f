// Requests in the form that the server expects.

export class Refusal extends Error {
  constructor(status, problem) {
    super(problem.error + (problem.remedy ? `; ${problem.remedy}` : ""));
    this.status = status;
  }
}

// A server that hangs is treated like one that is gone: the request is aborted, and its caller tries again.
const patience = 20000;

async function request(path, options) {
  const response = await fetch(path, { credentials: "same-origin", cache: "no-store", signal: AbortSignal.timeout(patience), ...options });
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
