"""The workbench in a real browser, against the real server.

    Tests/WorkbenchPage/run            all of it; pictures go to .build/screenshots
"""

import json
import pathlib
import sys
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests/WorkbenchServer"))

from client import Client, Workbench  # noqa: E402
from webdriver import Browser, Driver  # noqa: E402

TOOL = str(ROOT / ".build/release/pactolus-workbench")
PICTURES = ROOT / ".build/screenshots"
KINDS = ["rating", "ranking", "best-of-k", "evaluation", "reward-sketch", "credit", "feature-highlight", "demonstration",
         "optimal-action", "intervention", "correction", "off-switch", "goal-state", "proxy-reward", "language"]
SHOWN = "document.querySelector('.judging')?.dataset.question"


def setUpModule():
    global driver
    driver = Driver()


def tearDownModule():
    driver.quit()


class Page(unittest.TestCase):
    environment = "pactolus/Pendulum-v1"
    settings = ["--feedback.comparisons", "40", "--feedback.initialShare", "0.4", "--run.iterations", "4", "--run.steps", "8192"]

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.bench = Workbench(TOOL, self.folder.name + "/run", self.environment, settings=self.settings)
        self.browsers = []

    def tearDown(self):
        for browser in self.browsers:
            browser.close()
        self.bench.kill()
        self.folder.cleanup()

    def browser(self, code=None, **options):
        browser = Browser(driver, **options)
        self.browsers.append(browser)
        browser.open(f"http://127.0.0.1:{self.bench.port}/#join={code or self.bench.code}")
        return browser

    def invitation(self, owner, role, name):
        link = owner.later(
            """const done = arguments[2];
               fetch('/api/invites', {method: 'POST', headers: {'Content-Type': 'application/json', 'X-Pactolus': '1'},
                 body: JSON.stringify({role: arguments[0], name: arguments[1]})}).then(r => r.json()).then(j => done(j.link))""",
            role, name)
        return link.split("join=")[1]

    def exported(self, browser):
        text = browser.later("const done = arguments[0]; fetch('/api/export').then(r => r.text()).then(done)")
        return [json.loads(line) for line in text.strip().splitlines()]

    def stored(self, browser):
        browser.until("document.getElementById('unsaved').textContent === ''", message="all answers stored")


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


class Kinds(Page):
    settings = ["--feedback.kinds", ",".join(KINDS), "--feedback.comparisons", "60", "--feedback.initialShare", "0.5",
                "--run.iterations", "2", "--run.steps", "4096"]

    def answer(self, page, kind):
        """What a person would do, by keyboard where there is no drawing."""
        if kind == "ranking":
            page.press("2", "ArrowUp", "Enter")
        elif kind == "reward-sketch":
            box = page.script("const b = document.querySelector('.sketch').getBoundingClientRect(); return [b.left, b.top, b.width, b.height]")
            page.script("document.querySelector('.sketch').scrollIntoView({block: 'center'})")
            box = page.script("const b = document.querySelector('.sketch').getBoundingClientRect(); return [b.left, b.top, b.width, b.height]")
            page.drag([(box[0] + box[2] * share / 20 + 2, box[1] + box[3] * (0.1 + 0.8 * share / 20)) for share in range(20)])
            # A look at the keys does not cost the curve.
            page.press("h")
            page.until("document.querySelector('dialog[open]')")
            page.press("Escape")
            page.until("!document.querySelector('dialog[open]')")
            page.press("Enter")
        elif kind == "credit":
            page.press(" ", ".", "b")
            page.press(*["."] * 30, "w", "Enter")
        elif kind in ("demonstration", "correction"):
            page.press("t")
            page.until("document.querySelector('.own svg')")
            page.hold("ArrowRight", 0.8)
            page.press("ArrowLeft", "Backspace", "0")
            page.until("/[1-9]\\d* steps of yours/.test(document.body.innerText)")
            page.screenshot(f"kind-{kind}-acting", PICTURES)
            page.press("Enter")
        elif kind == "proxy-reward":
            page.press("1")
            page.until("document.body.innerText.includes('What the formula gives each clip')")
            page.press("Enter")
        elif kind == "language":
            page.script("document.querySelector('.choices button').click()")
            page.until("document.getElementById('understood').textContent === 'Understood.'")
            page.press("Enter")
        else:
            page.press("2")

    def test_every_kind_can_be_answered(self):
        page = self.browser()
        seen, last = {}, None
        end = time.time() + 150
        while time.time() < end and len(seen) < len(KINDS):
            shown = page.script(f"return {SHOWN} || ''")
            if not shown or shown == last:
                time.sleep(0.05)
                continue
            last = shown
            kind = KINDS[(int(shown) - 1) % len(KINDS)]
            if kind in seen:
                page.press("?")
                continue
            time.sleep(0.2)
            page.screenshot(f"kind-{kind}", PICTURES)
            self.answer(page, kind)
            page.until(f"{SHOWN} !== '{shown}'", message=f"the {kind} was answered")
            self.stored(page)
            self.assertNotIn("was not taken", page.text(), kind)
            seen[kind] = True
        self.assertEqual(sorted(seen), sorted(KINDS))
        stored = {one["kind"]: one for one in self.exported(page) if "answer" in one}
        self.assertEqual(sorted(stored), sorted(KINDS))
        self.assertEqual(len(stored["demonstration"]["answer"]["clips"]), 1)
        self.assertEqual(page.errors(), [])


