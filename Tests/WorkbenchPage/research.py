"""What researchers see and do: people, agreement, questions on which people differ, decisions, roles, the log."""

import collections
import json
import sys

from access import Accessibility
from page import PICTURES, ROOT, SHOWN, Page

sys.path.insert(0, str(ROOT / "Tests/WorkbenchServer"))

from client import Client, comparison, give  # noqa: E402


class Research(Page):
    settings = ["--feedback.comparisons", "40", "--feedback.initialShare", "0.4", "--run.iterations", "4", "--run.steps", "8192"]

    def people(self, owner):
        """Three annotators answer the first round: two say the first, one the second."""
        owner.later("""const done = arguments[0]; fetch('/api/project', {method: 'POST', headers: {'Content-Type': 'application/json',
          'X-Pactolus': '1'}, body: JSON.stringify({overlap: 3})}).then(r => done(r.status))""")
        given = 0
        for name, answer in [("Ann", "first"), ("Ben", "second"), ("Cem", "first")]:
            client = Client(self.bench.port)
            client.join(self.invitation(owner, "annotator", name))
            for _ in range(8):
                for question in client.post("/api/questions", {"count": 1})["questions"]:
                    give(client, question, comparison(answer, False))
                    given += 1
        return given

    def rows(self, page):
        text = page.later("const done = arguments[0]; fetch('/api/export/answers.jsonl').then(r => r.text()).then(done)")
        return [json.loads(line) for line in text.splitlines()]

    def opened(self, page):
        page.script("location.hash = '#people'")
        page.until("document.querySelectorAll('table.people tbody tr').length >= 8")

    def test_the_view_of_a_researcher(self):
        page = self.browser(width=1280)
        page.until(SHOWN)
        given = self.people(page)
        self.assertEqual(given, 24)
        # Counted: questions against questions, answers by people, and one's own at the top.
        page.script("location.hash = '#watch'")
        page.until("document.querySelector('.tiles')?.innerText.includes('24 answers by 3 people')")
        answered = collections.Counter(row["question"] for row in self.rows(page))
        full = sum(count >= 3 for count in answered.values())
        self.assertIn(f"{full} of 40", page.script("return document.querySelector('.tiles').innerText"))
        self.assertIn("owner, 0 answers stored", page.text())
        page.screenshot("watching-counts", PICTURES)

        self.opened(page)
        page.until("document.querySelector('section[aria-label=Agreement]').innerText.includes('Ann and Cem')"
                   " || (document.querySelectorAll('details').forEach(one => one.open = true), false)")
        self.assertEqual(page.script(Accessibility.CHECK), [])
        page.screenshot("research-light", PICTURES)
        agreement = page.script("return document.querySelector('section[aria-label=Agreement]').innerText")
        self.assertIn("unknown: both gave one and the same answer, as chance would too", agreement)

        # A question opens with its clips and answers; deciding is one press, and can be withdrawn.
        page.script("document.querySelector('section[aria-label=\"Where people differ\"] button').click()")
        page.until("document.querySelector('dialog.question[open] .said')")
        self.assertEqual(page.script("return document.querySelectorAll('dialog.question .clip > svg.scene').length"), 2)
        number = int(page.script("return document.getElementById('question-title').textContent").split(",")[0].split()[1]) - 1
        self.assertEqual(page.script("return [...document.querySelectorAll('.said b')].map(b => b.textContent)"),
                         [row["person"] for row in self.rows(page) if row["number"] == number])
        self.assertEqual(page.script(Accessibility.CHECK), [])
        page.screenshot("question-light", PICTURES)
        page.script("document.querySelector('button[aria-label=\"Decide as Ben: right is better\"]').click()")
        page.until("document.querySelector('.decision').innerText.includes('owner decided; it counts')")
        page.press("Escape")
        page.until("!document.querySelector('dialog[open]')")
        page.until("document.querySelector('section[aria-label=\"Where people differ\"]').innerText.includes('decided')")

        # Removing asks first.
        remove = "document.querySelector('button[aria-label=\"Remove Ann\"]')"
        page.script(f"{remove}.click()")
        page.until("document.querySelector('dialog[open]')?.innerText.includes('What they answered stays')")
        self.assertEqual(page.script("return document.activeElement.textContent"), "Back")
        self.assertEqual(page.script(Accessibility.CHECK), [])
        page.press("Escape")
        page.until("!document.querySelector('dialog[open]')")
        page.script(f"{remove}.click()")
        page.script("[...document.querySelectorAll('dialog[open] button')].find(b => b.textContent === 'Remove Ann').click()")
        page.until("[...document.querySelectorAll('table.people tr.gone th')].some(th => th.textContent === 'Ann')")

        # Deleting what somebody said asks first, says what goes, and is gone from every view; others' answers stay.
        erase = "document.querySelector('button[aria-label=\"Delete Cem and what they said\"]')"
        page.script(f"{erase}.click()")
        page.until("document.querySelector('dialog[open]')?.innerText.includes('Name, 8 answers, sessions and links are deleted for good')")
        self.assertEqual(page.script("return document.activeElement.textContent"), "Back")
        self.assertEqual(page.script(Accessibility.CHECK), [])
        page.screenshot("erasing", PICTURES)
        page.press("Escape")
        page.until("!document.querySelector('dialog[open]')")
        self.assertIn("Cem", {row["person"] for row in self.rows(page)})
        page.script(f"{erase}.click()")
        page.script("[...document.querySelectorAll('dialog[open] button')].find(b => b.textContent === 'Delete Cem').click()")
        page.until("document.querySelector('table.people') && ![...document.querySelectorAll('table.people tbody th')].some(th => th.textContent === 'Cem')")
        self.assertEqual(collections.Counter(row["person"] for row in self.rows(page) if row["row"] == "answer"), {"Ann": 8, "Ben": 8})
        given -= 8
        # Who was removed before can be deleted too.
        self.assertTrue(page.script("return !!document.querySelector('button[aria-label=\"Delete Ann and what they said\"]')"))

        # A role is changed in the table; the last owner stays one.
        choose = """const e = document.querySelector('select[aria-label="Role of ' + arguments[0] + '"]');
          e.value = arguments[1]; e.dispatchEvent(new Event('change'))"""
        page.script(choose, "Ben", "viewer")
        page.until("document.querySelector('section[aria-label=People]').innerText.includes('changed the role of Ben: annotator → viewer')"
                   " || (document.querySelectorAll('details').forEach(one => one.open = true), false)")
        page.script(choose, "owner", "viewer")
        page.until("document.querySelector('dialog[open]')?.innerText.includes('could not undo this yourself')")
        page.script("[...document.querySelectorAll('dialog[open] button')].find(b => b.textContent === 'Become viewer').click()")
        page.until("document.getElementById('notice').textContent.includes('is the only owner')"
                   " || document.querySelector('select[aria-label=\"Role of owner\"]')?.value === 'owner'")

        rows = self.rows(page)
        self.assertEqual(len(rows), given + 1)
        self.assertEqual([row["person"] for row in rows if row["row"] == "decision"], ["owner"])
        for form in ["csv", "parquet"]:
            status = page.later(f"const done = arguments[0]; fetch('/api/export/answers.{form}').then(r => done(r.status))")
            self.assertEqual(status, 200)
        self.assertEqual(page.errors(), [])

    def test_the_table_fits_from_phone_to_wide_light_and_dark(self):
        owner = self.browser()
        owner.until(SHOWN)
        self.people(owner)
        for index, width in enumerate([360, 600, 768, 1024, 1920]):
            page = self.browser(self.invitation(owner, "researcher", f"Ruth{index}"), width=width, height=800, dark=index % 2 == 1)
            page.until(SHOWN)
            self.opened(page)
            page.script("document.querySelectorAll('details').forEach(one => one.open = true)")
            self.assertLessEqual(page.script("return document.documentElement.scrollWidth"), width)
            self.assertEqual(page.script("return [...document.querySelectorAll('table')].filter(t => t.scrollWidth > t.clientWidth + 1).length"), 0)
            self.assertEqual(page.script(Accessibility.CHECK), [], str(width))
            page.screenshot(f"research-{width}", PICTURES)
            # A researcher who is no owner changes nobody's role.
            self.assertEqual(page.script("return document.querySelectorAll('table.people select').length"), 0)
