"""The workbench in a real browser, against the real server.

    Tests/WorkbenchPage/run            all of it; pictures go to .build/screenshots
"""

import json
import subprocess
import time
import unittest

from access import Accessibility  # noqa: F401
from axe import violations
from care import Care  # noqa: F401
from fit import PHONE, WORDS, Driving, FirstAnswer, Focus, Hands, resize, sideways, size  # noqa: F401
from guiding import Clips, Guiding  # noqa: F401
from meter import Meter  # noqa: F401
from page import PICTURES, SHOWN, TOOL, Page
from research import Research  # noqa: F401
from texts import Blind, Long, Pairs, Verdicts  # noqa: F401
from unheard import Unheard  # noqa: F401
from waiting import Waiting, Words  # noqa: F401
from what_if import WhatIf  # noqa: F401


def reply_forms():
    """Every kind of feedback that there is and that can be asked about this environment, with the reply that it wants."""
    def kinds(*more):
        done = subprocess.run([TOOL, "kinds", *more, "--json"], capture_output=True, text=True)
        return json.loads(done.stdout) if done.returncode == 0 else None

    shown = {kind["name"]: kinds(kind["name"], "--environment", Page.environment) for kind in kinds()}
    return {name: question["reply"] for name, question in shown.items() if question}


FORMS = reply_forms()
KINDS = list(FORMS)


class Judging(Page):
    def test_a_whole_session_by_keyboard(self):
        page = self.browser()
        page.until(SHOWN)
        self.assertNotIn("join", page.script("return location.href"))
        page.screenshot("judging-light", PICTURES)
        given, last = [], None
        keys = [("ArrowLeft", "first"), ("Shift+ArrowRight", "second"), ("=", "tie"), ("ArrowDown", "tie"), ("?", None)]
        end = time.time() + 120
        while time.time() < end and len(given) < 40:
            shown = page.script(f"return {SHOWN} || ''")
            if not shown or shown == last:
                time.sleep(0.02)
                continue
            last = shown
            key, answer = keys[len(given) % len(keys)]
            page.press(key)
            given.append(answer)
        page.until("document.body.innerText.includes('The run has finished')", 60)
        self.stored(page)
        records = self.exported(page)
        self.assertEqual([one.get("answer", {}).get("content", {}).get("answer") for one in records], given)
        self.assertTrue(records[1]["answer"]["content"]["strongly"])
        self.assertFalse(records[0]["answer"]["content"]["strongly"])
        page.script("location.hash = '#watch'")
        page.until("document.querySelectorAll('.finding').length > 3")
        words = page.script("return [...document.querySelectorAll('.finding b')].map(b => b.textContent)")
        self.assertLessEqual(set(words), {"✓ holds", "✕ fails", "? unknown", "– not measurable"})
        page.until("document.querySelectorAll('svg.chart').length >= 2")
        page.screenshot("watching-light", PICTURES)
        self.assertEqual(page.errors(), [])

    def test_undo_across_reload_without_limit(self):
        page = self.browser()
        ids = []
        for key in ["ArrowLeft", "ArrowRight", "ArrowLeft"]:
            ids.append(page.until(f"{SHOWN} !== {json.dumps(ids[-1] if ids else '')} && {SHOWN}"))
            page.press(key)
        self.stored(page)
        page.reload()
        page.until(SHOWN)
        for expected in reversed(ids):
            page.press("u")
            page.until(f"{SHOWN} === '{expected}'")
        self.assertIn("You had answered this: left is better", page.text())
        page.press("u")
        page.until("document.body.innerText.includes('nothing to take back')")
        page.press("ArrowRight")
        self.stored(page)
        records = self.exported(page)
        self.assertEqual([one["answer"]["content"]["answer"] for one in records], ["second"])

    def test_the_network_is_lost_and_comes_back(self):
        page = self.browser()
        first = page.until(SHOWN)
        page.until("performance.getEntriesByName(location.origin + '/api/questions').length > 0")
        time.sleep(0.3)
        self.bench.kill()
        page.press("ArrowLeft")
        second = page.until(f"{SHOWN} !== '{first}' && {SHOWN}", message="the next pair is there without the server")
        page.press("ArrowRight")
        page.until("document.getElementById('unsaved').textContent.startsWith('2 answers not stored yet')")
        page.screenshot("offline", PICTURES)
        # A reload while nothing answers would leave an empty window, whatever the page did: the browser keeps the answers.
        self.bench.start()
        self.stored(page)
        records = self.exported(page)
        self.assertEqual(len(records), 2, second)

    def test_two_annotators_share_the_work_and_see_nothing_of_each_other(self):
        owner = self.browser()
        owner.until(SHOWN)
        ada = self.browser(self.invitation(owner, "annotator", "Ada"), width=360, height=740)
        bob = self.browser(self.invitation(owner, "annotator", "Bob"), dark=True)
        ids = {name: page.until(SHOWN) for name, page in [("ada", ada), ("bob", bob)]}
        ids["owner"] = owner.script(f"return {SHOWN}")
        self.assertEqual(len(set(ids.values())), 3)
        for page in [ada, bob]:
            self.assertEqual(page.script("return document.querySelectorAll('nav:not([hidden])').length"), 0)
            for path in ["people", "export"]:
                status = page.later(f"const done = arguments[0]; fetch('/api/{path}').then(r => done(r.status))")
                self.assertEqual(status, 403)
        ada.screenshot("judging-phone", PICTURES)
        bob.screenshot("judging-dark", PICTURES)
        self.assertLessEqual(ada.script("return document.documentElement.scrollWidth"), 360)
        ada.press("ArrowLeft")
        bob.press("ArrowRight")
        self.stored(ada)
        self.stored(bob)
        self.assertEqual({one["person"] for one in self.exported(owner)}, {"Ada", "Bob"})
        owner.script("location.hash = '#people'")
        owner.until("document.querySelectorAll('tbody tr').length >= 3")
        owner.screenshot("people", PICTURES)


