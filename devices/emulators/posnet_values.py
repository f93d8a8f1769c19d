"""The types of data of the POSNET protocol as an emulated printer reads them; what is wrong is the maker's number."""

from decimal import Decimal, InvalidOperation

Values = dict[str, str]


class PosnetError(Exception):
    """An error of the command; `frame` when it is about the frame's fields."""

    def __init__(self, number: int, frame: bool = False, where: str = "") -> None:
        super().__init__(str(number))
        self.number = number
        self.frame = frame
        self.where = where


def whole(values: Values, key: str) -> int:
    text = values.get(key)
    if text is None:
        raise PosnetError(2, frame=True, where=key)
    if not (text.isascii() and text.isdigit()):
        raise PosnetError(3, frame=True, where=key)
    return int(text)


def alpha(values: Values, key: str, most: int) -> str:
    text = values.get(key)
    if not text:
        raise PosnetError(2, frame=True, where=key)
    if len(text) > most:
        raise PosnetError(10, frame=True, where=key)
    return text


def decimal(text: str) -> Decimal:
    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation:
        raise PosnetError(3, frame=True, where="il") from None


def truth(values: Values, key: str, default: bool | None) -> bool:
    text = values.get(key)
    if text is None and default is not None:
        return default
    if text in ("1", "t", "T", "Y", "y"):
        return True
    if text in ("0", "n", "N"):
        return False
    raise PosnetError(3, frame=True, where=key)
