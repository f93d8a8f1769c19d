"""The demo shop's two tills; `manage.py demo` finds this module by its name."""

from inventory.demo import steps
from pos.models import Till
from pos.services.tills import till_create

_NAMES = {"pl": "Kasa {}", "uk": "Каса {}", "ru": "Касса {}"}


@steps.step(70)
def tills_step(demo: steps.Demo) -> None:
    """Tills 1 and 2, waiting for a device."""
    for number in (1, 2):
        if not Till.objects.filter(store=demo.shop, number=number).exists():
            till_create(
                store=demo.shop, number=number, name=_NAMES[demo.language].format(number), now=demo.now
            )
