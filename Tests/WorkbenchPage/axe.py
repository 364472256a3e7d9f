"""axe-core in the page: what it calls a violation, in a line each."""

import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
SOURCE = ROOT / ".build/axe/axe_playwright_python/axe.min.js"


def violations(page):
    """All rules that axe has but the experimental ones. It is put into the page by the driver, which the page's own rules about scripts do not bind."""
    if not page.script("return typeof window.axe === 'object'"):
        page.script(SOURCE.read_text())
    return page.later("""
        const done = arguments[0];
        axe.run(document, {resultTypes: ['violations']}).then(
          (found) => done(found.violations.map((one) =>
            `${one.id}: ${one.help}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160) + ' ' + node.failureSummary).join(' | ')}`)),
          (error) => done([String(error)]));""")
