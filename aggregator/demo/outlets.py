"""The sample outlets and their articles, as written in samples/outlets/*.toml.

One file is one outlet: how it publishes, then its articles. An article states

- `batch` 1 (there before the start) or 2 (comes with `Demo.publish_more`), and `age`,
  the minutes between its publication and the moment its batch appears;
- its own `text`, or `copy_of = "outlet/slug"` for a copy, with `before` (paragraphs put
  in front), `keep` (paragraphs kept) and `spelling = "ascii"`;
- `expect`, the watchlists of samples/watchlists.yaml that must flag it, no more and no
  fewer, judged over title, lead and text;
- `story`: articles with the same value carry one text; those with none are alone;
- `scrape_state`, where it is not `full`.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import resources
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

# Letters that people leave out when they type Turkish on a foreign keyboard.
_ASCII = str.maketrans("çğıöşüâîûÇĞİÖŞÜÂÎÛ’“”–", 'cgiosuaiuCGIOSUAIU\'""-')


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One article. `paragraphs` is its text; `number` is unique within its outlet."""

    outlet_id: str
    slug: str
    number: int
    batch: int
    age: timedelta
    title: str
    lead: str
    paragraphs: tuple[str, ...]
    expect: tuple[str, ...]
    story: str
    agency: str = ""
    scrape_state: str = "full"

    @property
    def key(self) -> str:
        """`outlet/slug`, unique in the demo."""
        return f"{self.outlet_id}/{self.slug}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """One publisher and its habits.

    path: the address of an article, with {slug} or {number}. guid: 'link', 'none', or
    'same' for all. zoneless: dates without zone. validators: what the server offers.
    disallow: a folder that robots.txt refuses, '' for none. body: the selector that
    feeds.yaml states for its pages, '' for none. own: a municipality whose
    releases are followed through the press.
    """

    id: str
    outlet: str
    kind: Literal["rss", "atom", "json", "sitemap", "html"]
    language: str
    category: str
    region: str
    sections: tuple[str, ...]
    articles: tuple[Sample, ...]
    timezone: str = "Europe/Istanbul"
    charset: str = "utf-8"
    template: Literal["page", "old"] = "page"
    path: str = "/haber/{slug}"
    guid: Literal["link", "none", "same"] = "link"
    dates: Literal["zoned", "zoneless"] = "zoned"
    validators: Literal["both", "etag", "weak-etag", "last-modified"] = "both"
    json_ld: bool = False
    full_text: bool = False
    entities: bool = False
    relative_links: bool = False
    disallow: str = ""
    body: str = ""
    own: bool = False

    def path_of(self, sample: Sample) -> str:
        """Return the path (and query) of an article's page."""
        return self.path.format(slug=sample.slug, number=sample.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """An article as it stands on its site. published_at is aware, in UTC."""

    outlet: Outlet
    sample: Sample
    url: str
    published_at: datetime


def folder() -> Traversable:
    """Return the folder of the sample files, wherever the package is installed."""
    return resources.files("aggregator.demo") / "samples"


def load_outlets() -> tuple[Outlet, ...]:
    """Read all sample outlets, in order of their ids."""
    files = sorted(
        (file for file in (folder() / "outlets").iterdir() if ".toml" in file.name),
        key=lambda file: file.name,
    )
    raw = {
        file.name.removesuffix(".toml"): tomllib.loads(file.read_text("utf-8"))
        for file in files
    }
    texts = {
        f"{outlet_id}/{article['slug']}": article
        for outlet_id, outlet in raw.items()
        for article in outlet["articles"]
    }
    return tuple(_outlet(key, outlet, texts) for key, outlet in raw.items())


def _outlet(
    outlet_id: str, raw: dict[str, Any], texts: dict[str, dict[str, Any]]
) -> Outlet:
    habits = {key: value for key, value in raw.items() if key != "articles"}
    habits["sections"] = tuple(habits["sections"])
    # Ids of real sites rise by arrival and do not start at one.
    articles = tuple(
        _sample(outlet_id, 41_001 + 7 * place, article, texts)
        for place, article in enumerate(raw["articles"])
    )
    return Outlet(id=outlet_id, articles=articles, **habits)


def _sample(
    outlet_id: str,
    number: int,
    raw: dict[str, Any],
    texts: dict[str, dict[str, Any]],
) -> Sample:
    source = texts[raw["copy_of"]] if "copy_of" in raw else raw
    paragraphs = (
        *_paragraphs(raw.get("before", "")),
        *_paragraphs(source["text"])[: raw.get("keep")],
    )
    if raw.get("spelling") == "ascii":
        paragraphs = tuple(line.translate(_ASCII) for line in paragraphs)
    return Sample(
        outlet_id=outlet_id,
        slug=raw["slug"],
        number=number,
        batch=raw["batch"],
        age=timedelta(minutes=raw["age"]),
        title=raw["title"],
        lead=raw["lead"],
        paragraphs=paragraphs,
        expect=tuple(sorted(raw["expect"])),
        story=raw.get("story", f"{outlet_id}/{raw['slug']}"),
        agency=source.get("agency", ""),
        scrape_state=raw.get("scrape_state", "full"),
    )


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.strip().split("\n\n") if part)
