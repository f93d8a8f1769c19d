"""What the customer's screen is told, and the sums behind the size of everything."""

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]

VIEW = """async ([patch, setting]) => {
  const { displayView } = await import('/static/till/models/display.js');
  const line = { n: 1, name: 'Milk', quantity: 2000, decimals: 0, unitName: 'pcs', price: 499, gross: 998, total: 900,
    voided: false };
  const state = { phase: 'sale', locked: false, payment: null, last: null,
    store: { name: 'Shop', language: 'pl', currency: 'PLN', digits: 2 },
    operator: { name: 'Anna', permissions: [] },
    receipt: { kind: 'sale', lines: [line, { ...line, n: 2, voided: true }], count: 1, saved: 98, due: 900 } };
  return displayView({ ...state, ...patch }, setting);
}"""


def test_a_sale_shows_lines_that_stand_total_and_savings(run: Run) -> None:
    view = run(VIEW, [{}, None])
    assert view["mode"] == "sale" and [line["n"] for line in view["lines"]] == [1]
    assert (view["total"], view["saved"], view["count"], view["language"]) == (900, 98, 1, "pl")
    assert "Anna" not in str(view)


@pytest.mark.parametrize(
    ("patch", "mode"),
    [
        ({"phase": "signin"}, "closed"),
        ({"locked": True}, "closed"),
        ({"payment": {"paid": 0, "rest": 900, "restCash": 900}}, "paying"),
        ({"receipt": None, "last": {"fresh": True, "due": 900, "change": 100, "label": "1"}}, "change"),
        ({"receipt": None, "last": {"fresh": False, "due": 900, "change": 100, "label": "1"}}, "idle"),
        ({"receipt": None}, "idle"),
    ],
)
def test_each_state_of_the_till_has_its_picture(run: Run, patch: dict[str, Any], mode: str) -> None:
    view = run(VIEW, [patch, None])
    assert view["mode"] == mode
    assert bool(view["lines"]) == (mode in ("sale", "paying"))
    assert view["change"] == (100 if mode == "change" else 0)


def test_a_setting_of_any_shape_is_taken_for_what_is_good_in_it(run: Run) -> None:
    evil = {
        "seconds": "x",
        "greeting": None,
        "pictures": [{"url": "javascript:alert(1)"}, {"url": "//evil/x"}, None, 7],
    }
    adverts = run(VIEW, [{}, evil])["adverts"]
    assert adverts["seconds"] == 8 and adverts["greeting"] == ""
    assert adverts["pictures"] == []
    assert run(VIEW, [{}, {"pictures": [{"url": "/pos/pictures/ab"}], "seconds": 900}])["adverts"] == {
        "greeting": "",
        "seconds": 60,
        "pictures": ["/pos/pictures/ab"],
    }


SIZE = """async ([diagonal, width, height]) => {
  const { pixelMm, scaleFor } = await import('/static/till/ui/screensize.js');
  const scale = scaleFor(diagonal, { width, height });
  return [scale, 44 * (scale / 100) * pixelMm(diagonal, { width, height })];
}"""


@pytest.mark.parametrize(
    ("diagonal", "width", "height", "scale"),
    [
        (150, 1024, 768, 100),
        (156, 1920, 1080, 155),
        (156, 1366, 768, 110),
        (240, 1920, 1080, 100),
        (101, 1280, 800, 165),
    ],
)
def test_what_is_touched_is_twelve_millimetres_wide_on_every_screen(
    run: Run, diagonal: int, width: int, height: int, scale: int
) -> None:
    found, millimetres = run(SIZE, [diagonal, width, height])
    assert found == scale and millimetres >= 12


HOURS = """async ([hour, from, to]) =>
  (await import('/static/till/ui/screensize.js')).isDarkHour(hour, from, to)"""


@pytest.mark.parametrize(
    ("hour", "begins", "ends", "dark"),
    [
        (19, 20, 6, False),
        (20, 20, 6, True),
        (2, 20, 6, True),
        (6, 20, 6, False),
        (3, 1, 5, True),
        (5, 1, 5, False),
    ],
)
def test_the_dark_hours_may_go_over_midnight(run: Run, hour: int, begins: int, ends: int, dark: bool) -> None:
    assert run(HOURS, [hour, begins, ends]) is dark


def test_what_version_0_1_kept_of_the_sounds_is_understood(run: Run) -> None:
    kept = run(
        """async () => {
          localStorage.setItem('kasa-screen', JSON.stringify({ sound: 80, lineSound: true, theme: 'dark' }));
          const { Prefs } = await import('/static/till/ui/prefs.js');
          const { settings } = new Prefs();
          return [settings.refusedVolume, settings.faultVolume, settings.saleVolume, settings.theme, settings.scale];
        }"""
    )
    assert kept == [80, 80, 80, "dark", 100]
