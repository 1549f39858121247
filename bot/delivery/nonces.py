"""Pure: nonces of messages, by which Discord tells a second sending from a second message."""

from __future__ import annotations

import base64
import hashlib


def nonce_of(*named: object) -> str:
    """Return the nonce of what is named: 20 characters of URL-safe base64, Discord takes 25."""
    text = ":".join(map(str, named))
    return base64.urlsafe_b64encode(
        hashlib.blake2b(text.encode(), digest_size=15).digest()
    ).decode()
