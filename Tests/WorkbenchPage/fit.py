"""What a person with a phone, a keyboard or a switch meets: one screen, few words, a focus that stays."""

import re

from axe import violations
from page import PICTURES, SHOWN, Page

PHONE = (360, 640)
WIDTHS = [320, 360, 412, 600, 768, 1024, 1280, 1920]

# Words that are seen, not those that only a screen reader says; a key's sign is not a word, and annotators have no tabs.
WORDS = """
  let count = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const e = walker.currentNode.parentElement;
    if (e.closest('.only-read, .skip-link, noscript, kbd, svg, script, nav') || !e.getClientRects().length) continue;
    let isHidden = false;
    for (let n = e; n; n = n.parentElement) isHidden ||= getComputedStyle(n).clipPath !== 'none';
    if (isHidden) continue;
    count += walker.currentNode.textContent.trim().split(/\\s+/).filter((word) => /[\\p{L}\\p{N}]/u.test(word)).length;
  }
  return count;"""


def resize(page, width, height):
    page.cdp("Emulation.setDeviceMetricsOverride", {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600})
    # Two frames, so that what follows is measured after the page was laid out.
    page.later("const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done()))")


def size(page):
    return page.script("return [document.documentElement.scrollWidth, document.documentElement.scrollHeight]")


def sideways(page):
    """The widths at which the page would have to be scrolled sideways."""
    wide = []
    for width in WIDTHS:
        resize(page, width, 800)
        if size(page)[0] > width:
            wide.append(width)
    return wide


class FirstAnswer(Page):
    def test_from_the_link_to_the_first_answer(self):
        """An annotator's first visit on a phone: one press, few words, no scrolling. Counted on the page; no person was measured."""
        owner = self.browser()
        owner.until(SHOWN)
        page = self.browser(self.invitation(owner, "annotator", "Ada"), width=PHONE[0], height=PHONE[1])
        first = page.until(SHOWN)
        self.assertLessEqual(page.script(WORDS), 60)
        self.assertEqual(size(page), list(PHONE))
        box = page.script("""const b = document.querySelector('button[data-action=left]').getBoundingClientRect();
                             return [b.left + b.width / 2, b.top + b.height / 2]""")
        self.assertLess(box[1], PHONE[1])
        page.drag([box, box])
        page.until(f"{SHOWN} !== '{first}'")
        self.stored(page)
        self.assertEqual([one["person"] for one in self.exported(owner)], ["Ada"])


class Focus(Page):
    FOCUSED = "document.activeElement.textContent.trim()"

    def test_after_an_answer_by_button_the_focus_is_on_the_same_button(self):
        page = self.browser()
        first = page.until(SHOWN)
        page.until("performance.getEntriesByName(location.origin + '/api/questions').length > 0")
        tabs = 0
        while not page.script(f"return {self.FOCUSED}").startswith("About equal"):
            page.press("Tab")
            tabs += 1
            self.assertLess(tabs, 30)
        last = first
        for _ in range(3):
            page.press("Enter")
            last = page.until(f"{SHOWN} !== '{last}' && {SHOWN}")
            self.assertTrue(page.script(f"return {self.FOCUSED}").startswith("About equal"))
        # What says no: the dialog gives the focus back too.
        page.press("s")
        page.until("document.querySelector('dialog[open]')")
        page.press("1")
        page.until(f"{SHOWN} !== '{last}'")
        self.assertTrue(page.script(f"return {self.FOCUSED}").startswith("About equal"))
        self.stored(page)
        self.assertEqual([one.get("answer", {}).get("content", {}).get("answer") for one in self.exported(page)], ["tie"] * 3 + [None])

    def test_who_uses_the_mouse_plays_with_the_space_bar_after_an_answer(self):
        page = self.browser()
        first = page.until(SHOWN)
        page.until("performance.getEntriesByName(location.origin + '/api/questions').length > 0")
        box = page.script("""const b = document.querySelector('button[data-action=left]').getBoundingClientRect();
                             return [b.left + b.width / 2, b.top + b.height / 2]""")
        page.drag([box, box])
        second = page.until(f"{SHOWN} !== '{first}' && {SHOWN}")
        page.press(" ")
        page.until("[...document.querySelectorAll('.player-controls button')].some(b => b.textContent.startsWith('Play'))")
        self.assertEqual(page.script(f"return {SHOWN}"), second)


