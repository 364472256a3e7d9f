"""How sure the machine is of the clips on screen: closed by default, opened by a key, the same in words and bars."""

import json
import sys
import time

from access import Accessibility
from axe import violations
from fit import resize, sideways
from page import PICTURES, ROOT, SHOWN, Page

sys.path.insert(0, str(ROOT / "Tests/WorkbenchServer"))

from client import Client, comparison, give  # noqa: E402

NAMES = ["People err here", "Too few answers", "Nothing like it was judged", "Rests on our idea of the person"]


class Meter(Page):
    settings = ["--feedback.comparisons", "100", "--feedback.initialShare", "0.5", "--run.iterations", "2", "--run.steps", "8192"]
    OPEN = "!document.getElementById('meter').hidden"
    SEEN = """return [...document.querySelectorAll('#meter .card')].map((card) => [...card.querySelectorAll('li')].map((one) => ({
      name: one.querySelector('b').textContent, words: one.querySelector('span').textContent,
      bar: one.querySelector('[role=meter]') ? Number(one.querySelector('[role=meter]').getAttribute('aria-valuenow')) : null,
      label: one.querySelector('[role=meter]')?.getAttribute('aria-label') ?? null, said: one.querySelector('[role=meter]')?.getAttribute('aria-valuetext') ?? null})))"""

    def asked(self, page):
        """How often the page has asked for the numbers."""
        return page.script("return performance.getEntriesByName(location.origin + '/api/uncertainty').length")

    def looked_at(self, page):
        page.until(f"{self.OPEN} && document.querySelectorAll('#meter .card li').length === 8")
        return page.script(self.SEEN)

    def test_the_meter_before_and_after_the_first_training(self):
        page = self.browser(width=1200, height=900)
        page.until(SHOWN)
        self.assertFalse(page.script(f"return {self.OPEN}"))
        self.assertEqual(self.asked(page), 0)
        page.press("i")
        for clip in self.looked_at(page):
            self.assertEqual([one["name"] for one in clip], NAMES)
            self.assertEqual({one["words"] for one in clip}, {"not known: the reward has learned nothing yet"})
            self.assertEqual({one["bar"] for one in clip}, {None})
        page.screenshot("meter-unknown", PICTURES)
        page.press("i")
        self.assertFalse(page.script(f"return {self.OPEN}"))
        # The first round's answers, by somebody who does not look.
        ann = Client(self.bench.port)
        ann.join(self.invitation(page, "annotator", "Ann"))
        asked = ann.post("/api/questions", {"count": 1})["questions"]
        # The owner has some in hand, which are lent to nobody else.
        given = 0
        while asked:
            give(ann, asked[0], comparison(["first", "second"][given % 3 % 2], False))
            given += 1
            asked = ann.post("/api/questions", {"count": 1})["questions"]
        self.assertGreater(given, 40)
        while page.script(f"return {SHOWN}"):
            shown = page.script(f"return {SHOWN}")
            page.press("ArrowLeft")
            page.until(f"{SHOWN} !== '{shown}'")
        page.until(SHOWN, 120)
        # A question may be asked before the reward has been trained.
        for _ in range(100):
            page.press("i")
            clips = self.looked_at(page)
            if clips[0][2]["bar"] is not None:
                break
            page.press("i")
            time.sleep(0.2)
        shown = page.script(f"return {SHOWN}")
        told = page.later("""const done = arguments[1];
          fetch('/api/uncertainty', {method: 'POST', headers: {'Content-Type': 'application/json', 'X-Pactolus': '1'},
            body: JSON.stringify({question: arguments[0]})}).then(r => r.json()).then(done)""", shown)
        for clip, own in zip(clips, told["clips"]):
            for one, measure in zip(clip, own["measures"]):
                self.assertEqual(one["words"], measure["words"])
                self.assertEqual(one["bar"] is None, "bar" not in measure)
                if one["bar"] is not None:
                    self.assertLess(abs(one["bar"] - measure["bar"]), 1e-9)
                    self.assertEqual([one["label"], one["said"]], [one["name"], one["words"]])
        self.assertRegex(clips[0][2]["words"], r"^\d+ in 100 judged clips are as unusual")
        for dark in [False, True]:
            page.darken(dark)
            self.assertEqual(page.script(Accessibility.CHECK) + violations(page), [], f"dark {dark}")
            page.screenshot("meter-dark" if dark else "meter-light", PICTURES)
        page.darken(False)
        self.assertEqual(sideways(page), [])
        resize(page, 320, 900)
        self.assertEqual(violations(page), [])
        page.screenshot("meter-narrow", PICTURES)
        resize(page, 1200, 900)
        # With the next question it is closed again, and nothing of it is in the answer.
        page.press("ArrowRight")
        page.until(f"{SHOWN} !== '{shown}'")
        page.until(SHOWN, 60)
        self.assertFalse(page.script(f"return {self.OPEN}"))
        self.stored(page)
        rows = [row for row in self.exported(page) if "answer" in row]
        self.assertEqual(len({json.dumps([sorted(row), sorted(row["answer"])]) for row in rows}), 1)
        self.assertNotIn("aleatoric", json.dumps(rows))
        # Later, with what was said about it.
        page.script("location.hash = '#people'")
        page.until("document.getElementById('question-number')")
        page.script("const n = document.getElementById('question-number'); n.value = 1; n.form.requestSubmit()")
        page.until("document.querySelector('dialog.question[open] details.list summary')")
        page.script("document.querySelector('dialog.question summary').focus()")
        page.press(" ")
        page.until("document.querySelectorAll('dialog.question .card li').length === 8")
        self.assertEqual(violations(page), [])
        page.screenshot("meter-question", PICTURES)
        self.assertEqual(page.errors(), [])

    def test_annotators_have_it_with_the_owners_leave_alone(self):
        owner = self.browser()
        owner.until(SHOWN)
        ann = self.browser(self.invitation(owner, "annotator", "Ann"))
        ann.until(SHOWN)
        ann.press("i")
        self.assertFalse(ann.script("return !!document.getElementById('meter') || !!document.querySelector('.for-meter')"))
        status = ann.later("""const done = arguments[1];
          fetch('/api/uncertainty', {method: 'POST', headers: {'Content-Type': 'application/json', 'X-Pactolus': '1'},
            body: JSON.stringify({question: arguments[0]})}).then(r => done(r.status))""", ann.script(f"return {SHOWN}"))
        self.assertEqual(status, 403)
        owner.later("""const done = arguments[0];
          fetch('/api/guide', {method: 'POST', headers: {'Content-Type': 'application/json', 'X-Pactolus': '1'},
            body: JSON.stringify({annotatorsWatch: true})}).then(r => done(r.status))""")
        ann.reload()
        ann.until(SHOWN)
        ann.press("i")
        self.looked_at(ann)
        self.assertEqual(ann.errors(), [])
