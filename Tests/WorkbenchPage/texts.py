"""Judging texts in the browser, by keyboard: pairs and verdicts, blind, at any width."""

import json
import pathlib
import socket
import subprocess
import tempfile

from access import Accessibility
from client import Client, Workbench
from page import PICTURES, ROOT, SHOWN, TOOL, Page

REPLIES = ROOT / "Examples/data/replies.jsonl"
LONG = "\n\n".join(f"Paragraph {number}: " + "words " * 40 for number in range(30))


class Texts(Page):
    """Eight pairs written by hand; 'chosen' is what the file prefers."""

    rows = [json.loads(line) for line in REPLIES.read_text().splitlines()]
    options = []

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        file = pathlib.Path(self.folder.name, "replies.jsonl")
        file.write_text("".join(json.dumps(row) + "\n" for row in self.rows))
        self.bench = Workbench(TOOL, self.folder.name + "/judging", str(file), settings=self.options)
        self.browsers = []

    def shown(self, page):
        """Which row of the file is asked, and which of its replies stands left."""
        texts = page.until("[...document.querySelectorAll('.text-body')].map(e => e.innerText)")
        row = next(index for index, row in enumerate(self.rows) if self.letters(row["prompt"]) == self.letters(texts[0]))
        left = "chosen" if self.letters(texts[1]) == self.letters(self.rows[row]["chosen"]) else "rejected"
        other = {"chosen": "rejected", "rejected": "chosen"}[left]
        self.assertEqual(self.letters(texts[2]), self.letters(self.rows[row][other]))
        return row, left

    @staticmethod
    def letters(text):
        """Without fences, whose marks the page does not show, and white space."""
        lines = [line for line in text.splitlines() if not line.strip().startswith("```")]
        return "".join("".join(lines).split())

    def next(self, page, last):
        return page.until(f"{SHOWN} !== {json.dumps(last)} && {SHOWN}")


