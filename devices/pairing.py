"""The pairing token: made by the bridge, shown once, kept only as a hash.

The token has 160 random bits, so a plain SHA-256 needs neither salt nor stretching, and guessing is hopeless.
"""

import base64
import hashlib
import hmac
import json
import os
import secrets
from pathlib import Path

from devices.errors import ConfigError
from devices.protocol import SHA256

TOKEN_BYTES = 20


def new_token() -> str:
    """32 letters and digits in groups of four, easy to read aloud and to type."""
    text = base64.b32encode(secrets.token_bytes(TOKEN_BYTES)).decode()
    return "-".join(text[place : place + 4] for place in range(0, len(text), 4))


def token_hash(token: str) -> str:
    """SHA-256 of the token without dashes and spaces, in upper case: how it was typed does not matter."""
    kept = "".join(character for character in token.upper() if character.isalnum())
    return hashlib.sha256(kept.encode()).hexdigest()


class Pairing:
    def __init__(self, sha256: str) -> None:
        self._sha256 = sha256

    def accepts(self, token: str) -> bool:
        return hmac.compare_digest(token_hash(token), self._sha256)


def load(path: Path) -> Pairing | None:
    """The stored pairing, or None before the first run. Raises ConfigError when the file is not what we
    wrote.
    """
    if not path.exists():
        return None
    try:
        value = json.loads(path.read_text(encoding="utf-8"))["token_sha256"]
        if not SHA256.fullmatch(value):
            raise ValueError("not a SHA-256")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigError(f"{path} is damaged ({error}); delete it and pair the till again.") from error
    return Pairing(value)


def create(path: Path) -> str:
    """Make and store a new pairing, replacing any other. Returns the token; it is not written anywhere."""
    token = new_token()
    part = path.with_suffix(".part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump({"token_sha256": token_hash(token)}, file)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    return token
