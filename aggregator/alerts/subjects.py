"""The subject line of each kind of letter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aggregator.alerts.showing import TITLE, cut

if TYPE_CHECKING:
    from aggregator.alerts.facts import Letter
    from aggregator.alerts.wording import Words


def subject_of(letter: Letter, words: Words, name: str) -> str:
    """Return the subject; name: whose mail it is, before what is no single story."""
    prefix = f"[{name}]"
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
    return f"[{tag}] {cut(item.title, TITLE)}{tail}"


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
        tops = f"{ranked[0][0]} – {cut(letter.items[0].title, 90)}"
    return f"{day}: {words('stories', n=len(letter.items))} ({tops}{more})"


def _health_summary(letter: Letter, words: Words) -> str:
    if len(letter.notes) == 1:
        note = letter.notes[0]
        return f"{words(f'health.{note.change}')}: {cut(note.text, 120)}"
    kinds: dict[str, int] = {}
    for note in letter.notes:
        kinds[note.change] = kinds.get(note.change, 0) + 1
    order = ("began", "changed", "event", "lasts", "over")
    return ", ".join(
        f"{words(f'health.{key}').lower()}: {kinds[key]}"
        for key in order
        if key in kinds
    )
