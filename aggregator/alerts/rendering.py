"""How a letter reads: subject, plain text and HTML from one set of facts."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import parseaddr
from functools import cache
from typing import TYPE_CHECKING, Any

from aggregator.alerts.showing import (
    SHOWN,
    cut,
    show_changes,
    show_groups,
    show_proof,
    show_story,
)
from aggregator.alerts.subjects import subject_of
from aggregator.alerts.wording import Words

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from jinja2 import Environment

    from aggregator.alerts.facts import Letter

# Mail programs show less; the rest would be read out before the mail itself.
PREVIEW = 300


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
    subject = subject_of(letter, words, _name(look))
    context: dict[str, Any] = {
        "w": words,
        "letter": letter,
        "subject": subject,
        "stories": [
            show_story(item, words, look.base_url) for item in letter.items[:SHOWN]
        ],
        "groups": show_groups(letter, words, look.base_url),
        "proof": show_proof(letter.proof, words) if letter.proof else "",
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
        "changes": show_changes(letter, words),
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


def _preview(letter: Letter, words: Words, context: dict[str, Any]) -> str:
    """Return what a mail program shows beside the subject."""
    if letter.kind == "health":
        parts = [note.text for note in letter.notes[:1]]
    elif letter.kind != "digest":
        story = context["stories"][0]
        parts = [story["why"], story["line"], story["lead"]]
    elif letter.items:
        parts = [item.title for item in letter.items[:3]]
    else:
        parts = [f"{words('none')} {context['proof']}"]
    return cut(" · ".join(filter(None, parts)), PREVIEW)


def _foot(letter: Letter, words: Words, look: Look) -> str:
    if letter.kind in ("health", "test"):
        return words(f"foot.{letter.kind}", to=letter.recipient)
    text = words("foot", to=letter.recipient, reason=letter.reason)
    if look.operator:
        text += " " + words("change", operator=look.operator)
    return text


def _name(look: Look) -> str:
    """Return the sender's display name, for the subject."""
    return parseaddr(look.sender)[0] or "Basın Takip"


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
