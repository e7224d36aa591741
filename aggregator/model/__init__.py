"""The frozen values that travel between the rooms.

Times are aware UTC datetimes, durations timedeltas, sizes bytes. Every value here is
plain and picklable, so that a visit can run in a thread, a process or on a cluster.
"""

from __future__ import annotations

from aggregator.model.answers import (
    Failure,
    Fetched,
    Freshness,
    Hop,
    Limits,
    NotModified,
    Validators,
)
from aggregator.model.articles import Article, ScrapeState
from aggregator.model.entries import Entry, FeedHints, ParsedFeed
from aggregator.model.matching import Document, Flag, Match
from aggregator.model.memory import FeedState, FeedStateName, HostState, Seam
from aggregator.model.outcomes import Filed, RunReport
from aggregator.model.settings import (
    AlertSettings,
    CaseRule,
    Config,
    Feed,
    FeedKind,
    Form,
    ListRule,
    Name,
    Settings,
    Smtp,
    Subscription,
    Watchlist,
)
from aggregator.model.stories import (
    Candidate,
    Copy,
    Decisions,
    Fingerprint,
    Placement,
    StoryFacts,
)
from aggregator.model.telling import Intent, Mail, StoryEvent, Told
from aggregator.model.visits import (
    FeedTask,
    FeedVisited,
    PageTask,
    PageVisited,
    Robots,
    Visit,
    Visited,
    VisitRules,
)

__all__ = [
    "AlertSettings",
    "Article",
    "Candidate",
    "CaseRule",
    "Config",
    "Copy",
    "Decisions",
    "Document",
    "Entry",
    "Failure",
    "Feed",
    "FeedHints",
    "FeedKind",
    "FeedState",
    "FeedStateName",
    "FeedTask",
    "FeedVisited",
    "Fetched",
    "Filed",
    "Fingerprint",
    "Flag",
    "Form",
    "Freshness",
    "Hop",
    "HostState",
    "Intent",
    "Limits",
    "ListRule",
    "Mail",
    "Match",
    "Name",
    "NotModified",
    "PageTask",
    "PageVisited",
    "ParsedFeed",
    "Placement",
    "Robots",
    "RunReport",
    "ScrapeState",
    "Seam",
    "Settings",
    "Smtp",
    "StoryEvent",
    "StoryFacts",
    "Subscription",
    "Told",
    "Validators",
    "Visit",
    "VisitRules",
    "Visited",
    "Watchlist",
]
