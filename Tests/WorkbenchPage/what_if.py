"""What if something else had been done in a clip: closed until it is asked for, drawn beside the clip, and no part of an answer."""

import json

from access import Accessibility
from axe import violations
from fit import resize, sideways
from page import PICTURES, SHOWN, Page


class WhatIf(Page):
    OPEN = "!document.getElementById('what-if').hidden"
    READY = f"{OPEN} && document.querySelectorAll('#what-if select option').length > 3 && !document.querySelector('#what-if .primary').disabled"
    PAIR = "document.querySelectorAll('#what-if .clips svg.scene').length === 2"

    def asked(self, page):
        """How often the page has asked."""
        return page.script("return performance.getEntriesByName(location.origin + '/api/what-if').length")

    def frame(self, page, which):
        return page.script(f"return document.querySelectorAll('#what-if .clips svg.scene')[{which}].innerHTML")

    def seek(self, page, step):
        page.script(f"""const slider = document.querySelector('#what-if input[type=range]');
          slider.value = {step}; slider.dispatchEvent(new Event('input'))""")

    def test_another_action_beside_the_clip(self):
        page = self.browser(width=1200, height=900)
        page.until(SHOWN)
        self.assertFalse(page.script(f"return {self.OPEN}"))
        self.assertEqual(self.asked(page), 0)
        shown = page.script(f"return {SHOWN}")
        page.press("f")
        page.until(self.READY)
        # The step on screen is the one that is offered, and the clip stands still meanwhile.
        self.assertIn("At step ", page.script("return document.querySelector('#what-if .hint').textContent"))
        page.script("""const step = document.querySelector('#what-if input[type=number]');
          step.value = 3; step.dispatchEvent(new Event('change'))""")
        page.until(f"{self.READY} && document.querySelector('#what-if .hint').textContent.includes('At step 3')")
        page.script("document.querySelector('#what-if .primary').click()")
        page.until(self.PAIR)
        self.assertIn("step 4 on", page.script("return document.querySelector('#what-if .hint').textContent"))
        self.seek(page, 3)
        self.assertEqual(self.frame(page, 0), self.frame(page, 1))
        self.seek(page, 12)
        self.assertNotEqual(self.frame(page, 0), self.frame(page, 1))
        for dark in [False, True]:
            page.darken(dark)
            self.assertEqual(page.script(Accessibility.CHECK) + violations(page), [], f"dark {dark}")
            page.screenshot("what-if-dark" if dark else "what-if-light", PICTURES)
        page.darken(False)
        self.assertEqual(sideways(page), [])
        resize(page, 320, 900)
        self.assertEqual(sideways(page), [])
        self.assertEqual(violations(page), [])
        page.screenshot("what-if-narrow", PICTURES)
        resize(page, 1200, 900)
        # With the next question it is closed again, and nothing of it is in the answer.
        page.script("document.activeElement.blur()")
        page.press("ArrowRight")
        page.until(f"{SHOWN} !== '{shown}'")
        page.until(SHOWN)
        self.assertFalse(page.script(f"return {self.OPEN}"))
        self.stored(page)
        self.assertNotIn("what", json.dumps([row for row in self.exported(page) if "answer" in row]).lower())
        self.assertEqual(page.errors(), [])
