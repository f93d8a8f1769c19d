"""Device keys: P-256 public keys in JWK form, and the check of a signature."""

import base64
import binascii
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

_SHA256 = ec.ECDSA(hashes.SHA256())


def clean_jwk(value: object) -> dict[str, str] | None:
    """The four members that name a P-256 point, or None when this is not one on the curve."""
    if not isinstance(value, dict) or value.get("kty") != "EC" or value.get("crv") != "P-256":
        return None
    x, y = value.get("x"), value.get("y")
    if not isinstance(x, str) or not isinstance(y, str) or len(x) != 43 or len(y) != 43:
        return None
    if "d" in value:
        return None  # Somebody sent the private key; it is compromised by having travelled.
    jwk = {"kty": "EC", "crv": "P-256", "x": x, "y": y}
    return jwk if _load(x, y) is not None else None


@lru_cache(maxsize=2048)
def _load(x: str, y: str) -> ec.EllipticCurvePublicKey | None:
    try:
        point_x = int.from_bytes(base64.urlsafe_b64decode(x + "="), "big")
        point_y = int.from_bytes(base64.urlsafe_b64decode(y + "="), "big")
        return ec.EllipticCurvePublicNumbers(point_x, point_y, ec.SECP256R1()).public_key()
    except (ValueError, binascii.Error):
        return None


def decode_signature(text: object) -> bytes | None:
    """The 64 bytes r||s of a signature in standard base64, or None."""
    if not isinstance(text, str) or len(text) != 88:
        return None
    try:
        raw = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        return None
    return raw if len(raw) == 64 else None


def verify(jwk: dict[str, str], message: str, signature: bytes) -> bool:
    """Whether the key signed the ASCII text of `message` (ECDSA, SHA-256, raw r||s)."""
    key = _load(jwk["x"], jwk["y"])
    if key is None:
        return False
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    try:
        key.verify(encode_dss_signature(r, s), message.encode("ascii"), _SHA256)
    except InvalidSignature:
        return False
    return True
