"""Clips at the pace of the page; what people are told, practise on, and can change afterwards."""

import json

from page import PICTURES, SHOWN, Page


class Clips(Page):
    # Which step is shown when, picture by picture, for a while after a pair came up.
    WATCH = """const done = arguments[1]; const seen = []; const began = performance.now();
      const look = (now) => {
        const [, step, last] = document.querySelector('output.readout').textContent.match(/step (\\d+) of (\\d+)/).map(Number);
        if (seen.at(-1)?.step !== step) seen.push({ step, last, time: now });
        now - began < arguments[0] ? requestAnimationFrame(look) : done(seen);
      };
      requestAnimationFrame(look);"""

    def rounds(self, seen):
        """Each playing from the beginning to the end: its steps, and how long it took. A busy browser leaves frames out, also the first."""
        starts = [index for index in range(1, len(seen)) if seen[index]["step"] < seen[index - 1]["step"]]
        for begin, end in zip(starts, starts[1:]):
            steps = seen[begin:end]
            yield [one["step"] for one in steps], (steps[-1]["time"] - steps[0]["time"]) / 1000

    def test_both_sides_are_shown_whole_in_1_6_seconds_and_a_speed_is_remembered(self):
        page = self.browser()
        first = page.until(SHOWN)
        rounds = list(self.rounds(page.later(self.WATCH, 6000)))
        self.assertGreaterEqual(len(rounds), 1)
        for steps, seconds in rounds:
            self.assertEqual(steps[-1], 100)
            self.assertEqual(steps, sorted(steps))
            # A picture before the first, or after the last, may not have been drawn.
            self.assertLess(seconds, 1.9)
            self.assertGreater(seconds, 1.2)
        self.assertEqual(page.script("return document.querySelectorAll('.clip .strip .still').length"), 8)
        self.assertGreater(page.script("return document.querySelector('.clip .scene .trail').getAttribute('points').length"), 5)
        page.press("[")
        page.until("document.querySelector('output.readout').textContent.includes('0.5 ×')")
        page.press("ArrowLeft")
        page.until(f"{SHOWN} !== '{first}' && {SHOWN}")
        page.until("document.querySelector('output.readout').textContent.includes('0.5 ×')")
        self.stored(page)
        page.reload()
        page.until(SHOWN)
        page.until("document.querySelector('output.readout').textContent.includes('0.5 ×')")

    def test_a_frame_of_the_strip_leads_to_its_step_on_both_sides(self):
        page = self.browser()
        page.until(SHOWN)
        page.until("document.querySelectorAll('.strip .still polyline').length > 0")
        page.script("document.querySelectorAll('.strip')[1].lastChild.dispatchEvent(new MouseEvent('click'))")
        page.until("document.querySelector('output.readout').textContent.startsWith('step 100 of 100')")


