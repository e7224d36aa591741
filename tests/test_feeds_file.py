from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from aggregator import config
from aggregator.match import compile_watchlists
from aggregator.model import Config, Document, Watchlist

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared" / "data"
DOCUMENT = ROOT / "docs" / "configuration.md"
BLOCK = re.compile(r"```yaml\n(.*?)```", re.DOTALL)


@pytest.fixture(scope="module")
def shipped() -> Config:
    return config.load(ROOT / "feeds.yaml", environ={})


def notes(name: str) -> dict[str, Any]:
    import yaml  # noqa: PLC0415 - only where the notes are

    path = SHARED / name
    if not path.exists():
        pytest.skip("the shared test data are not here")
    found: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    return found


def test_it_warns_of_nothing_but_the_example_contact(shipped: Config) -> None:
    assert ["contact" in warning for warning in shipped.warnings] == [True]
    assert shipped.alerts.subscriptions == ()


def test_what_is_switched_on_has_what_its_kind_needs(shipped: Config) -> None:
    enabled = [feed for feed in shipped.feeds if feed.enabled]
    assert len(enabled) > 60
    for feed in enabled:
        assert feed.region, feed.id
        assert feed.kind != "html" or feed.list, feed.id
    assert {feed.language for feed in enabled} >= {"tr", "az", "en", "ru"}
    assert {feed.category for feed in enabled} == {"municipal", "press", "agency"}
    assert [feed.id for feed in enabled if feed.own] == ["izmir-bb", "izmir-bb-en"]


def test_every_name_is_followed_or_said_to_wait(shipped: Config) -> None:
    text = (ROOT / "feeds.yaml").read_text("utf-8")
    words = text[text.index("\nwatchlists:") :]
    loose = {name.id for name in shipped.names if f"@{name.id}" not in words}
    # Kept for searches on the desk and for queries to come.
    assert loose == {
        *("anniversary", "places-of-memory", "izmir-municipality", "tdbb", "turksoy"),
        *("az-consulate-istanbul", "baku-executive"),
    }


def test_the_sources_are_those_of_the_notes(shipped: Config) -> None:
    rows = {row["id"]: row for row in notes("sources.yaml")["sources"]}
    by_id = {feed.id: feed for feed in shipped.feeds}
    assert rows.keys() - by_id.keys() == {"son-muhur-sitemap", "voa-turkce"}
    for feed in shipped.feeds:
        row = rows[feed.id]
        assert (feed.url, feed.enabled) == (row["url"], row["enabled"]), feed.id
        assert (feed.timezone, feed.kind) == (row["timezone"], row["kind"]), feed.id


def test_the_texts_of_the_notes_match_as_they_say(shipped: Config) -> None:
    names = tuple(
        Watchlist(id=f"name-{name.id}", title=name.id, terms=(f"@{name.id}",))
        for name in shipped.names
    )
    matcher = compile_watchlists(shipped.names, shipped.watchlists + names)
    wrong = []
    for row in notes("watchlists.yaml")["texts"]:
        wanted = row.get("watchlist") or f"name-{row['name']}"
        flags = matcher.flags(Document(title=row["text"], language=language(row)))
        if (wanted in {flag.watchlist_id for flag in flags}) != row["match"]:
            wrong.append((row["text"], wanted, row["match"]))
    assert wrong == []


def language(row: dict[str, Any]) -> str:
    text = row["text"]
    if re.search("[а-я]", text):
        return "ru"
    if "ə" in text:
        return "az"
    return "en" if "Sister City" in text else "tr"


def test_every_yaml_block_of_the_reference_loads(tmp_path: Path) -> None:
    blocks = BLOCK.findall(DOCUMENT.read_text("utf-8"))
    assert len(blocks) > 5
    for number, block in enumerate(blocks):
        config.loads(block.encode(), tmp_path / f"block-{number}.yaml", {})


def test_every_key_is_in_the_reference() -> None:
    from aggregator.config import schema  # noqa: PLC0415 - pydantic

    text = DOCUMENT.read_text("utf-8")
    for row in (
        *(schema.SettingsRow, schema.FeedRow, schema.ListRow, schema.FormRow),
        *(schema.WatchlistRow, schema.AlertsRow, schema.SmtpRow),
        schema.SubscriptionRow,
    ):
        for name, field in row.model_fields.items():
            assert f"`{field.alias or name}`" in text, name
