"""The demo shop's two promotions; `manage.py demo` finds this module by its name."""

from inventory.demo import steps
from loyalty import services
from loyalty.models import Promotion

_THREE_FOR_TWO = {"pl": "Czekolada 3 za 2", "uk": "Шоколад 3 за ціною 2", "ru": "Шоколад 3 по цене 2"}
_EVENING = {"pl": "Pieczywo wieczorem -20 %", "uk": "Хліб увечері −20 %", "ru": "Хлеб вечером −20 %"}


@steps.step(50)
def promotions_step(demo: steps.Demo) -> None:
    """Three chocolates for the price of two, and bread 20 % cheaper from six in the evening."""
    if Promotion.objects.exists():
        return
    services.promotion_save(
        name=_THREE_FOR_TWO[demo.language],
        kind="n_for_m",
        params={"take": 3, "pay": 2},
        groups=[demo.groups["sweets"].id],
        now=demo.now,
    )
    services.promotion_save(
        name=_EVENING[demo.language],
        kind="percent",
        params={"percent": 2000},
        groups=[demo.groups["bread"].id],
        hours=[(18 * 60, 24 * 60)],
        now=demo.now,
    )
