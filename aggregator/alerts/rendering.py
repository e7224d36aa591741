"""How a letter reads: subject, plain text and HTML from one set of facts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from aggregator.alerts.wording import Words

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from jinja2 import Environment

    from aggregator.alerts.facts import Carrier, Item, Letter, Proof

# Stories shown in a digest; the others are counted, with a link to all.
SHOWN = 20
# Lines under one heading of a health mail; the desk and `status` show all.
LINES = 40
# Without a run for so long the proof line proves nothing, and says so.
STALE = timedelta(hours=3)
_LEAD, _TITLE, _SENTENCE, _NAMES = 280, 200, 400, 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What all mails share. sender: as in From. operator: for questions, may be ''."""

    base_url: str
    zone: ZoneInfo
    sender: str
    operator: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A letter's texts."""

    subject: str
    text: str
    html: str


def render(letter: Letter, look: Look) -> Rendered:
    """Write a letter out in its recipient's language."""
    words = Words(letter.language, look.zone, letter.at)
    subject = _subject(letter, words, look)
    context: dict[str, Any] = {
        "w": words,
        "letter": letter,
        "subject": subject,
        "stories": [_story(item, words, look) for item in letter.items[:SHOWN]],
        "groups": _groups(letter, words, look),
        "proof": _proof(letter.proof, words) if letter.proof else "",
        "spikes": [
            {
                "text": words(
                    "spike",
                    title=spike.title,
                    today=spike.today,
                    usual=words.number(spike.usual),
                ),
                "url": f"{look.base_url}/izleme/{spike.watchlist_id}",
            }
            for spike in letter.spikes
        ],
        "changes": _changes(letter, words),
        "day": words.date(letter.at, weekday=True),
        "foot": _foot(letter, words, look),
        "preview": "",
    }
    context["preview"] = _preview(letter, words, context)
    name = letter.kind if letter.kind in ("digest", "health") else "instant"
    environment = _environment()
    text = environment.get_template(f"{name}.txt").render(context)
    return Rendered(
        subject=subject,
        text=_tidy(text),
        html=environment.get_template(f"{name}.html").render(context),
    )


def as_json(letter: Letter, look: Look, identity: str) -> bytes:
    """Return a letter for a webhook: facts, whose keys are a contract."""
    rendered = render(letter, look)
    body = {
        "id": identity.strip("<>"),
        "kind": letter.kind,
        "at": letter.at.isoformat(timespec="seconds"),
        "subject": rendered.subject,
        "text": rendered.text,
        "stories": [
            {
                "id": item.story_id,
                "title": item.title,
                "url": f"{look.base_url}/hikaye/{item.story_id}",
                "cause": item.cause,
                "watchlists": [key for key, _ in item.watchlists],
                "outlets": item.outlets,
                "articles": item.articles,
                "agency": item.agency,
                "sentence": "".join(part for part, _ in item.sentence),
                "carriers": [
                    {
                        "outlet": carrier.outlet,
                        "title": carrier.title,
                        "url": carrier.url,
                        "at": carrier.at.isoformat(timespec="seconds"),
                    }
                    for carrier in item.carriers
                ],
            }
            for item in letter.items
        ],
    }
    return json.dumps(body, ensure_ascii=False).encode()


# -- the parts -------------------------------------------------------------------------


def _subject(letter: Letter, words: Words, look: Look) -> str:
    prefix = f"[{_name(look)}]"
    if letter.kind == "health":
        return f"{prefix} {words('health.title')}: {_health_summary(letter, words)}"
    if letter.kind == "digest":
        return f"{prefix} {_digest_subject(letter, words)}"
    if letter.thread_subject:
        return f"Re: {letter.thread_subject.removeprefix('Re: ')}"
    item = letter.items[0]
    tag = ", ".join(title for _, title in item.watchlists[:2])
    who = item.carriers[0].outlet if item.carriers else ""
    more = f" +{item.outlets - 1}" if item.outlets > 1 else ""
    tail = f" · {who}{more}" if who else ""
    return f"[{tag}] {_cut(item.title, _TITLE)}{tail}"


def _digest_subject(letter: Letter, words: Words) -> str:
    day = words.date(letter.at, weekday=True)
    if letter.slot != "daily":
        day = words(f"slot.{letter.slot}")
    if letter.spikes and not letter.items:
        names = ", ".join(f"{spike.title} {spike.today}" for spike in letter.spikes)
        return f"{day}: {names}"
    if not letter.items:
        return f"{day}: {words('none.subject')}"
    counts: dict[str, int] = {}
    for item in letter.items:
        title = item.watchlists[0][1] if item.watchlists else ""
        counts[title] = counts.get(title, 0) + 1
    ranked = sorted(counts.items(), key=lambda pair: -pair[1])
    tops = ", ".join(f"{title} {n}" for title, n in ranked[:3])
    more = " …" if len(ranked) > 3 else ""
    if len(letter.items) == 1:
        tops = f"{ranked[0][0]} – {_cut(letter.items[0].title, 90)}"
    return f"{day}: {words('stories', n=len(letter.items))} ({tops}{more})"


def _health_summary(letter: Letter, words: Words) -> str:
    if len(letter.notes) == 1:
        note = letter.notes[0]
        return f"{words(f'health.{note.change}')}: {_cut(note.text, 120)}"
    kinds: dict[str, int] = {}
    for note in letter.notes:
        kinds[note.change] = kinds.get(note.change, 0) + 1
    order = ("began", "changed", "event", "lasts", "over")
    return ", ".join(
        f"{words(f'health.{key}').lower()}: {kinds[key]}"
        for key in order
        if key in kinds
    )


