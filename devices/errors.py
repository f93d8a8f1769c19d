"""Anticipated failures of the bridge.

Each one carries a `lower_snake_case` code that the till translates and a plain English sentence for the log;
anything that is not a `BridgeError` is a fault of ours and is logged with its trace.
"""


class BridgeError(Exception):
    """A refusal that the caller can act on: `code` is stable, `detail` is a sentence."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


class ConfigError(Exception):
    """The configuration cannot be used; the message is one plain sentence naming the key."""


class TransportError(Exception):
    """The wire to a device failed. `touched` is true when some bytes may already have reached the device."""

    def __init__(self, detail: str, *, touched: bool = False) -> None:
        super().__init__(detail)
        self.detail = detail
        self.touched = touched
