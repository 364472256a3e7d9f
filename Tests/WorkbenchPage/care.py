"""What a careless hand, a busy owner and a refusing server do to the page."""

from page import SHOWN, Page


class Care(Page):
    """What a hand does by accident costs no answer and no work."""

    def key_down(self, page, key, held):
        return page.script(
            "const e = new KeyboardEvent('keydown', {key: arguments[0], repeat: arguments[1], bubbles: true, cancelable: true});"
            "(document.activeElement ?? document.body).dispatchEvent(e)", key, held)

    def test_a_held_key_answers_once_and_arrows_on_the_slider_scrub(self):
        page = self.browser()
        first = page.until(SHOWN)
        page.until("performance.getEntriesByName(location.origin + '/api/questions').length > 0")
        page.script("document.querySelector('input[type=range]').focus()")
        page.press("ArrowRight", "ArrowRight")
        self.assertEqual(page.script(f"return {SHOWN}"), first)
        self.assertGreater(int(page.script("return document.querySelector('input[type=range]').value")), 0)
        page.script("document.activeElement.blur()")
        self.key_down(page, "ArrowLeft", False)
        second = page.until(f"{SHOWN} !== '{first}' && {SHOWN}")
        for _ in range(5):
            self.key_down(page, "ArrowLeft", True)
        self.stored(page)
        self.assertEqual(page.script(f"return {SHOWN}"), second)
        self.key_down(page, "ArrowLeft", False)
        page.until(f"{SHOWN} !== '{second}'")
        self.stored(page)
        self.assertEqual(len(self.exported(page)), 2)

    def test_a_link_just_made_outlives_the_table_being_fetched_anew(self):
        page = self.browser()
        page.until(SHOWN)
        page.script("location.hash = '#people'")
        page.until("document.querySelector('tbody tr')")
        page.script("document.getElementById('invite-name').value = 'Ada'; document.querySelector('form .primary').click()")
        link = page.until("document.querySelector('.link code')?.textContent")
        page.script("document.activeElement.blur(); performance.clearResourceTimings()")
        page.until("performance.getEntriesByName(location.origin + '/api/people').length > 0", 15)
        self.assertEqual(page.script("return document.querySelector('.link code')?.textContent"), link)

    def test_an_answer_that_is_not_taken_stays_until_it_was_seen(self):
        page = self.browser()
        page.until(SHOWN)
        page.script("""localStorage.setItem('pactolus-outbox', JSON.stringify([{person: 'owner', body: {id: crypto.randomUUID(),
          question: '1', lease: 'none', content: {answer: 'sideways'}, plays: null, nonAnswer: null, reason: null, milliseconds: 1}}]))""")
        page.reload()
        page.until("document.getElementById('refusals').textContent.includes('was not taken')")
        page.reload()
        page.until("document.getElementById('refusals').textContent.includes('was not taken')")
        page.script("document.querySelector('#refusals button').click()")
        page.until("document.getElementById('refusals').hidden")
