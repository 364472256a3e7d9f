"""Names, targets, contrast, order of focus; keys that can be changed."""

import time

from axe import violations
from fit import PHONE, resize, sideways
from page import PICTURES, SHOWN, Page


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
            self.assertEqual(page.script(self.CHECK) + violations(page), [], "judging")
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
            self.assertEqual(page.script(self.CHECK) + violations(page), [], "keys")
            page.screenshot("keys-dark" if dark else "keys-light", PICTURES)
            page.press("Escape")
            page.until("!document.querySelector('dialog[open]')")
            for part in ["watch", "people"]:
                page.script(f"location.hash = '#{part}'")
                page.until("document.querySelector('.tiles, tbody tr')")
                self.assertEqual(page.script(self.CHECK) + violations(page), [], part)
            page.script("location.hash = '#judge'")

    def test_the_door_the_reasons_and_waiting_in_light_and_dark(self):
        owner = self.browser()
        owner.until(SHOWN)
        for dark in [False, True]:
            door = self.browser("0" * 40, dark=dark, width=360, height=640)
            door.until("document.querySelector('.door')")
            self.assertEqual(door.script(self.CHECK) + violations(door), [], "door")
            self.assertEqual(sideways(door), [], "door")
            door.screenshot("door-dark" if dark else "door", PICTURES)
            page = self.browser(self.invitation(owner, "annotator", f"Ada {dark}"), dark=dark, width=360, height=640)
            page.until(SHOWN)
            page.press("s")
            page.until("document.querySelector('dialog[open]')")
            self.assertEqual(page.script(self.CHECK) + violations(page), [], "reasons")
            page.screenshot("reasons-dark" if dark else "reasons", PICTURES)
            page.press("Escape")
        last = None
        while not owner.script("return !!document.querySelector('.waiting')"):
            shown = owner.script(f"return {SHOWN}")
            if shown and shown != last:
                last = shown
                owner.press("ArrowLeft")
            time.sleep(0.02)
        self.assertEqual(owner.script(self.CHECK) + violations(owner), [], "waiting")

    def test_axe_finds_what_was_planted(self):
        page = self.browser()
        page.until(SHOWN)
        page.script("document.querySelector('.others').insertAdjacentHTML('beforeend', '<button></button><a href=\"#x\" aria-label=\"\">.</a>')")
        self.assertIn("button-name", " ".join(violations(page)))

    def test_no_part_is_wider_than_a_phone(self):
        page = self.browser(width=360, height=740)
        page.until(SHOWN)
        for part, drawn in [("judge", "svg.scene"), ("watch", ".tiles"), ("people", "tbody tr")]:
            page.script(f"location.hash = '#{part}'")
            page.until(f"document.querySelector('{drawn}')")
            self.assertEqual(sideways(page), [], part)
            resize(page, *PHONE)
            page.screenshot(f"{part}-phone", PICTURES)

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