def _story(item: Item, words: Words, look: Look) -> dict[str, Any]:
    desk = f"{look.base_url}/hikaye/{item.story_id}"
    return {
        "title": _cut(item.title, _TITLE),
        "lead": _cut(item.lead, _LEAD),
        "tags": [
            {"title": title, "url": f"{look.base_url}/izleme/{key}"}
            for key, title in item.watchlists
        ],
        "why": "; ".join(_hit(hit.surface, hit.places, words) for hit in item.hits[:4]),
        "sentence": _cut_pieces(item.sentence),
        "line": _line(item, words),
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
        "url": safe_url(item.carriers[0].url) if item.carriers else desk,
        "language": item.language,
    }


def safe_url(url: str) -> str:
    """Return an address if a click on it is harmless, else ''."""
    return url if url.startswith(("https://", "http://")) else ""


def _line(item: Item, words: Words) -> str:
    """Say how many carry it, who was first, whose text it is."""
    parts = [words("outlets", n=item.outlets)] if item.outlets > 1 else []
    if item.carriers:
        first = item.carriers[0]
        outlet, time = first.outlet, words.time(first.at)
        told = words("first", outlet=outlet, time=time) if parts else f"{outlet} {time}"
        parts.append(told)
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
    return "" if same else _cut(carrier.title, 120)


def _hit(surface: str, places: tuple[tuple[str, int], ...], words: Words) -> str:
    """Say “Bakü” başlıkta ve metinde 3 kez."""
    said = []
    for field, count in places:
        place = words(f"in.{field}")
        times = words("times", n=count)
        said.append(f"{place} {times}" if count > 1 else place)
    return f"“{surface}” {words.listed(said)}"


def _groups(letter: Letter, words: Words, look: Look) -> list[dict[str, Any]]:
    """Group a digest's stories by the watchlist that fits each best."""
    ranked = sorted(letter.items, key=lambda item: (-item.score, -item.outlets))
    groups: dict[str, dict[str, Any]] = {}
    for place, item in enumerate(ranked):
        key, title = item.watchlists[0] if item.watchlists else ("", "")
        group = groups.setdefault(
            key,
            {
                "title": title,
                "url": f"{look.base_url}/izleme/{key}",
                "stories": [],
                "count": 0,
                "hidden": 0,
                "more": "",
            },
        )
        group["count"] += 1
        if place < SHOWN:
            group["stories"].append(_story(item, words, look))
        else:
            group["hidden"] += 1
            group["more"] = words("all", n=group["hidden"])
    return list(groups.values())


def _proof(proof: Proof, words: Words) -> str:
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


def _changes(letter: Letter, words: Words) -> list[dict[str, Any]]:
    """Group health notes by what changed, what is new first."""
    groups = []
    for change in ("began", "changed", "event", "lasts", "over"):
        notes = [note for note in letter.notes if note.change == change]
        lines = []
        for note in notes:
            told = change in ("lasts", "over")
            since = words("since", time=words.time(note.since)) if told else ""
            lines.append({"text": _cut(note.text, 600), "since": since})
        if len(lines) > LINES:
            more = words("health.more", n=len(lines) - LINES)
            lines[LINES:] = [{"text": more, "since": ""}]
        if lines:
            groups.append(
                {"title": words(f"health.{change}"), "change": change, "lines": lines}
            )
    return groups


def _preview(letter: Letter, words: Words, context: dict[str, Any]) -> str:
    """Return what a mail program shows beside the subject."""
    if letter.kind == "health":
        return letter.notes[0].text if letter.notes else ""
    if letter.kind == "digest":
        if not letter.items:
            return f"{words('none')} {context['proof']}"
        return " · ".join(item.title for item in letter.items[:3])
    story = context["stories"][0]
    return f"{story['why']} · {story['line']}"


def _foot(letter: Letter, words: Words, look: Look) -> str:
    key = "foot.health" if letter.kind == "health" else "foot"
    text = words(key, to=letter.recipient, reason=letter.reason)
    if look.operator and letter.kind != "health":
        text += " " + words("change", operator=look.operator)
    return text


def _name(look: Look) -> str:
    """Return the sender's display name, for the subject."""
    name = look.sender.partition("<")[0].strip().strip('"')
    return name or "Basın Takip"


def _cut(text: str, limit: int) -> str:
    text = " ".join(text.split())
    if len(text) <= limit:
        return text
    return text[:limit].rsplit(" ", 1)[0].rstrip(",;:–- ") + " …"


def _cut_pieces(pieces: tuple[tuple[str, bool], ...]) -> list[tuple[str, bool]]:
    found, left = [], _SENTENCE
    for text, is_hit in pieces:
        if left <= 0:
            break
        found.append((text[:left], is_hit))
        left -= len(text)
    return found


def _tidy(text: str) -> str:
    """Take superfluous blank lines and line ends' blanks out of a plain text."""
    # "-- " sets off a signature (RFC 3676 4.3); its blank stays.
    lines = [line if line == "-- " else line.rstrip() for line in text.splitlines()]
    kept = [
        line for n, line in enumerate(lines) if line or (n and lines[n - 1]) or not n
    ]
    return "\n".join(kept).strip() + "\n"


@cache
def _environment() -> Environment:
    from jinja2 import (  # noqa: PLC0415 - a run that mails nothing needs none
        Environment,
        PackageLoader,
        StrictUndefined,
        select_autoescape,
    )

    return Environment(
        loader=PackageLoader("aggregator.alerts", "templates"),
        autoescape=select_autoescape(("html",), disabled_extensions=("txt",)),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
