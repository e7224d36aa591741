"""A letter's facts as the templates show them: stories, groups, proof, health lines."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aggregator.alerts.facts import Carrier, Item, Letter, Proof
    from aggregator.alerts.wording import Words

# Stories shown in a digest; the others are counted, with a link to all.
SHOWN = 20
# Lines under one heading of a health mail; the desk and `status` show all.
LINES = 40
# Without a run for so long the proof line proves nothing, and says so.
STALE = timedelta(hours=3)
# What a mail's headline holds; so do the subject and the words beside it.
TITLE = 200
_LEAD, _SENTENCE, _NAMES = 280, 400, 8


def show_groups(letter: Letter, words: Words, base_url: str) -> list[dict[str, Any]]:
    """Group a digest's stories by the watchlist that fits each best."""
    ranked = sorted(letter.items, key=lambda item: (-item.score, -item.outlets))
    groups: dict[str, dict[str, Any]] = {}
    for place, item in enumerate(ranked):
        key, title = item.watchlists[0] if item.watchlists else ("", "")
        group = groups.setdefault(
            key,
            {
                "title": title,
                "url": f"{base_url}/izleme/{key}",
                "stories": [],
                "count": 0,
                "hidden": 0,
                "more": "",
            },
        )
        group["count"] += 1
        if place < SHOWN:
            group["stories"].append(show_story(item, words, base_url))
        else:
            group["hidden"] += 1
            group["more"] = words("all", n=group["hidden"])
    return list(groups.values())


def show_story(item: Item, words: Words, base_url: str) -> dict[str, Any]:
    """Return one story; `line` is '' where its only outlet says it all below."""
    desk = f"{base_url}/hikaye/{item.story_id}"
    return {
        "title": cut(item.title, TITLE),
        "lead": cut(item.lead, _LEAD),
        "tags": [
            {"title": title, "url": f"{base_url}/izleme/{key}"}
            for key, title in item.watchlists
        ],
        "why": "; ".join(_hit(hit.surface, hit.places, words) for hit in item.hits[:4]),
        "sentence": _cut_pieces(item.sentence),
        "line": _line(item, words),
        "others": ", ".join(title for _, title in item.watchlists[1:]),
        "carriers": [
            {
                "outlet": carrier.outlet,
                "time": words.time(carrier.at),
                "url": safe_url(carrier.url),
                "title": _other_title(carrier, item),
            }
            for carrier in item.carriers
        ],
        "copies": _copies(item, words),
        "note": _note(item, words),
        "desk": desk,
        "irrelevant": f"{desk}?isaretle=ilgisiz",
        "url": (safe_url(item.carriers[0].url) if item.carriers else "") or desk,
        "language": item.language,
    }


def show_changes(letter: Letter, words: Words) -> list[dict[str, Any]]:
    """Group health notes by what changed, what is new first."""
    groups = []
    for change in ("began", "changed", "event", "lasts", "over"):
        notes = [note for note in letter.notes if note.change == change]
        lines = []
        for note in notes:
            told = change in ("lasts", "over")
            since = words("since", time=words.time(note.since)) if told else ""
            lines.append({"text": cut(note.text, 600), "since": since})
        if len(lines) > LINES:
            more = words("health.more", n=len(lines) - LINES)
            lines[LINES:] = [{"text": more, "since": ""}]
        if lines:
            groups.append(
                {"title": words(f"health.{change}"), "change": change, "lines": lines}
            )
    return groups


def show_proof(proof: Proof, words: Words) -> str:
    """Return the line that shows that nothing was missed."""
    read = words("read.count", n=proof.articles)
    healthy = words("healthy", healthy=proof.healthy, feeds=proof.feeds)
    parts = [f"{read}, {healthy}"]
    gaps = []
    for gap in proof.gaps:
        ends = [words.time(at) for at in (gap.after_at, gap.before_at) if at]
        gaps.append(" ".join([gap.outlet, "–".join(ends)]).strip())
    for key, names in (
        ("quiet", proof.quiet),
        ("failing", proof.failing),
        ("gaps", tuple(gaps)),
    ):
        if names:
            more = f" +{len(names) - _NAMES}" if len(names) > _NAMES else ""
            parts.append(words(key, names=", ".join(names[:_NAMES]) + more))
    if proof.last_run_at is None:
        parts.append(words("never"))
    elif proof.until - proof.last_run_at > STALE:
        parts.append(words("stale", time=words.time(proof.last_run_at)))
    return "; ".join(parts) + "."


def safe_url(url: str) -> str:
    """Return an address if a click on it is harmless, else ''."""
    return url if url.startswith(("https://", "http://")) else ""


def _line(item: Item, words: Words) -> str:
    """Say how many carry it, who was first, whose text it is."""
    parts = []
    if item.outlets > 1 and item.carriers:
        first = item.carriers[0]
        parts.append(words("outlets", n=item.outlets))
        parts.append(words("first", outlet=first.outlet, time=words.time(first.at)))
    if item.agency:
        parts.append(words("agency", agency=item.agency))
    return " · ".join(parts)


def _note(item: Item, words: Words) -> str:
    notes = []
    if item.cause == "watchlist":
        names = words.listed([title for _, title in item.new_watchlists])
        notes.append(words("cause.watchlist", names=names))
    elif item.cause == "outlets":
        notes.append(words("cause.outlets", n=item.outlets))
    elif item.cause == "woke":
        notes.append(words("cause.woke"))
    if item.late:
        notes.append(words("late"))
    return ". ".join(notes)


def _copies(item: Item, words: Words) -> str:
    more = item.articles - len(item.carriers)
    return words("copies", n=more) if more > 0 else ""


def _other_title(carrier: Carrier, item: Item) -> str:
    """Return an outlet's own headline where it differs from the story's."""
    same = carrier.title.casefold().strip() == item.title.casefold().strip()
    return "" if same else cut(carrier.title, 120)


def _hit(surface: str, places: tuple[tuple[str, int], ...], words: Words) -> str:
    """Say “Bakü” başlıkta ve metinde 3 kez."""
    said = []
    for field, count in places:
        place = words(f"in.{field}")
        times = words("times", n=count)
        said.append(f"{place} {times}" if count > 1 else place)
    return f"“{surface}” {words.listed(said)}"


def cut(text: str, limit: int) -> str:
    """Return a text as one line, cut between two words where it is too long."""
    text = " ".join(text.split())
    if len(text) <= limit:
        return text
    return text[:limit].rsplit(" ", 1)[0].rstrip(",;:–- ") + " …"


def _cut_pieces(pieces: tuple[tuple[str, bool], ...]) -> list[tuple[str, bool]]:
    found, left = [], _SENTENCE
    for text, is_hit in pieces:
        if left <= 0:
            found.append((" …", False))
            break
        found.append((text[:left], is_hit))
        left -= len(text)
    return found
