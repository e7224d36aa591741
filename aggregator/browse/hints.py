"""What a watchlist's own history advises: idle terms, noisy terms, phrases to ignore.

Everything here is a proposal; an edit of feeds.yaml is a person's.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aggregator import text as texts
from aggregator.match import parse_query
from aggregator.match.query import And, NameRef, Not, Or, Term, Within, leaves

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from aggregator.match.query import Node
    from aggregator.model import Config, Watchlist
    from aggregator.store.desk.watchlist import JudgedHit

# A watchlist with fewer stories is too young to call one of its terms idle.
YOUNG = 20
# A term is noisy when so many of its judged stories were judged irrelevant …
NOISY_STORIES = 3
NOISY_SHARE = 0.6
# … and a phrase is proposed when it stands in so many of those.
PHRASE_STORIES = 2
PHRASES = 6

_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
# Words of one phrase have nothing but blanks or one hyphen between them.
_GAP = re.compile(r"\s+|\s*-\s*")
_SUFFIX = re.compile(r"['’].*$", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class TermStat:
    """A term of a watchlist. articles: among its newest matches; the rest: stories."""

    term: str
    articles: int
    relevant: int
    irrelevant: int

    @property
    def is_noisy(self) -> bool:
        """Most of what people judged about it was irrelevant."""
        judged = self.relevant + self.irrelevant
        return (
            self.irrelevant >= NOISY_STORIES and self.irrelevant >= NOISY_SHARE * judged
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """Words round a hit that only irrelevant stories have; stories: how many."""

    text: str
    stories: int


def configured_terms(config: Config, watchlist: Watchlist) -> tuple[str, ...]:
    """Return the terms that a watchlist looks for, as written, each once.

    What a query excludes is left out: it is not meant to be found.
    """
    forms = {name.id: [form.text for form in name.forms] for name in config.names}
    if watchlist.query:
        nodes = list(_wanted(parse_query(watchlist.query)))
    else:
        terms = (term.strip() for term in watchlist.terms)
        nodes = [NameRef(t[1:]) if t.startswith("@") else Term(t) for t in terms]
    found: list[str] = []
    for node in nodes:
        if isinstance(node, NameRef):
            found += forms.get(node.id, ())
        elif isinstance(node, Term):
            found.append(node.text)
    return tuple(dict.fromkeys(found))


def rank_names(config: Config, found: Mapping[str, set[int]]) -> list[tuple[str, int]]:
    """Return what a watchlist's stories name, and in how many of them, most first.

    All forms of a name count as one, under the first of them. What stands in every
    story is left out: it says nothing of any.

    Args:
        config: whose names they are.
        found: the stories of each term.
    """
    called = {
        form.text: name.forms[0].text for name in config.names for form in name.forms
    }
    stories: dict[str, set[int]] = {}
    for term, ids in found.items():
        stories.setdefault(called.get(term, term), set()).update(ids)
    every = len(set().union(*stories.values()))
    counts = [(name, len(ids)) for name, ids in stories.items() if len(ids) < every]
    return sorted(counts, key=lambda one: (-one[1], one[0]))


def count_terms(
    terms: Iterable[str],
    articles: Mapping[str, int],
    judged: Iterable[JudgedHit],
) -> list[TermStat]:
    """Return what became of each term, commonest first.

    Args:
        terms: those configured; terms of an earlier edit are left out.
        articles: how many articles each term was found in.
        judged: the hits in stories that people judged.
    """
    stories: dict[tuple[str, bool], set[int]] = defaultdict(set)
    for hit in judged:
        stories[hit.term, hit.relevant].add(hit.story_id)
    found = [
        TermStat(
            term=term,
            articles=articles.get(term, 0),
            relevant=len(stories[term, True]),
            irrelevant=len(stories[term, False]),
        )
        for term in terms
    ]
    return sorted(found, key=lambda one: -one.articles)


def propose_phrases(hits: Iterable[JudgedHit]) -> list[Phrase]:
    """Return phrases whose hits could be ignored, those of most stories first.

    A phrase is two or three words, the hit among them, that stand in several stories
    judged irrelevant and in no relevant one. Of phrases that hold one another the
    shortest is enough.
    """
    wrong: dict[str, set[int]] = defaultdict(set)
    right: set[str] = set()
    written: dict[str, Counter[str]] = defaultdict(Counter)
    for hit in hits:
        for phrase in _phrases(hit.snippet, hit.surface):
            key = texts.fold_key(phrase)
            if hit.relevant:
                right.add(key)
            else:
                wrong[key].add(hit.story_id)
                written[key][phrase] += 1
    kept: list[str] = []
    for key in sorted(wrong, key=lambda key: (-len(wrong[key]), len(key), key)):
        if len(wrong[key]) < PHRASE_STORIES or key in right:
            continue
        if not any(f" {other} " in f" {key} " for other in kept):
            kept.append(key)
    return [
        Phrase(text=written[key].most_common(1)[0][0], stories=len(wrong[key]))
        for key in kept[:PHRASES]
    ]


def _wanted(node: Node) -> Iterator[Node]:
    """Yield the leaves of a query that stand under no NOT."""
    if isinstance(node, And | Or):
        for part in node.nodes:
            yield from _wanted(part)
    elif isinstance(node, Within):
        yield from _wanted(node.node)
    elif not isinstance(node, Not):
        yield from leaves(node)


def _phrases(snippet: str, surface: str) -> Iterator[str]:
    """Yield the runs of two or three words of a sentence with the hit among them."""
    words = list(_WORD.finditer(snippet))
    for place in re.finditer(rf"(?<!\w){re.escape(surface)}(?!\w)", snippet):
        inside = [
            n
            for n, word in enumerate(words)
            if word.start() < place.end() and word.end() > place.start()
        ]
        if not inside:
            continue
        for start, end in _windows(inside[0], inside[-1], len(words)):
            chosen = words[start : end + 1]
            if _is_whole(snippet, chosen):
                yield _without_suffix(snippet[chosen[0].start() : chosen[-1].end()])


def _windows(first: int, last: int, count: int) -> Iterator[tuple[int, int]]:
    """Yield first and last word of each phrase: one or two words beside the hit."""
    longest = max(3, last - first + 2)
    for start in range(max(0, first - 2), first + 1):
        for end in range(last, min(count, last + 3)):
            if last - first + 1 < end - start + 1 <= longest:
                yield start, end


def _is_whole(text: str, words: list[re.Match[str]]) -> bool:
    return all(
        _GAP.fullmatch(text, before.end(), after.start())
        for before, after in itertools.pairwise(words)
    )


def _without_suffix(phrase: str) -> str:
    """Return a phrase as a watchlist has it: Bakü Caddesi'nde becomes Bakü Caddesi."""
    head, blank, last = phrase.rpartition(" ")
    return " ".join(head.split()) + blank + _SUFFIX.sub("", last)