class Hands(Page):
    """What hands say as an action, for worlds with one axis, two axes, and names."""

    ROWS = """
      const done = arguments[2], [actions, hands] = arguments;
      import('/assets/controls.js').then(({Controls}) => {
        const rows = hands.map(({keys = [], point = null, half = false, stick = null, buttons = []}) => {
          const pad = {connected: true, axes: stick ?? [0, 0], buttons: Array.from({length: 16}, (_, i) => ({pressed: buttons.includes(i)}))};
          const controls = new Controls(actions, () => [null, pad]);
          controls.isHalf = half;
          controls.point = point;
          for (const key of keys) {
            const found = controls.bindings.find((one) => one.keys.includes(key));
            if (!found) return 'no ' + key;
            controls.press(found);
          }
          return controls.row();
        });
        done(rows);
      }, (error) => done(String(error)));"""

    def rows(self, page, actions, hands):
        whole = {"names": [], "directions": [], "dimensions": 0, "low": [], "high": []} | actions
        return page.later(self.ROWS, whole, hands)

    def test_several_axes_at_once_and_as_far_as_the_hand_goes(self):
        page = self.browser()
        page.until(SHOWN)
        boat = {"directions": ["ahead", "left"], "dimensions": 2, "low": [-1, -1], "high": [1, 1]}
        self.assertEqual(self.rows(page, boat, [
            {}, {"keys": ["ArrowUp"]}, {"keys": ["ArrowUp", "ArrowLeft"]}, {"keys": ["ArrowUp", "ArrowRight"], "half": True},
            {"keys": ["ArrowLeft", "ArrowRight"]}, {"point": [0.5, 1]}, {"point": [0, 0]}, {"keys": ["ArrowUp"], "point": [-0.25, 0]},
            {"stick": [0.5, -0.75]}, {"stick": [0.1, -0.1]}, {"stick": [0.1, -1]}, {"buttons": [12, 14]},
        ]), [None, [1, 0], [1, 1], [0.5, -0.5], [0, 0], [1, -0.5], [0, 0], [1, 0.25],
             [0.75, -0.5], None, [1, 0], [1, 1]])
        # Rest is not the middle of the range, and the range is not the same on both sides.
        lopsided = {"dimensions": 1, "low": [-1], "high": [4]}
        self.assertEqual(self.rows(page, lopsided, [
            {"keys": ["ArrowLeft"]}, {"keys": ["ArrowRight"]}, {"point": [0.5, 0]}, {"point": [-0.5, 0]}, {"keys": ["2"], "half": True}]),
            [[-1], [4], [2], [-0.5], [2]])
        named = {"names": ["push left", "coast", "push right"]}
        self.assertEqual(self.rows(page, named, [
            {}, {"keys": ["ArrowLeft"]}, {"keys": ["3"]}, {"keys": ["1", "3"]}, {"point": [0.9, 0.1]}, {"point": [0.1, 0]}, {"stick": [-1, 0.5]},
            {"buttons": [15]}]),
            [None, [0], [2], [2], [2], [1], [0], [2]])
        board = {"names": ["up", "down", "left", "right"]}
        self.assertEqual(self.rows(page, board, [
            {"keys": ["ArrowDown"]}, {"stick": [0.3, -0.9]}, {"stick": [-0.9, -0.3]}, {"point": [0, -1]}]),
            [[1], [0], [2], [1]])
        torque = {"names": ["torque −1", "torque 0", "torque +1"]}
        self.assertEqual(self.rows(page, torque, [{"keys": ["ArrowLeft"]}, {"keys": ["ArrowRight"]}, {"keys": ["2"]}]), [[0], [2], [1]])
        # More axes than arrows: digits.
        three = {"dimensions": 3, "low": [-1, -1, -1], "high": [1, 1, 1]}
        self.assertEqual(self.rows(page, three, [{"keys": ["ArrowRight", "ArrowUp", "5"]}]), [[1, 1, -1]])


