"""Tables of what this server exchanges with other systems."""

from exchange.models.scales import LabelGoods, LabelScale, ScalePlace

__all__ = ["LabelGoods", "LabelScale", "ScalePlace"]
