"""What a run holds open while articles come in."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from aggregator import match, meaning, store
from aggregator.errors import ModelError
from aggregator.intake.similarity import ByMeaning
from aggregator.store import matches
from aggregator.text import fold_key

if TYPE_CHECKING:
    from datetime import datetime

    from aggregator.match import Matcher
    from aggregator.model import Candidate, Config, Feed
    from aggregator.stories import Profile, Similarity


class Intake:
    """The store, the configuration and the compiled watchlists of one run."""

    def __init__(
        self, config: Config, db: store.Db, problems: list[str] | None = None
    ) -> None:
        self.config = config
        self.db = db
        # What went wrong and stops nothing; whoever gave the list tells it.
        self.problems: list[str] = [] if problems is None else problems
        self.feeds: dict[str, Feed] = {feed.id: feed for feed in config.feeds}
        self.zone = ZoneInfo(config.settings.timezone)
        # What speaks for flagged stories, and what is read of it, by article: it is
        # compared with every newly flagged one of the run.
        self.speakers: dict[int, Candidate] = {}
        self.profiles: dict[int, Profile] = {}

    @cached_property
    def matcher(self) -> Matcher:
        """The watchlists, compiled when the first text comes."""
        return match.compile_watchlists(self.config.names, self.config.watchlists)

    @cached_property
    def similarity(self) -> Similarity | None:
        """The model of the extra `related`, loaded when the first story asks for it.

        None where the extra is not installed or cannot be used: words decide then.
        """
        if not meaning.is_installed():
            return None
        try:
            return ByMeaning(self.db, meaning.load())
        except ModelError as error:
            self.problems.append(f"related stories are found by words alone: {error}")
            return None

    @cached_property
    def since(self) -> dict[str, int]:
        """The highest article id that was there before each watchlist."""
        stored = matches.stored_watchlists(self.db)
        return {key: watchlist.since_id for key, watchlist in stored.items()}

    @cached_property
    def thresholds(self) -> dict[str, float]:
        """The score under which a story makes no alert, by watchlist."""
        return {item.id: item.threshold for item in self.config.watchlists}

    def local_day(self, at: datetime) -> str:
        """Return the day of a time in the operator's zone."""
        return at.astimezone(self.zone).date().isoformat()

    @cached_property
    def written_forms(self) -> dict[str, str]:
        """Each folded written form of a name, with the name's id."""
        return {
            fold_key(form.text): name.id
            for name in self.config.names
            for form in name.forms
        }
