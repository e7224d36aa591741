"""Ways to deliver: one file each, and its line in CHANNELS.

A channel is opened once a delivery. It connects before a message is made (a server that
refuses burns no attempt), sends messages byte for byte, and raises DeliveryError, whose
`scope` says whether the message or the server is to blame.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from aggregator.channels.email import EmailChannel
from aggregator.channels.webhook import WebhookChannel

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aggregator.model import AlertSettings, Mail


class Channel(Protocol):
    """What `deliver` needs of a way to deliver."""

    def __init__(self, settings: AlertSettings, environ: Mapping[str, str]) -> None:
        """Prepare; touch no network."""

    def server_of(self, recipient: str) -> str:
        """Return the name of the server that this recipient depends on."""

    def connect(self, recipient: str) -> None:
        """Make sure that the recipient's server answers, before anything is sent.

        Raises:
            DeliveryError: with scope 'server'.
        """

    def send(self, mail: Mail) -> str:
        """Hand one message over and return the server's answer.

        Raises:
            DeliveryError: it was not accepted, or nobody can know.
        """

    def close(self) -> None:
        """Leave politely; never raises."""


CHANNELS: dict[str, type[Channel]] = {
    "email": EmailChannel,
    "webhook": WebhookChannel,
}

__all__ = ["CHANNELS", "Channel"]
