"""Pictures of goods, for the item card."""

from core.models.pictures import StoredPicture, picture_checks


class GoodsPicture(StoredPicture):
    """Several products may show the same one. `content` is at most 512 KiB."""

    class Meta:
        constraints = picture_checks("goods_picture")

    def __str__(self) -> str:
        return self.sha256[:8]
