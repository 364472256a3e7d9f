"""A page whose event stream the server refuses: it asks for the state instead, and misses nothing."""

import http.client
import time

from client import Client
from page import SHOWN, Page

# What the page opens and what became of it, without changing what it does.
RECORDED = """
  window.streams = [];
  const Real = window.EventSource;
  window.EventSource = class extends Real { constructor(...all) { super(...all); window.streams.push(this); } };
"""


class Unheard(Page):
    settings = ["--feedback.comparisons", "12", "--feedback.initialShare", "0.5", "--run.iterations", "2", "--run.steps", "4096"]

    def streams(self, client):
        """All places for this person, taken."""
        held = []
        for _ in range(4):
            connection = http.client.HTTPConnection("127.0.0.1", self.bench.port, timeout=30)
            connection.request("GET", "/api/events", headers={"Cookie": client.cookie})
            response = connection.getresponse()
            self.assertEqual(response.status, 200)
            held.append((connection, response))
        return held

    def test_a_page_without_a_stream_gets_its_questions_and_a_stream_when_there_is_one(self):
        owner = Client(self.bench.port)
        owner.join(self.bench.code)
        def invite():
            return owner.post("/api/invites", {"role": "researcher", "name": "Ada"})["link"].split("join=")[1]

        other = Client(self.bench.port)
        other.join(invite())
        held = self.streams(other)
        page = self.browser("0" * 40, introduced=False)
        page.before_every_page(RECORDED)
        page.open("about:blank")
        page.open(f"http://127.0.0.1:{self.bench.port}/#join={invite()}")
        page.until("document.querySelector('main > *')")
        first = page.until(SHOWN)
        refused = "window.streams.length > 0 && window.streams.every((one) => one.readyState === EventSource.CLOSED)"
        page.until(refused)
        self.assertEqual(other.request("GET", "/api/events")[0], 503)
        # The state is there all the same, and follows what happens.
        page.until("document.getElementById('standing').innerText.includes('Ada, researcher, 0 answers')")
        page.press("ArrowLeft")
        page.until(f"{SHOWN} && {SHOWN} !== '{first}'")
        self.stored(page)
        page.until("document.getElementById('standing').innerText.includes('1 answer')", 40)
        # Into the next round, which is asked when the agent has trained: nobody tells the page of it but its own asking.
        given, last = 1, first
        until = time.time() + 240
        while given < 12 and time.time() < until:
            shown = page.script(f"return {SHOWN} || ''")
            if shown and shown != last:
                last = shown
                page.press("ArrowLeft")
                given += 1
            time.sleep(0.05)
        self.assertEqual(given, 12, page.text()[:400])
        self.stored(page)
        self.assertEqual(len(self.exported(page)), 12)
        self.assertTrue(page.script("return window.streams.every((one) => one.readyState !== EventSource.OPEN)"))
        # The places are free again: the page has a stream within three times its asking.
        for connection, response in held:
            response.close()
            connection.close()
        page.until("window.streams.some((one) => one.readyState === EventSource.OPEN)", 60)
        self.assertEqual(page.errors(), [])
