"""A real Chromium in a thread of its own, so that its event loop and Django's database never meet."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, expect, sync_playwright

from tests.chromium import ARGS, chromium_path

Result = TypeVar("Result")
# A machine that does several things at once answers late; a walk waits for it and does not hurry.
expect.set_options(timeout=15_000)


class Chrome:
    """One browser for all walks, in a thread that lives as long as it does; started by the first walk."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1)
        self._driver: Playwright | None = None
        self._browser: Browser | None = None

    def run(self, steps: Callable[[Browser], Result]) -> Result:
        """Runs the steps beside the browser and gives back what they gave."""
        return self._thread.submit(lambda: steps(self._started())).result()

    def _started(self) -> Browser:
        if self._driver is None or self._browser is None:
            self._driver = sync_playwright().start()
            self._browser = self._driver.chromium.launch(
                executable_path=chromium_path(), chromium_sandbox=False, args=ARGS
            )
        return self._browser

    def close(self) -> None:
        """Ends the browser, its driver and the thread."""
        if self._driver is not None and self._browser is not None:
            self._thread.submit(self._browser.close).result()
            self._thread.submit(self._driver.stop).result()
        self._thread.shutdown()


CHROME = Chrome()


def walk(steps: Callable[[Page], Result], *, width: int = 1366, height: int = 768) -> Result:
    """Runs the steps as a person nobody knows yet; a message on the console or a failed request of the page fails the
    test."""

    def run(browser: Browser) -> Result:
        context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
        try:
            page = context.new_page()
            troubles: list[str] = []
            page.on("pageerror", lambda error: troubles.append(str(error)))
            page.on("console", lambda said: troubles.append(said.text) if _is_trouble(said) else None)
            result = steps(page)
        finally:
            context.close()
        if troubles:
            raise AssertionError(f"the browser complained: {troubles}")
        return result

    return CHROME.run(run)


def _is_trouble(said: ConsoleMessage) -> bool:
    """Errors, but for the browser's own notes: a form was answered with what to put right, or the machine's network
    changed, as it does when `test_lan` lays a cable beside this test.
    """
    notes = ("status of 422", "net::ERR_NETWORK_CHANGED")
    return said.type == "error" and not any(note in said.text for note in notes)


def sign_in(page: Page, url: str, name: str, password: str) -> None:
    """Through the door by keyboard alone."""
    page.goto(f"{url}/backoffice/sign-in/")
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    page.keyboard.press("Enter")
    page.wait_for_selector(".kasa-rail")
    # Modules have run when the page is loaded; a key pressed before that would meet nobody.
    page.wait_for_load_state("load")


def faults(page: Page, within: str | None = None) -> list[str]:
    """What axe finds on the page or within one part of it, by WCAG 2.2 AA and its own best practices."""
    found = Axe().run(page, within).response["violations"]
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}" for one in found for node in one["nodes"]
    ]
