"""All watchlists at once over an article: flags with score and evidence."""

from __future__ import annotations

from dataclasses import dataclass

from aggregator.errors import QueryError
from aggregator.match.engine import Engine
from aggregator.match.judge import Judge, Occurrence, Reading, may_be_true_unseen
from aggregator.match.parsing import parse_query
from aggregator.match.pattern import Pattern, compile_pattern
from aggregator.match.query import (
    TEXT_FIELDS,
    Leaf,
    NameRef,
    Node,
    Or,
    Term,
    TextField,
    bind,
    check_names,
    leaves,
)
from aggregator.match.score import score
from aggregator.match.sentences import SNIPPET, Sentences
from aggregator.model import CaseRule, Document, Flag, Match, Name, Watchlist


@dataclass(frozen=True, slots=True)
class _Bound:
    """A watchlist with its query bound to patterns.

    wanted: the patterns one of which must hit, None: it may hold without any.
    """

    watchlist: Watchlist
    query: Node
    judge: Judge
    wanted: frozenset[int] | None


class Matcher:
    """The compiled watchlists; made by compile_watchlists."""

    def __init__(self, engine: Engine, bound: tuple[_Bound, ...]) -> None:
        self._engine = engine
        self._bound = bound

    def flags(self, document: Document) -> tuple[Flag, ...]:
        """Return a flag for each watchlist that the article satisfies, in their order.

        A query is judged over title, lead and text together. Every match carries the
        text as written, its field and its offsets there. A flag that no word stands for
        (NOT x, outlet: y) shows the title.
        """
        reading = Reading(document, self._engine)
        flags = (
            _flag(one, reading)
            for one in self._bound
            if one.wanted is None or one.wanted & reading.patterns
        )
        return tuple(flag for flag in flags if flag is not None)


def compile_watchlists(
    names: tuple[Name, ...], watchlists: tuple[Watchlist, ...]
) -> Matcher:
    """Compile all watchlists into one matcher.

    Raises:
        QueryError: a query cannot be read or asks for a name that does not exist; the
            message says which watchlist.
    """
    patterns = _Patterns(names)
    bound = tuple(_bind(watchlist, patterns) for watchlist in watchlists)
    return Matcher(Engine(tuple(patterns.all)), bound)


class _Patterns:
    """The patterns of all terms, each compiled once."""

    def __init__(self, names: tuple[Name, ...]) -> None:
        self.all: list[Pattern] = []
        self.names = {name.id: name for name in names}
        self._places: dict[tuple[str, str | None, CaseRule], tuple[int, ...]] = {}

    def of_node(self, node: Term | NameRef) -> tuple[int, ...]:
        """Return the places of the patterns of a term or name."""
        if isinstance(node, Term):
            return self.of_term(node.text, None, "auto")
        return tuple(
            place
            for form in self.names[node.id].forms
            for place in self.of_term(form.text, form.language, form.case)
        )

    def of_term(
        self, text: str, language: str | None, case: CaseRule
    ) -> tuple[int, ...]:
        """Return the place of a term's pattern; empty: it has no letters."""
        key = (text, language, case)
        if key not in self._places:
            pattern = compile_pattern(text, language, case)
            self._places[key] = (len(self.all),) if pattern else ()
            self.all += [pattern] if pattern else []
        return self._places[key]


def _bind(watchlist: Watchlist, patterns: _Patterns) -> _Bound:
    query = bind(_query_of(watchlist, frozenset(patterns.names)), patterns.of_node)
    ignored = tuple(
        place
        for one in watchlist.ignore
        for place in patterns.of_term(one, None, "any")
    )
    wanted = frozenset(
        place
        for leaf in leaves(query)
        if isinstance(leaf, Leaf)
        for place in leaf.places
    )
    terms = {place: patterns.all[place].term for place in wanted}
    unseen = may_be_true_unseen(query)
    return _Bound(watchlist, query, Judge(terms, ignored), None if unseen else wanted)


def _query_of(watchlist: Watchlist, names: frozenset[str]) -> Node:
    try:
        if watchlist.query:
            query = parse_query(watchlist.query)
        else:
            query = Or(tuple(_term_node(term.strip()) for term in watchlist.terms))
        check_names(query, names)
    except QueryError as error:
        message = str(error).partition(": ")[2]
        raise QueryError(
            f"watchlist {watchlist.id}: {message}", column=error.column
        ) from error
    return query


def _term_node(term: str) -> Node:
    return NameRef(term[1:]) if term.startswith("@") else Term(term)


def _flag(bound: _Bound, reading: Reading) -> Flag | None:
    verdict = bound.judge.judge(bound.query, reading)
    if not verdict.true:
        return None
    found = sorted(
        verdict.found, key=lambda one: (TEXT_FIELDS.index(one.field), one.hit.start)
    )
    matches = tuple(_match(bound.watchlist.id, one, reading) for one in found)
    return Flag(
        watchlist_id=bound.watchlist.id,
        score=score(bound.query, bound.judge, reading, verdict.found),
        matches=matches or (_without_words(bound, reading.document),),
    )


def _match(watchlist_id: str, one: Occurrence, reading: Reading) -> Match:
    start, end = one.hit.start, one.hit.end
    return Match(
        watchlist_id=watchlist_id,
        term=one.term,
        surface=reading.passages[one.field].text[start:end],
        field=one.field,
        start=start,
        end=end,
        snippet=reading.sentences(one.field).snippet(start, end),
    )


def _without_words(bound: _Bound, document: Document) -> Match:
    """Show the title, or what there is, where a query holds without any word."""
    filled: tuple[TextField, ...] = tuple(
        one for one in TEXT_FIELDS if getattr(document, one)
    )
    field: TextField = filled[0] if filled else "title"
    text: str = getattr(document, field)
    start, end = Sentences(text).span(0)
    end = min(end, start + SNIPPET)
    surface = text[start:end]
    return Match(
        watchlist_id=bound.watchlist.id,
        term=bound.watchlist.query,
        surface=surface,
        field=field,
        start=start,
        end=end,
        snippet=surface.replace("\n", " "),
    )