class Driving(Page):
    environment = "pactolus/BoatRace-v0"
    settings = ["--feedback.kinds", "correction", "--feedback.comparisons", "20", "--feedback.initialShare", "0.5",
                "--feedback.segmentLength", "30", "--run.iterations", "2", "--run.steps", "4096"]

    def test_two_keys_at_once_a_pad_and_playback_before_sending(self):
        page = self.browser(width=PHONE[0], height=PHONE[1])
        first = page.until(SHOWN)
        page.press(" ", "t")
        page.until("document.querySelector('.driving .own svg')")
        self.assertLessEqual(size(page)[0], 360)
        page.script("window.sent = []; const send = window.fetch; window.fetch = (path, options) => { "
                    "if (path === '/api/answers' || path === '/api/play') window.sent.push([path, JSON.parse(options.body)]); return send(path, options); }")
        page.hold_together(["ArrowUp", "ArrowLeft"], 0.7)
        page.until("document.querySelector('.driving > .readout').textContent.match(/^[2-9]/)")
        played = page.script("return window.sent.filter(([path]) => path === '/api/play').at(-1)[1].actions")
        self.assertIn([1, 1], played)
        box = page.script("const b = document.querySelector('.pad').getBoundingClientRect(); return [b.left, b.top, b.width, b.height]")
        page.drag([(box[0] + box[2] / 2, box[1] + box[3] / 2)] + [(box[0] + box[2] / 4, box[1] + box[3] / 2)] * 12)
        page.until("window.sent.filter(([path]) => path === '/api/play').at(-1)[1].actions.some(([ahead, left]) => Math.abs(left - 0.5) < 0.1 && Math.abs(ahead) < 0.1)")
        self.assertEqual(page.script(f"return {SHOWN}"), first)
        # Nothing is sent before it was played back.
        page.press("Enter")
        page.until("document.querySelector('.playback')")
        self.assertEqual(page.script("return window.sent.filter(([path]) => path === '/api/answers').length"), 0)
        self.assertLessEqual(size(page)[0], 360)
        page.press("Escape")
        page.until("!document.querySelector('.playback')")
        page.press("Enter", "Enter")
        page.until(f"{SHOWN} !== '{first}'")
        self.stored(page)
        play = page.script("return window.sent.find(([path]) => path === '/api/answers')[1].plays[0]")
        self.assertIn([1, 1], play["actions"])
        self.assertEqual(page.errors(), [])

    def test_a_path_is_dragged_by_the_mouse(self):
        """While the button is down the ring is where the pointer is; let go, the path is one that the world lets happen."""
        for index, (width, height) in enumerate([(1200, 900), PHONE]):
            page = self.browser(None if index == 0 else self.invitation(self.browsers[0], "researcher", "Eve"), width=width, height=height)
            page.until(SHOWN)
            page.press(" ", "d")
            page.until("document.querySelector('.driving .ring')")
            page.press(*["."] * 15)
            before = page.script(self.RING)
            aim = [before[0] + 40, before[1] - 30]
            page.drag_without_end([before[:2], [before[0] + 20, before[1] - 15], aim])
            held = page.script(self.RING)
            self.assertLess(abs(held[0] - aim[0]) + abs(held[1] - aim[1]), 4)
            # A line goes from where it is at this step to where it is wanted, and what becomes of letting go is said.
            self.assertEqual(page.script("return document.querySelectorAll('.driving .pull').length"), 1)
            # The clip plays from the start, and how far it came before the key that stops it is a matter of the machine's load.
            step = int(re.search(r"^step (\d+) of 30$", page.text(), re.M).group(1))
            self.assertIn(step, range(15, 31))
            self.assertIn(f"Let go where it should be at step {step}.", page.text())
            # The picture is as wide as what is dragged on, so that the pointer and the path mean the same places.
            self.assertEqual(page.script(self.BOXES)[0], page.script(self.BOXES)[1])
            for dark in [False, True]:
                page.darken(dark)
                self.assertEqual(violations(page), [], f"{width} {dark}")
                page.screenshot(f"bending-{width}{'-dark' if dark else ''}", PICTURES)
            page.darken(False)
            page.let_go()
            page.until("/This is|The world does not/.test(document.querySelector('.driving > .readout').textContent)")
            page.screenshot(f"bent-{width}", PICTURES)
            self.assertLessEqual(size(page)[0], width)
            self.assertEqual(page.errors(), [])

    RING = "const b = document.querySelector('.driving .ring').getBoundingClientRect(); return [b.left + b.width / 2, b.top + b.height / 2]"
    BOXES = """return ['.driving .layers > svg:first-child', '.driving .overlay'].map((one) => {
      const b = document.querySelector(one).getBoundingClientRect(); return [b.left, b.top, b.width, b.height].map(Math.round); })"""

    def test_a_path_is_dragged_by_keyboard_and_sent(self):
        page = self.browser()
        first = page.until(SHOWN)
        page.press(" ", "d")
        page.until("document.querySelector('.driving .ring')")
        page.press(*["."] * 20)
        page.press("ArrowDown", "ArrowDown")
        page.until("/This is/.test(document.querySelector('.driving > .readout').textContent)")
        self.assertFalse(page.script("return document.querySelector('.driving .primary').disabled"))
        page.press("Enter")
        page.until(f"{SHOWN} !== '{first}'")
        self.stored(page)
        answer, = self.exported(page)
        self.assertEqual(len(answer["answer"]["clips"]), 1)
        self.assertEqual(page.errors(), [])
