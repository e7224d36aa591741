"""Sample outlets and a mailbox on loopback, to see the whole program without internet.

How a demo runs; `now` is the time at that moment, in UTC:

    with demo.start(Path("db/demo"), now=now) as shown:
        poll(shown.config_path, deliver=False)    # first run: baseline, no alert
        shown.publish_more(now)                   # a morning's news appears
        poll(shown.config_path, force=True)       # brings it, flags it, mails it
        poll(shown.config_path, force=True)       # every feed says 304, nothing new
        shown.requests(), shown.mails(), shown.published()

The first run must not deliver: the demo's daily digest is due at the minute of the
start and goes out once a day, so an early delivery would send an empty one. `force`
because no feed is due again within its interval. The outlets, their articles and what
the watchlists must find in them are data: see `aggregator.demo.outlets`.
"""

from __future__ import annotations

import contextlib
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aggregator.demo.mailbox import Sink, read_mails
from aggregator.demo.settings import DATABASE, MARK, render_config
from aggregator.demo.site import Site
from aggregator.errors import AggregatorError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from email.message import EmailMessage
    from pathlib import Path

    from aggregator.demo.outlets import Published
    from aggregator.demo.site import Request

DESK_URL = "http://127.0.0.1:8001"
_CONFIG = "feeds.yaml"
_MAILDIR = "mail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """A demo that runs: its files and what happened so far."""

    config_path: Path
    maildir: Path
    site: Site

    def publish_more(self, now: datetime) -> int:
        """Let the second batch appear; return how many articles came."""
        return self.site.publish(2, now)

    def published(self) -> tuple[Published, ...]:
        """Return every article on the sites, newest first, with what it must give."""
        return self.site.published()

    def requests(self) -> tuple[Request, ...]:
        """Return all requests that the sites answered, in order."""
        return self.site.requests()

    def mails(self) -> tuple[EmailMessage, ...]:
        """Return the mails that arrived, oldest first."""
        return read_mails(self.maildir)


@contextlib.contextmanager
def start(folder: Path, *, now: datetime, desk_url: str = DESK_URL) -> Iterator[Demo]:
    """Serve the sample outlets and a mail server until the block is left.

    What an earlier demo left in the folder is removed first, so that each begins with a
    first run. The folder keeps database, mails and feeds.yaml afterwards.

    Args:
        folder: where all files go; made if it is missing.
        now: the time now, in UTC; the samples are dated relative to it.
        desk_url: where the desk will be, for the links in the mails.

    Raises:
        AggregatorError: the folder holds something that no demo wrote, or cannot be
            made and emptied.
    """
    folder = folder.absolute()
    try:
        _clear(folder)
    except OSError as error:
        raise AggregatorError(f"{folder}: {error.strerror or error}") from error
    maildir = folder / _MAILDIR
    with Site(now) as site, Sink(maildir) as sink:
        config_path = folder / _CONFIG
        config_path.write_text(
            render_config(
                site,
                database=str(folder / DATABASE),
                smtp_port=sink.port,
                desk_url=desk_url,
                now=now,
            ),
            "utf-8",
        )
        yield Demo(config_path=config_path, maildir=maildir, site=site)


def _clear(folder: Path) -> None:
    """Empty a folder that an earlier demo filled; leave any other alone."""
    folder.mkdir(parents=True, exist_ok=True)
    if not any(folder.iterdir()):
        return
    config = folder / _CONFIG
    if not (config.is_file() and config.read_text("utf-8").startswith(MARK)):
        raise AggregatorError(
            f"{folder} holds files that are not a demo's: choose another folder"
        )
    shutil.rmtree(folder)
    folder.mkdir()
