"""The benchmark's walk with a fiftieth of its goods: it must do the right things; how fast is printed and
never asserted."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from bench import till as bench
from bench.harness import Report

from .conftest import Shop, start_shop

GOODS = 4_000

pytestmark = [pytest.mark.slow, pytest.mark.browser]


@pytest.fixture
def big_shop() -> Iterator[Shop]:
    one = start_shop(GOODS)
    yield one
    one.process.kill()
    one.process.wait()


@pytest.mark.long
def test_some_thousand_goods_are_loaded_scanned_searched_changed_and_read_again(
    page: Page, big_shop: Shop
) -> None:
    report = Report("Till core")
    bench.measure(page, big_shop, report, GOODS)
    report.print()
    assert bench.figures(report)["goods"] == GOODS
