"""Signed messages to other systems' addresses (Standard Webhooks): what may be called, how it is sent, and who sends.

``addresses``  which addresses may be called at all (nobody's private network), checked at registration and at every try
``sending``    one request to a checked address, signed, bounded in time and bytes, following nothing
``courier``    sends what is due, many at a time, each receiver only a few
"""

from shared.webhooks.addresses import Blocked, Guard, guard, home, use_settings
from shared.webhooks.courier import Courier, Parcel
from shared.webhooks.sending import Outcome, new_secret, post, signed

__all__ = [
    "Blocked",
    "Courier",
    "Guard",
    "Outcome",
    "Parcel",
    "guard",
    "home",
    "new_secret",
    "post",
    "signed",
    "use_settings",
]
