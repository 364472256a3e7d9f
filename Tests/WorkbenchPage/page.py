"""What every test of the page starts from: a workbench on a run of its own, and browsers that enter it."""

import atexit
import functools
import json
import pathlib
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests/WorkbenchServer"))

from client import Workbench  # noqa: E402
from webdriver import Browser, Driver  # noqa: E402

TOOL = str(ROOT / ".build/release/pactolus-workbench")
PICTURES = ROOT / ".build/screenshots"
SHOWN = "document.querySelector('.judging')?.dataset.question"


@functools.cache
def driver():
    one = Driver()
    atexit.register(one.quit)
    return one


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

    def browser(self, code=None, introduced=True, **options):
        browser = Browser(driver(), **options)
        self.browsers.append(browser)
        browser.open(f"http://127.0.0.1:{self.bench.port}/#join={code or self.bench.code}")
        if introduced:
            self.introduce(browser)
        return browser

    def introduce(self, browser):
        """Past what annotators are told before their first question."""
        browser.until("document.querySelector('main > *')")
        browser.script("document.querySelector('.introduction #start-judging')?.click()")

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