class Pairs(Texts):
    def test_a_whole_session_by_keyboard_and_its_export(self):
        page = self.browser()
        last, given = "", []
        keys = ["ArrowLeft", "Shift+ArrowRight", "=", "?", "Shift+ArrowLeft", "ArrowRight", "ArrowDown", "ArrowLeft"]
        for key in keys:
            last = self.next(page, last)
            row, left = self.shown(page)
            given.append((key, row, left))
            page.press(key)
        page.until("document.body.innerText.includes('You have judged everything')")
        self.stored(page)
        # By hand: what each key preferred of the file's two replies.
        wanted, ties = [], []
        for key, row, left in given:
            if key in ["=", "ArrowDown"]:
                ties.append(row)
            elif key != "?":
                right = {"chosen": "rejected", "rejected": "chosen"}[left]
                wanted.append((row, left if "Left" in key else right, 2 if "Shift" in key else 1))
        out = self.folder.name + "/preferences.jsonl"
        done = subprocess.run([TOOL, "export", self.folder.name + "/judging", "--as", "trl", "--out", out], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        lines = [json.loads(line) for line in pathlib.Path(out).read_text().splitlines()]
        self.assertEqual([(line["row"], line["strength"]) for line in lines], [(row, strength) for row, _, strength in wanted])
        for line, (row, which, _) in zip(lines, wanted):
            self.assertEqual((line["prompt"], line["chosen"]), (self.rows[row]["prompt"], self.rows[row][which]))
            self.assertEqual(line["score_chosen"], self.rows[row][f"score_{which}"])
        apart = pathlib.Path(self.folder.name, "preferences.ties.jsonl").read_text().splitlines()
        self.assertEqual([json.loads(line)["row"] for line in apart], ties)
        page.script("location.hash = '#watch'")
        page.until("document.querySelector('.text-shares dd')")
        self.assertEqual(page.script("return document.getElementById('tab-watch').textContent"), "Progress")
        page.screenshot("texts-progress-light", PICTURES)
        page.script("location.hash = '#people'")
        page.until("document.querySelector('a[href=\"/api/export/trl\"]')")
        same = page.later("const done = arguments[0]; fetch('/api/export/trl').then(r => r.text()).then(done)")
        self.assertEqual(same, pathlib.Path(out).read_text())
        self.assertEqual(page.errors(), [])

    def test_undo_across_a_reload_and_a_restart_brings_the_same_sides(self):
        page = self.browser()
        first = self.next(page, "")
        before = self.shown(page)
        page.press("Shift+ArrowRight")
        self.next(page, first)
        self.stored(page)
        self.bench.kill()
        self.bench.start()
        page.reload()
        page.until(SHOWN)
        page.press("u")
        page.until(f"{SHOWN} === '{first}'")
        self.assertEqual(self.shown(page), before)
        self.assertIn("You had answered this: B is better, strongly", page.text())

    def test_differences_are_marked_and_nothing_in_a_text_becomes_markup(self):
        page = self.browser()
        last = self.next(page, "")
        # The row whose two replies differ in one comma and one word.
        while self.shown(page)[0] != 6:
            page.press("?")
            last = self.next(page, last)
        page.press("d")
        marks = page.until("[...document.querySelectorAll('mark')].map(e => e.textContent)")
        self.assertEqual(sorted(mark.strip() for mark in marks), [",", "before"])
        page.screenshot("texts-differences", PICTURES)
        page.press("d")
        page.until("!document.querySelector('mark')")

    def test_every_view_has_names_contrast_and_fits_a_phone(self):
        owner = self.browser()
        self.next(owner, "")
        # Everybody gets every question.
        owner.later("""const done = arguments[0]; fetch('/api/project', {method: 'POST', headers: {'Content-Type': 'application/json',
          'X-Pactolus': '1'}, body: JSON.stringify({overlap: 8})}).then(done)""")
        owner.screenshot("texts-light", PICTURES)
        self.assertEqual(owner.script(Accessibility.CHECK), [])
        dark = self.browser(self.invitation(owner, "annotator", "Ada"), dark=True)
        self.next(dark, "")
        dark.press("d")
        dark.screenshot("texts-dark", PICTURES)
        self.assertEqual(dark.script(Accessibility.CHECK), [])
        self.assertEqual(dark.script("return document.getElementById('title').textContent"), "Judging texts")
        for number, (width, height) in enumerate([(360, 640), (320, 568), (768, 1024), (1920, 1080)]):
            page = self.browser(self.invitation(owner, "annotator", f"Bob {number}"), width=width, height=height)
            self.next(page, "")
            self.assertLessEqual(page.script("return document.documentElement.scrollWidth"), width)
            buttons = page.script("return [...document.querySelectorAll('.text-bar button')].map(e => e.getBoundingClientRect()).map(b => [b.top, b.bottom])")
            self.assertTrue(all(top >= 0 and bottom <= height for top, bottom in buttons), f"{width} × {height}: {buttons}")
            page.screenshot(f"texts-{width}", PICTURES)


class Long(Texts):
    """Texts with markup in them, and longer than any screen."""

    rows = [{"prompt": "<b>Which?</b><img src=x onerror=alert(1)>", "chosen": LONG + "\n<script>alert(1)</script>",
             "rejected": LONG.replace("words", "other words of this kind")}]

    def test_long_texts_scroll_in_step_and_markup_is_text(self):
        page = self.browser()
        self.next(page, "")
        self.shown(page)
        self.assertEqual(page.script("return document.querySelectorAll('main img, main b, main script').length"), 0)
        page.press(" ", " ")
        shares = page.until("""(() => { const shares = [...document.querySelectorAll('.reply .text-body')]
            .map(e => e.scrollTop / (e.scrollHeight - e.clientHeight)); return shares[0] > 0.02 && Math.abs(shares[0] - shares[1]) < 0.005 && shares; })()""")
        self.assertLess(shares[0], 0.2)
        page.screenshot("texts-long", PICTURES)
        page.press("Shift+ ", "Shift+ ", "Shift+ ")
        page.until("[...document.querySelectorAll('.reply .text-body')].every(e => e.scrollTop < 2)")
        self.assertEqual(page.errors(), [])


class Blind(Texts):
    """What an annotator's browser is sent, byte by byte, by the real server."""

    rows = [row | {"chosen_model": "secret-model-x", "annotator": "Zacharias", "score_chosen": 917.25, "score_rejected": -618.5}
            for row in Texts.rows]
    options = ["--question", "Which one helps more?"]

    def test_nothing_that_the_file_says_of_the_replies_reaches_an_annotator(self):
        owner = Client(self.bench.port)
        owner.join(self.bench.code)
        ann = Client(self.bench.port)
        ann.join(owner.post("/api/invites", {"role": "annotator", "name": "Ann"})["link"].split("join=")[1])
        seen = []

        def ask(method, path, body=None, **options):
            status, data = ann.request(method, path, body, **options)
            seen.append(str(ann.headers).encode() + data)
            return status, data

        for path in ["me", "project", "status", "people", "export", "export/trl", "export/ties", "export/csv"]:
            ask("GET", f"/api/{path}")
        for turn in range(len(self.rows)):
            asked = json.loads(ask("POST", "/api/questions", {"count": 1})[1])["questions"][0]
            self.assertEqual(asked["prompt"], "Which one helps more?")
            given = {"id": f"a{turn}", "question": asked["id"], "lease": asked["lease"], "content": {"answer": "first"}}
            self.assertEqual(ask("POST", "/api/answers", given | {"id": f"b{turn}", "content": {"answer": "x"}})[0], 400)
            self.assertEqual(ask("POST", "/api/answers", given)[0], 200)
        for path in ["undo", "play", "preview", "questions", "pause", "invites", "people/remove", "project"]:
            ask("POST", f"/api/{path}", {})
        with socket.create_connection(("127.0.0.1", self.bench.port)) as stream:
            stream.settimeout(2)
            stream.sendall(f"GET /api/events HTTP/1.1\r\nHost: 127.0.0.1:{self.bench.port}\r\nCookie: {ann.cookie}\r\n\r\n".encode())
            events = b""
            while b"\n\n" not in events.partition(b"event: ")[2]:
                events += stream.recv(65536)
            seen.append(events)
        everything = b"\n".join(seen)
        for word in [b"secret-model", b"Zacharias", b"917", b"618.5", b"score", b"chosen", b"rejected", b"replies.jsonl", b"/judging"]:
            self.assertNotIn(word, everything)
        self.assertIn(b"Iterate over the file", everything)


class Verdicts(Texts):
    rows = [{"id": f"r{number}", "prompt": f"What is {number} + {number}?", "completion": f"I add them.\n\nAnswer: {2 * number + number % 2}",
             "answer": str(2 * number), "extracted": str(2 * number + number % 2), "reward": float(number % 3 == 0)} for number in range(6)]

    def test_right_and_wrong_by_keyboard_go_back_to_the_audit(self):
        page = self.browser()
        last, given = "", []
        for key in ["ArrowRight", "2", "1", "ArrowLeft", "?", "s"]:
            last = self.next(page, last)
            text = page.text()
            self.assertNotIn("reward", text)
            self.assertIn("Reference answer", text)
            if len(given) == 1:
                page.screenshot("texts-verdict-light", PICTURES)
                self.assertEqual(page.script(Accessibility.CHECK), [])
            page.press(key)
            if key == "s":
                page.until("document.querySelector('dialog[open]')")
                self.assertIn("I do not know enough about it", page.text())
                page.press("2")
            given.append(key)
        page.until("document.body.innerText.includes('You have judged everything')")
        self.stored(page)
        page.press("u")
        page.until("document.body.innerText.includes('You had answered this: skipped')")
        page.press("u")
        page.until("document.body.innerText.includes(\"You had answered this: can't tell\")")
        page.press("u")
        page.until("document.body.innerText.includes('You had answered this: wrong')")
        for key in ["2", "?", "s"]:
            shown = page.script(f"return {SHOWN}")
            page.press(key)
            if key == "s":
                page.until("document.querySelector('dialog[open]')")
                page.press("2")
            page.until(f"{SHOWN} !== '{shown}'")
        self.stored(page)
        out = self.folder.name + "/labels.jsonl"
        done = subprocess.run([TOOL, "export", self.folder.name + "/judging", "--as", "jsonl", "--out", out], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        lines = [json.loads(line) for line in pathlib.Path(out).read_text().splitlines()]
        self.assertEqual([line.get("gold") for line in lines], [1, 0, 1, 0, "unsure", None])
        self.assertEqual([line["reward"] for line in lines], [1, 0, 0, 1, 0, 0])
        self.assertEqual(lines[5]["reason"], "I do not know enough about it")
        done = subprocess.run([TOOL, "audit", "rollouts", self.folder.name + "/replies.jsonl", "--gold", out, "--json"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("5 of 5 labels belong to a rollout", done.stdout)
        page.script("location.hash = '#people'")
        page.until("document.querySelector('#set-overlap')")
        self.assertFalse(page.script("return !!document.querySelector('#set-mirrored')"))

    def test_a_verdict_fits_a_phone(self):
        page = self.browser(width=360, height=640)
        self.next(page, "")
        self.assertLessEqual(page.script("return document.documentElement.scrollWidth"), 360)
        bottoms = page.script("return [...document.querySelectorAll('.text-bar button')].map(e => e.getBoundingClientRect().bottom)")
        self.assertTrue(all(bottom <= 640 for bottom in bottoms), bottoms)
        page.screenshot("texts-verdict-phone", PICTURES)