class Guiding(Page):
    def test_an_annotator_is_told_and_can_practise_and_none_of_it_reaches_the_run(self):
        owner = self.browser()
        owner.until(SHOWN)
        ann = self.browser(self.invitation(owner, "annotator", "Ann"), introduced=False, width=360, height=640)
        ann.until("document.querySelector('.introduction')")
        self.assertIn("upright", ann.text())
        self.assertLessEqual(len(ann.script("return document.querySelector('.introduction').innerText").split()), 60)
        self.assertLessEqual(ann.script("return document.querySelector('#start-judging').getBoundingClientRect().bottom"), 640)
        ann.screenshot("introduction-phone", PICTURES)
        ann.script("document.getElementById('practise').click()")
        count = 0
        while True:
            ann.until("document.querySelector('.practice svg.scene')")
            ann.press("ArrowLeft")
            said = ann.until("document.querySelector('.feedback')?.textContent")
            self.assertRegex(said, "Right|Look again")
            count += 1
            if count == 1:
                ann.screenshot("practice-phone", PICTURES)
            text = ann.script("return document.activeElement.textContent")
            ann.press("Enter")
            if "Start judging" in text:
                break
        self.assertGreaterEqual(count, 2)
        ann.until(SHOWN)
        self.assertEqual(self.exported(owner), [])
        # Known from now on.
        ann.reload()
        ann.until(SHOWN)
        self.assertEqual(ann.errors(), [])

    def test_instructions_are_markdown_without_html(self):
        owner = self.browser()
        owner.until(SHOWN)
        owner.press("g")
        owner.until("document.querySelector('dialog.guide[open]')")
        owner.screenshot("guide", PICTURES)
        owner.script("[...document.querySelectorAll('dialog.guide button')].find(b => b.textContent === 'Edit').click()")
        text = ("# Mind\n\nPrefer **calm** ones.\n- one\n- two <img src=x onerror=alert(1)>\n\n<script>alert(1)</script> "
                "[bad](javascript:alert(1)) [good](https://example.org/a)")
        owner.script("""const t = document.getElementById('guide-text'); t.value = arguments[0]; t.dispatchEvent(new Event('input'));
          [...document.querySelectorAll('dialog.guide button')].find(b => b.textContent === 'Save').click()""", text)
        owner.until("[...document.querySelectorAll('dialog.guide button')].some(b => b.textContent === 'Edit')")
        shown = owner.script("""const i = document.querySelector('dialog.guide .instructions');
          return [i.querySelector('h3').textContent, i.querySelector('strong').textContent, i.querySelectorAll('li').length,
            i.querySelectorAll('script, img').length, [...i.querySelectorAll('a')].map(a => a.href), i.textContent]""")
        self.assertEqual(shown[:5], ["Mind", "calm", 2, 0, ["https://example.org/a"]])
        for written in ["<img src=x onerror=alert(1)>", "<script>alert(1)</script>", "[bad](javascript:alert(1))"]:
            self.assertIn(written, shown[5])
        owner.screenshot("guide-instructions", PICTURES)
        ann = self.browser(self.invitation(owner, "annotator", "Ann"), introduced=False)
        ann.until("document.querySelector('.introduction .instructions strong')")
        self.assertEqual(ann.errors(), [])

    def test_a_last_answer_is_changed_from_its_thumbnail(self):
        page = self.browser()
        ids = []
        for key in ["ArrowLeft", "ArrowRight", "ArrowLeft"]:
            ids.append(page.until(f"{SHOWN} !== {json.dumps(ids[-1] if ids else '')} && {SHOWN}"))
            page.press(key)
        self.stored(page)
        page.press("l")
        page.until("document.querySelectorAll('.history li').length === 3")
        page.until("document.querySelectorAll('.history .still polyline').length > 0")
        page.screenshot("history", PICTURES)
        page.script("document.querySelectorAll('.history li')[1].querySelector('button').click()")
        page.until(f"{SHOWN} === '{ids[1]}'")
        self.assertIn("You had answered this: right is better", page.text())
        page.press("ArrowDown")
        page.until(f"{SHOWN} !== '{ids[1]}'")
        self.stored(page)
        self.assertEqual([one["answer"]["content"]["answer"] for one in self.exported(page)], ["first", "first", "tie"])

    def test_annotators_watch_if_the_owner_allows_it(self):
        owner = self.browser()
        owner.until(SHOWN)
        ann = self.browser(self.invitation(owner, "annotator", "Ann"))
        ann.until(SHOWN)
        self.assertTrue(ann.script("return document.getElementById('tabs').hidden"))
        owner.later("""const done = arguments[0];
          fetch('/api/guide', {method: 'POST', headers: {'Content-Type': 'application/json', 'X-Pactolus': '1'},
            body: JSON.stringify({annotatorsWatch: true})}).then(r => done(r.status))""")
        ann.reload()
        ann.until("!document.getElementById('tabs').hidden")
        ann.script("location.hash = '#watch'")
        ann.until("document.querySelector('.tiles div')")
        self.assertEqual(ann.script("return getComputedStyle(document.getElementById('tab-people')).display"), "none")