class Kinds(Page):
    settings = ["--feedback.kinds", ",".join(KINDS), "--feedback.comparisons", "60", "--feedback.initialShare", "0.5",
                "--run.iterations", "2", "--run.steps", "4096"]

    def answer(self, page, kind):
        """What a person would do with the reply that the kind wants, by keyboard alone."""
        (form, wants), = FORMS[kind].items()
        if form == "compare":
            page.press("ArrowLeft")
        elif form == "order":
            page.press("2", "ArrowUp", "Enter")
        elif form == "curve":
            page.press("]", "]", "r", "ArrowUp")
            page.until("!document.querySelector('.reply .primary').disabled")
            # A look at the keys does not cost the curve.
            page.press("h")
            page.until("document.querySelector('dialog[open]')")
            page.press("Escape")
            page.until("!document.querySelector('dialog[open]')")
            page.press("Enter")
        elif form == "moments":
            page.press("1", "b", "3", "w", "Enter")
        elif form in ["trajectory", "states"]:
            if form == "trajectory":
                # Near the beginning, so that there are steps to act in.
                page.script("""const s = document.querySelector('.reply input[type=range]'); s.value = 3;
                               s.dispatchEvent(new Event('input'))""")
            page.press("m" if form == "states" else "t")
            page.until("document.querySelector('.own svg')")
            page.hold("ArrowRight", 0.8)
            page.press("ArrowLeft", "Backspace", "0", "0")
            page.until("/^[1-9]/.test(document.querySelector('.driving > .readout').textContent)")
            self.seen(page, f"kind-{kind}-acting")
            page.press("Enter")
            page.until("document.querySelector('.playback')")
            self.seen(page, f"kind-{kind}-playback")
            page.press("Enter")
        elif form == "formula":
            page.press("e")
            page.until("document.activeElement.id === 'formula'")
            page.press(*"2 * nonsense")
            page.until("document.getElementById('understood').textContent.includes(\"unknown feature 'nonsense'\")")
            page.press("Escape", "x", "1", "Shift+2")
            page.until("document.body.innerText.includes('What the formula gives each clip')")
            page.until("document.querySelectorAll('.is-most').length > 0")
            self.seen(page, f"kind-{kind}-written")
            page.press("Enter")
        elif form == "text":
            page.press("1")
            page.until("document.getElementById('understood').textContent === 'Understood.'")
            page.press("Enter")
        else:
            page.press("2")

    def seen(self, page, name):
        """On a phone's one screen, at no width to be scrolled sideways, without violations, and as a picture."""
        with self.subTest(view=name):
            self.assertEqual(sideways(page), [])
        with self.subTest(phone=name):
            resize(page, *PHONE)
            page.screenshot(f"{name}-phone", PICTURES)
            self.assertEqual(size(page), list(PHONE))
        for width in [320, 1200, 1920]:
            resize(page, width, 900)
            for dark in [False, True]:
                page.darken(dark)
                with self.subTest(axe=name, width=width, dark=dark):
                    self.assertEqual(violations(page), [])
            if width == 1200:
                page.screenshot(f"{name}-dark", PICTURES)
            page.darken(False)
        resize(page, 1200, 900)
        page.screenshot(name, PICTURES)

    def test_every_kind_can_be_answered(self):
        page = self.browser()
        seen, last = {}, None
        end = time.time() + 400
        while time.time() < end and len(seen) < len(KINDS):
            shown = page.script(f"return {SHOWN} || ''")
            if not shown or shown == last:
                time.sleep(0.05)
                continue
            last = shown
            kind = page.script("return document.querySelector('.judging').dataset.kind")
            if kind in seen:
                page.press("?")
                continue
            time.sleep(0.2)
            self.seen(page, f"kind-{kind}")
            resize(page, *PHONE)
            # Twelve features are named where all can be picked.
            with self.subTest(words=kind):
                self.assertLessEqual(page.script(WORDS), 75 if kind == "feature-highlight" else 60)
            resize(page, 1200, 900)
            # The page was measured at other sizes; what is drawn on goes on playing.
            self.answer(page, kind)
            page.until(f"{SHOWN} !== '{shown}'", message=f"the {kind} was answered")
            self.stored(page)
            self.assertNotIn("was not taken", page.text(), kind)
            seen[kind] = True
        self.assertEqual(sorted(seen), sorted(KINDS))
        stored = {one["kind"]: one for one in self.exported(page) if "answer" in one}
        self.assertEqual(sorted(stored), sorted(KINDS))
        for kind in ["demonstration", "correction", "intervention", "goal-state"]:
            self.assertEqual(len(stored[kind]["answer"]["clips"]), 1, kind)
        self.assertIn("step", stored["intervention"]["answer"]["content"])
        self.assertEqual(stored["proxy-reward"]["answer"]["content"], {"formula": "upright − speed"})
        self.gold(page)
        self.assertEqual(page.errors(), [])

    def gold(self, page):
        """Each kind's question opens by its number. Gold is made of what two people can say alike; the others say why not."""
        text = page.later("const done = arguments[0]; fetch('/api/export/answers.jsonl').then(r => r.text()).then(done)")
        numbers = {row["kind"]: row["number"] for row in map(json.loads, text.splitlines()) if row["answer"]}
        self.assertEqual(sorted(numbers), sorted(KINDS))
        page.script("location.hash = '#people'")
        page.until("document.getElementById('question-number')")
        make = "[...document.querySelectorAll('dialog.question button')].find((one) => one.textContent === 'make gold')"
        for kind, number in numbers.items():
            (form, _), = FORMS[kind].items()
            page.script("const n = document.getElementById('question-number'); n.value = arguments[0]; n.form.requestSubmit()", number + 1)
            page.until("document.querySelector('dialog.question[open] .said')")
            if form in ["curve", "trajectory", "formula", "text"]:
                self.assertIn("their answers are no gold: ", page.text(), kind)
                self.assertFalse(page.script(f"return !!{make}"), kind)
            elif form == "states":
                # It was made by driving on.
                self.assertIn("no gold: nobody else can pick a state that somebody made", page.text())
            else:
                page.script(f"{make}.click()")
                page.until("document.querySelector('.decision').innerText.includes('made this gold')", message=kind)
            for dark in [False, True]:
                page.darken(dark)
                with self.subTest(question=kind, dark=dark):
                    self.assertEqual(violations(page), [])
            page.darken(False)
            page.screenshot(f"question-{kind}", PICTURES)
            page.press("Escape")
            page.until("!document.querySelector('dialog[open]')")


if __name__ == "__main__":
    unittest.main(verbosity=2)
