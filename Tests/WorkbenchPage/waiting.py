"""Answers that wait in the browser, and answers that teach nothing."""

import time

from page import PICTURES, SHOWN, Page


class Waiting(Page):
    def test_the_page_finds_a_run_that_is_started_again_and_says_meanwhile_how_much_waits(self):
        page = self.browser()
        first = page.until(SHOWN)
        page.until("performance.getEntriesByName(location.origin + '/api/questions').length > 0")
        time.sleep(0.3)
        self.bench.kill()
        page.press("ArrowLeft")
        page.until(f"{SHOWN} !== '{first}' && {SHOWN}")
        page.until("document.getElementById('notice').textContent.includes('1 answer waits in this browser')", 30)
        page.screenshot("waiting-light", PICTURES)
        # Nobody names the port: the run knows it.
        self.bench.wanted = 0
        self.bench.start()
        self.stored(page)
        page.until("document.getElementById('notice').hidden", 30)
        self.assertEqual(len(self.exported(page)), 1)

    def test_an_answer_to_another_run_at_this_address_waits_for_that_run(self):
        page = self.browser()
        page.until(SHOWN)
        page.script("""localStorage.setItem('pactolus-outbox', JSON.stringify([{person: 'owner', body: {id: crypto.randomUUID(),
          question: '1', lease: 'none', content: {answer: 'first', strongly: false}, project: '17', plays: null,
          nonAnswer: null, reason: null, milliseconds: 1}}]))""")
        page.reload()
        page.until(SHOWN)
        page.press("ArrowRight")
        page.until("JSON.parse(localStorage.getItem('pactolus-outbox')).length === 1")
        self.assertEqual(page.script("return JSON.parse(localStorage.getItem('pactolus-outbox'))[0].body.project"), "17")
        records = self.exported(page)
        self.assertEqual([one["answer"]["content"]["answer"] for one in records], ["second"])

    def test_the_owner_sees_what_was_passed_over_and_why(self):
        page = self.browser()
        page.until(SHOWN)
        page.press("s")
        page.until("document.querySelector('dialog[open]')")
        page.press("1")
        self.stored(page)
        self.assertEqual(self.exported(page)[0]["reason"], "I cannot make out what happens")
        page.script("location.hash = '#people'")
        page.until("document.querySelector('.unanswered summary')")
        page.script("document.querySelector('.unanswered summary').click()")
        page.until("document.querySelector('.unanswered').textContent.includes('1 × skipped: I cannot make out what happens')")
        page.screenshot("unanswered-light", PICTURES)
        self.assertEqual(page.errors(), [])


class Words(Page):
    settings = ["--feedback.kinds", "language", "--feedback.comparisons", "20", "--feedback.initialShare", "0.5",
                "--run.iterations", "2", "--run.steps", "4096"]

    def test_a_sentence_that_is_not_understood_is_said_to_be_so_and_kept_if_it_is_given_again(self):
        page = self.browser()
        shown = page.until(SHOWN)
        page.script("document.getElementById('sentence').focus()")
        page.script("document.getElementById('sentence').value = 'do not wobble'")
        page.press("Enter")
        page.until("document.getElementById('understood').textContent.includes('the owner reads it')")
        self.assertEqual(page.script(f"return {SHOWN}"), shown)
        page.screenshot("not-understood-light", PICTURES)
        page.press("Enter")
        page.until(f"{SHOWN} !== '{shown}'")
        self.stored(page)
        record = self.exported(page)[0]
        self.assertEqual((record["skipped"], record["reason"]), ("not understood", "do not wobble"))
        page.press("u")
        page.until(f"{SHOWN} === '{shown}'")
        self.assertIn("You had answered this: “do not wobble”, which was not understood", page.text())
        self.assertEqual(page.errors(), [])
