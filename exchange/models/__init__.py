"""Tables of what this server exchanges with other systems."""

from exchange.models.recorders import Recorder, RecorderState, RecorderTill
from exchange.models.scales import LabelGoods, LabelScale, ScalePlace

__all__ = ["LabelGoods", "LabelScale", "Recorder", "RecorderState", "RecorderTill", "ScalePlace"]
