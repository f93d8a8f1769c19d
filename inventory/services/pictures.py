"""The picture of goods: what a cashier who checks a price compares the thing in hand with."""

import hashlib
from datetime import datetime

from core import feed
from core.picture import checked
from inventory.models import GoodsPicture, Product
from inventory.services import publishing

MAX_KIBIBYTES = 512
LEAST_SIDE, LARGEST_SIDE = 64, 2048


def product_picture_set(product: Product, content: bytes, *, now: datetime) -> Product:
    """Shows this picture on the item card, in place of another. Raises BadPicture."""
    found = checked(content, kibibytes=MAX_KIBIBYTES, least=LEAST_SIDE, largest=LARGEST_SIDE)
    sha256 = hashlib.sha256(content).hexdigest()
    with feed.transaction():
        picture, _made = GoodsPicture.objects.get_or_create(
            sha256=sha256, defaults={"media_type": found.media_type, "content": content, "added_at": now}
        )
        return _show(product, picture, now)


def product_picture_remove(product: Product, *, now: datetime) -> Product:
    """Shows no picture any more."""
    with feed.transaction():
        return _show(product, None, now)


def _show(product: Product, picture: GoodsPicture | None, now: datetime) -> Product:
    """Changes what is shown and tells the tills; a picture that nothing shows any more is forgotten."""
    held = Product.objects.select_for_update(no_key=True).get(id=product.id)
    before = held.picture_id
    if before == (picture.sha256 if picture else None):
        return held
    held.picture, held.changed_at = picture, now
    held.save(update_fields=["picture", "changed_at"])
    if before and not Product.objects.filter(picture_id=before).exists():
        GoodsPicture.objects.filter(sha256=before).delete()
    if held.active:
        publishing.publish_products([held])
    return held
