"""The chain of one device: items linked by hashes and signed with the device's key."""

import base64
import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from uuid_utils.compat import uuid7

FIRST_PREV = "0" * 64
_SIGNATURE = ec.ECDSA(hashes.SHA256())

Item = dict[str, Any]


def canonical(value: Any) -> bytes:
    """RFC 8785 for integers, strings, booleans, null, arrays and objects with ASCII keys."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(value: Any) -> str:
    """Lower-case hex SHA-256 of the canonical bytes."""
    return hashlib.sha256(canonical(value)).hexdigest()


def instant(moment: datetime) -> str:
    """RFC 3339, UTC, milliseconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def new_id() -> str:
    """A UUIDv7."""
    return str(uuid7())


class DeviceKey:
    """A P-256 key pair."""

    def __init__(self, private: ec.EllipticCurvePrivateKey | None = None) -> None:
        self._private = private or ec.generate_private_key(ec.SECP256R1())

    @property
    def jwk(self) -> dict[str, str]:
        """The public half, as enrolling sends it."""
        numbers = self._private.public_key().public_numbers()
        x, y = (
            base64.urlsafe_b64encode(n.to_bytes(32, "big")).rstrip(b"=").decode()
            for n in (numbers.x, numbers.y)
        )
        return {"kty": "EC", "crv": "P-256", "x": x, "y": y}

    def sign(self, text: str) -> str:
        """Base64 of r||s over the ASCII bytes of the text."""
        r, s = decode_dss_signature(self._private.sign(text.encode("ascii"), _SIGNATURE))
        return base64.b64encode(r.to_bytes(32, "big") + s.to_bytes(32, "big")).decode()

    def to_pem(self) -> str:
        """The private half, for keeping."""
        return self._private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode()

    @classmethod
    def from_pem(cls, text: str) -> "DeviceKey":
        """The pair that `to_pem` kept."""
        private = serialization.load_pem_private_key(text.encode(), None)
        assert isinstance(private, ec.EllipticCurvePrivateKey), "a device key is an elliptic curve key"
        return cls(private)


@dataclass
class Chain:
    """Makes the next item of one incarnation; `seq` and `hash` are those of the last one made."""

    key: DeviceKey
    inc: int
    seq: int = 0
    hash: str = FIRST_PREV

    def item(self, kind: str, body: dict[str, Any], *, at: datetime, item_id: str | None = None) -> Item:
        """A signed item; it becomes the head of the chain."""
        item = {
            "type": kind,
            "id": item_id or new_id(),
            "inc": self.inc,
            "seq": self.seq + 1,
            "prev": self.hash,
            "at": instant(at),
            "body": body,
        }
        signed = self.signed(item)
        self.seq, self.hash = signed["seq"], signed["hash"]
        return signed

    def signed(self, item: Item) -> Item:
        """The item with its hash and signature computed anew; used to make odd items in tests, too."""
        members = ("type", "id", "inc", "seq", "prev", "at", "body")
        hashed = digest({name: item[name] for name in members})
        return {**item, "hash": hashed, "sig": self.key.sign(hashed)}
