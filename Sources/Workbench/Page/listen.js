// The run's state as it changes. Where a stream is refused, or breaks for good, the state is asked for now and then until
// there is a stream again: a page is never left without.

import { get, Refusal } from "./api.js";

const between = 5000;

export function listen(update, signedOut) {
  let events, timer;

  function open() {
    events = new EventSource("/api/events");
    events.addEventListener("status", (event) => update(JSON.parse(event.data)));
    // A broken connection is opened again by the browser; one that was refused is not.
    events.addEventListener("error", () => {
      if (events.readyState === EventSource.CLOSED) ask();
    });
  }

  async function ask(turn = 0) {
    clearTimeout(timer);
    try {
      update(await get("/api/status"));
    } catch (error) {
      if (error instanceof Refusal && error.status === 401) return signedOut();
    }
    timer = setTimeout(() => (turn < 2 ? ask(turn + 1) : open()), between);
  }

  open();
}
