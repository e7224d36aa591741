"""Try the real way with a sample, log in and leave, ask the dead man's switch."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from aggregator.alerts.facts import Carrier, Hit, Item, Letter
from aggregator.channels import CHANNELS
from aggregator.channels.email import EmailChannel
from aggregator.channels.webhook import ping as ask
from aggregator.errors import DeliveryError
from aggregator.urls import hide_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from aggregator.model import Config


def send_test(
    config: Config,
    address: str,
    now: datetime,
    environ: Mapping[str, str] = os.environ,
) -> Iterator[str]:
    """Send a sample to an address the way alerts go; yield the server's answers.

    Raises:
        DeliveryError: it was not accepted; the answers so far were yielded.
    """
    is_hook = address.lower().startswith(("http://", "https://", "$"))
    name = "webhook" if is_hook else "email"
    channel = CHANNELS[name](config.alerts, environ)
    from aggregator.deliver import letters  # noqa: PLC0415 - a run only pings

    look = letters.look_of(config)
    to, server = hide_key(address), channel.server_of(address)
    letter = _sample(to, now, _language_of(config, to))
    mail, _ = letters.to_message(letter, name, look)
    mail = replace(mail, recipient=address)
    yield f"to {to} by {name}, server {server}"
    failure: DeliveryError | None = None
    try:
        channel.connect(address)
        yield "connected"
        answer = channel.send(mail)
    except DeliveryError as error:
        answer, failure = str(error), error
    if isinstance(channel, EmailChannel):
        yield from channel.transcript
    channel.close()
    if failure is not None:
        raise failure
    yield f"accepted: {answer}"


def try_login(config: Config, environ: Mapping[str, str] = os.environ) -> str:
    """Connect to the mail server as a delivery does; return what went well.

    Raises:
        DeliveryError: it cannot be used; the message says why.
    """
    channel = EmailChannel(config.alerts, environ)
    channel.connect()
    channel.close()
    smtp = config.alerts.smtp
    secure = {"none": "unencrypted", "starttls": "STARTTLS", "tls": "TLS"}
    log_in = f", logged in as {smtp.username}" if smtp.username else ""
    return f"answers ({secure[smtp.security]}{log_in})"


def ping(config: Config) -> str | None:
    """Ask the dead man's switch, if there is one; return what went wrong, or None."""
    if config.alerts.ping_url is None:
        return None
    try:
        ask(config.alerts.ping_url)
    except DeliveryError as error:
        return str(error)
    return None


def _language_of(config: Config, address: str) -> str:
    """Return the language in which an address is written to."""
    for way in config.alerts.subscriptions:
        if way.to == address:
            return way.language
    is_operator = address == config.alerts.operator
    return config.alerts.operator_language if is_operator else "tr"


def _sample(address: str, now: datetime, language: str) -> Letter:
    """Return a made-up story from the Turkish press, marked as a test."""
    at = now - timedelta(minutes=20)
    title = "İzmir ile Bakü arasında yeni vapur hattı görüşülüyor"
    carriers = tuple(
        Carrier(outlet=outlet, title=title, url="https://example.org/", at=at)
        for outlet in ("Örnek Gazete", "Sınama Haber")
    )
    item = Item(
        story_id=0,
        title=title,
        lead="Bu, posta yolunu denemek için uydurulmuş bir haberdir.",
        language="tr",
        agency="",
        watchlists=(("deneme", "Deneme"),),
        new_watchlists=(("deneme", "Deneme"),),
        score=1.0,
        outlets=2,
        articles=2,
        carriers=carriers,
        hits=(Hit(surface="Bakü", places=(("title", 1), ("text", 2))),),
        sentence=(("Görüşmeler ", False), ("Bakü'de", True), (" sürüyor.", False)),
    )
    return Letter(
        kind="test",
        slot="test",
        recipient=address,
        language=language,
        at=now,
        key=f"test|{now.isoformat()}",
        items=(item,),
    )