class Accessibility(Page):
    CHECK = """
      const problems = [];
      const visible = (e) => e.offsetParent !== null || e.getClientRects().length;
      const name = (e) => (e.getAttribute('aria-label') || (e.labels && [...e.labels].map(l => l.textContent).join(' '))
        || e.textContent || '').trim();
      for (const e of document.querySelectorAll('button, a, input, select, [role=img], [role=group], meter')) {
        if (!visible(e)) continue;
        const by = e.getAttribute('aria-labelledby');
        if (!(by ? document.getElementById(by)?.textContent.trim() : name(e))) problems.push('no name: ' + e.outerHTML.slice(0, 120));
      }
      for (const e of document.querySelectorAll('button')) {
        const b = e.getBoundingClientRect();
        if (visible(e) && (b.width < 24 || b.height < 24)) problems.push('small target: ' + e.textContent);
      }
      const parse = (c) => { const m = c.match(/[\\d.]+/g).map(Number); return m.length < 4 ? [...m, 1] : m; };
      const over = (a, b) => a.slice(0, 3).map((v, i) => v * a[3] + b[i] * (1 - a[3])).concat(1);
      const light = (c) => { const f = c.slice(0, 3).map(v => { v /= 255; return v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; });
        return .2126 * f[0] + .7152 * f[1] + .0722 * f[2]; };
      const ground = (e) => { const stack = []; for (let n = e; n; n = n.parentElement) stack.push(parse(getComputedStyle(n).backgroundColor));
        return stack.reverse().reduce((below, c) => over(c, below), [255, 255, 255, 1]); };
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        const e = walker.currentNode.parentElement;
        if (!walker.currentNode.textContent.trim() || !visible(e) || e.closest('.only-read, .skip-link, noscript, svg, :disabled')) continue;
        const style = getComputedStyle(e);
        let alpha = 1; for (let n = e; n; n = n.parentElement) alpha *= Number(getComputedStyle(n).opacity);
        const back = ground(e); const text = over([...parse(style.color).slice(0, 3), alpha], back);
        const [a, b] = [light(text), light(back)].sort((x, y) => y - x);
        const ratio = (a + .05) / (b + .05);
        if (ratio < 4.5) problems.push('contrast ' + ratio.toFixed(2) + ': ' + e.outerHTML.slice(0, 100));
      }
      if (document.querySelectorAll('h1').length !== 1) problems.push('not one h1');
      if (!document.documentElement.lang) problems.push('no language');
      if (!document.querySelector('[aria-live]')) problems.push('nothing is announced');
      const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
      if (new Set(ids).size !== ids.length) problems.push('an id stands twice');
      return problems;"""

    def test_names_targets_contrast_and_focus_in_light_and_dark(self):
        for dark in [False, True]:
            page = self.browser(None if not dark else self.invitation(self.browsers[0], "researcher", "Eve"), dark=dark)
            page.until(SHOWN)
            self.assertEqual(page.script(self.CHECK), [], "judging")
            # Everything is reached by tab, in the order in which it stands.
            order = []
            for _ in range(30):
                page.press("Tab")
                place = page.script("const e = document.activeElement; return e === document.body ? -1 : [...document.querySelectorAll('*')].indexOf(e)")
                if place == -1 or (order and place == order[0]):
                    break
                order.append(place)
            self.assertGreater(len(order), 8)
            self.assertEqual(order, sorted(order))
            page.press("h")
            page.until("document.querySelector('dialog[open]')")
            self.assertEqual(page.script(self.CHECK), [], "keys")
            page.screenshot("keys-dark" if dark else "keys-light", PICTURES)
            page.press("Escape")
            page.until("!document.querySelector('dialog[open]')")
            for part in ["watch", "people"]:
                page.script(f"location.hash = '#{part}'")
                page.until("document.querySelector('.tiles, tbody tr')")
                self.assertEqual(page.script(self.CHECK), [], part)
            page.script("location.hash = '#judge'")

    def test_keys_can_be_changed_and_stand_on_their_buttons(self):
        page = self.browser()
        first = page.until(SHOWN)
        page.press("h")
        page.until("document.querySelector('dialog[open]')")
        page.script("[...document.querySelectorAll('dialog button')].find(b => b.getAttribute('aria-label')?.includes('left one')).click()")
        page.script("[...document.querySelectorAll('dialog button')].find(b => b.textContent === 'press a key').focus()")
        page.press("f")
        page.press("Escape")
        page.until("!document.querySelector('dialog[open]')")
        page.until("[...document.querySelectorAll('button kbd')].some(k => k.textContent === 'f')")
        page.press("f")
        page.until(f"{SHOWN} !== '{first}'")
        self.stored(page)
        self.assertEqual(self.exported(page)[0]["answer"]["content"]["answer"], "first")


if __name__ == "__main__":
    unittest.main(verbosity=2)
