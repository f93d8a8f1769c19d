"""A receipt for whoever holds its code, without signing in.

The code is the receipt's id and a proof that only its till and this server can know: the first 16 bytes of SHA-256 over
the device's signature of the journal item. The till can make it while the server is away; nobody can guess it.
"""

import base64
import binascii
import hashlib
import hmac
import uuid

from pos.models import Receipt

LABEL = b"kasa-receipt:"
PROOF = 16
LENGTH = 43


def token_of(receipt_id: uuid.UUID, signature: str) -> str:
    """The code of a receipt: 32 bytes as base64url without padding. `signature` is the item's `sig`."""
    proof = hashlib.sha256(LABEL + signature.encode()).digest()[:PROOF]
    return base64.urlsafe_b64encode(receipt_id.bytes + proof).decode().rstrip("=")


def receipt_by_token(token: str) -> Receipt | None:
    """The receipt whose code this is; None for any other text, and for one that has not arrived yet."""
    if len(token) != LENGTH or not token.isascii():
        return None
    try:
        held = base64.b64decode(token + "=", altchars=b"-_", validate=True)
    except binascii.Error:
        return None
    found = (
        Receipt.objects.select_related("item", "store__company", "till")
        .filter(id=uuid.UUID(bytes=held[:PROOF]))
        .first()
    )
    signature = found.item.sig if found else None
    if found is None or signature is None or not hmac.compare_digest(token, token_of(found.id, signature)):
        return None
    return found
