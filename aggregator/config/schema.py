"""The rows of feeds.yaml as pydantic reads them; `build` turns them into model values.

Keys and defaults are documented in docs/configuration.md. None stands for "not given".
"""

from __future__ import annotations

from datetime import time, timedelta
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
)

from aggregator.config import forms

Duration = Annotated[timedelta, BeforeValidator(forms.duration)]
Size = Annotated[int, BeforeValidator(forms.size), Field(ge=1)]
Clock = Annotated[time, BeforeValidator(forms.clock)]
Quiet = Annotated[tuple[time, time], BeforeValidator(forms.quiet)]
Weekday = Annotated[int, BeforeValidator(forms.weekday)]
Truth = Annotated[bool, BeforeValidator(forms.truth)]
Text = Annotated[str, AfterValidator(forms.text)]
Term = Annotated[str, AfterValidator(forms.term)]
Id = Annotated[str, AfterValidator(forms.identifier)]
Language = Annotated[str, AfterValidator(forms.language)]
Web = Annotated[str, AfterValidator(forms.web_address)]
Mail = Annotated[str, AfterValidator(forms.mail_address)]
Sender = Annotated[str, AfterValidator(forms.sender)]
Zone = Annotated[str, AfterValidator(forms.zone)]
Encoding = Annotated[str, AfterValidator(forms.encoding)]
Header = Annotated[str, AfterValidator(forms.header)]
Host = Annotated[str, AfterValidator(forms.host)]
Selector = Annotated[str, AfterValidator(forms.selector)]
LinkRule = Annotated[str, AfterValidator(forms.link_rule)]
Texts = list[Text]  # a field below is called `list`
Terms = list[Term]
Hosts = list[Host]
Selectors = list[Selector]
Weekdays = list[Weekday]


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class SettingsRow(_Row):
    """`settings`."""

    database: Text = "db/news.db"
    timezone: Zone = "Europe/Istanbul"
    contact: Header = "basin@example.org"
    interval: Duration = timedelta(minutes=60)
    max_interval: Duration = timedelta(hours=24)
    hosts_at_once: int = Field(16, ge=1, le=256)
    host_delay: Duration = timedelta(seconds=1)
    connect_timeout: Duration = timedelta(seconds=10)
    read_timeout: Duration = timedelta(seconds=20)
    total_timeout: Duration = timedelta(seconds=60)
    max_run: Duration = timedelta(minutes=10)
    max_feed_bytes: Size = 10_000_000
    max_page_bytes: Size = 5_000_000
    max_scrape_age: Duration = timedelta(days=7)
    allow_hosts: Hosts = []


class ListRow(_Row):
    """`feeds[].list`: where a listing page keeps its entries."""

    item: Selector | None = None
    link: LinkRule | None = None
    title: Selector | None = None
    date: Selector | None = None


class FeedRow(_Row):
    """One row of `feeds`."""

    id: Id
    outlet: Text
    url: Web
    kind: Literal["feed", "sitemap", "html"] = "feed"
    language: Language = "tr"
    category: Text = "press"
    region: str = ""
    timezone: Zone | None = None
    interval: Duration | None = None
    enabled: Truth = True
    scrape: Truth = True
    own: Truth = False
    list: ListRow | None = None
    user_agent: Header | None = None
    encoding: Encoding | None = None
    ca_bundle: Text | None = None
    verify: Truth = True
    robots: Truth = True
    body: Selector | None = None
    remove: Selectors = []


class FormRow(_Row):
    """One written form of a name, when it is more than a text."""

    text: Term
    language: Language | None = None
    case: Literal["auto", "strict", "any"] = "auto"


class WatchlistRow(_Row):
    """One row of `watchlists`."""

    id: Id
    title: Text | None = None
    query: Text | None = None
    terms: Terms | None = Field(None, min_length=1)
    ignore: Terms = []
    threshold: float = Field(0.0, ge=0, strict=False)


class SmtpRow(_Row):
    """`alerts.smtp`. port None: the usual one of `security`."""

    host: Host = "localhost"
    port: int | None = Field(None, ge=1, le=65535)
    security: Literal["none", "starttls", "tls"] = "none"
    username: Text | None = None
    password_env: Annotated[str, Field(pattern="^[A-Za-z_][A-Za-z0-9_]*$")] | None = (
        None
    )
    ca_bundle: Text | None = None
    timeout: Duration = timedelta(seconds=20)


class SubscriptionRow(_Row):
    """One row of `alerts.subscriptions`; `checks` judges `to` and `watchlists`."""

    to: Text
    watchlists: Annotated[
        Texts | Literal["all"], BeforeValidator(forms.watchlist_choice)
    ]
    mode: Literal["instant", "hourly", "daily"]
    at: Clock | None = None
    days: Weekdays = []
    quiet: Quiet | None = None
    language: Literal["tr", "en"] = "tr"
    channel: Literal["email", "webhook"] = "email"


class AlertsRow(_Row):
    """`alerts`, without its subscriptions, which are read one by one."""

    sender: Sender = Field("Basın Takip <takip@example.org>", alias="from")
    base_url: Web = "http://127.0.0.1:8001"
    smtp: SmtpRow = Field(default_factory=lambda: SmtpRow.model_validate({}))
    operator: Mail | None = None
    operator_language: Literal["tr", "en"] = "tr"
    ping_url: Web | None = None
    storm_cap: int = Field(10, ge=1)
    spikes: Literal["off", "low", "medium", "high"] = "medium"
    webhook_secret_env: str = Field(
        "AGGREGATOR_WEBHOOK_SECRET", pattern="^[A-Z_][A-Z0-9_]*$"
    )
