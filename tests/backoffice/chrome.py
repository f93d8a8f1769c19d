"""A real Chromium in a thread of its own, so that its event loop and Django's database never meet."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page, expect, sync_playwright

from tests.chromium import ARGS, chromium_path

Result = TypeVar("Result")
# A machine that does several things at once answers late; a walk waits for it and does not hurry.
expect.set_options(timeout=15_000)


def walk(steps: Callable[[Page], Result], *, width: int = 1366, height: int = 768) -> Result:
    """Runs the steps in a fresh browser; a message on the console or a failed request of the page fails the test."""
    path = chromium_path()

    def run() -> Result:
        with sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=path, chromium_sandbox=False, args=ARGS)
            page = browser.new_page(viewport={"width": width, "height": height}, reduced_motion="reduce")
            troubles: list[str] = []
            page.on("pageerror", lambda error: troubles.append(str(error)))
            page.on("console", lambda said: troubles.append(said.text) if _is_trouble(said) else None)
            result = steps(page)
            browser.close()
            if troubles:
                raise AssertionError(f"the browser complained: {troubles}")
            return result

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(run).result()


def _is_trouble(said: ConsoleMessage) -> bool:
    """Errors, but for the browser's own note that a form was answered with what to put right."""
    return said.type == "error" and "status of 422" not in said.text


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


def faults(page: Page) -> list[str]:
    """What axe finds on the page, by WCAG 2.2 AA and its own best practices."""
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}" for one in found for node in one["nodes"]
    ]
