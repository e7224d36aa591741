"""A query of a watchlist as a tree, and walks over it; `parsing` reads one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from aggregator.errors import QueryError

TextField = Literal["title", "lead", "text"]
MetaField = Literal["outlet", "category", "language"]
TEXT_FIELDS: tuple[TextField, ...] = get_args(TextField)
META_FIELDS: tuple[MetaField, ...] = get_args(MetaField)


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase, found in all its forms."""

    text: str


@dataclass(frozen=True, slots=True)
class NameRef:
    """@id: any form of a name."""

    id: str
    column: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Regex:
    """A regular expression on the normal form of a field."""

    source: str


@dataclass(frozen=True, slots=True)
class Within:
    """A part of a query that counts in one field only."""

    field: TextField
    node: Node


@dataclass(frozen=True, slots=True)
class Meta:
    """What the article must say of itself."""

    field: MetaField
    value: str


@dataclass(frozen=True, slots=True)
class Not:
    """True where the part is not."""

    node: Node


@dataclass(frozen=True, slots=True)
class And:
    """True where all parts are."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """True where any part is. users: of a bound leaf's place, the parts it makes true.

    others: the parts that are no leaves.
    """

    nodes: tuple[Node, ...]
    users: Mapping[int, tuple[int, ...]] = field(default_factory=dict, compare=False)
    others: tuple[int, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Near:
    """Both sides in one field. words None: in one sentence; else so many between."""

    left: Node
    right: Node
    words: int | None


@dataclass(frozen=True, slots=True)
class Leaf:
    """A term or name bound to the places of its patterns among all patterns."""

    places: tuple[int, ...]
    wanted: frozenset[int]


Node = Term | NameRef | Leaf | Regex | Within | Meta | Not | And | Or | Near


def check_names(query: Node, names: Collection[str]) -> None:
    """Make sure that a query asks only for names whose ids are in `names`.

    Raises:
        QueryError: it does not.
    """
    for leaf in leaves(query):
        if isinstance(leaf, NameRef) and leaf.id not in names:
            raise QueryError(f"there is no name @{leaf.id}", column=leaf.column)


def excludes_only(node: Node) -> bool:
    """Say whether a query only excludes, and so holds for nearly any article."""
    if isinstance(node, And):
        return all(excludes_only(part) for part in node.nodes)
    if isinstance(node, Or):
        return any(excludes_only(part) for part in node.nodes)
    return isinstance(node, Not) and not excludes_only(node.node)


def leaves(node: Node) -> tuple[Node, ...]:
    """Return the terms, names, expressions and statements of a query, in order."""
    if isinstance(node, And | Or):
        return tuple(leaf for part in node.nodes for leaf in leaves(part))
    if isinstance(node, Near):
        return (*leaves(node.left), *leaves(node.right))
    if isinstance(node, Not | Within):
        return leaves(node.node)
    return (node,)


def bind(node: Node, places: Callable[[Term | NameRef], tuple[int, ...]]) -> Node:
    """Return the query with its terms and names replaced by bound leaves."""
    if isinstance(node, And | Or):
        parts = tuple(bind(part, places) for part in node.nodes)
        return _bind_or(parts) if isinstance(node, Or) else And(parts)
    if isinstance(node, Near):
        return Near(bind(node.left, places), bind(node.right, places), node.words)
    if isinstance(node, Not):
        return Not(bind(node.node, places))
    if isinstance(node, Within):
        return Within(node.field, bind(node.node, places))
    if isinstance(node, Term | NameRef):
        found = places(node)
        return Leaf(found, frozenset(found))
    return node


def _bind_or(parts: tuple[Node, ...]) -> Or:
    users: dict[int, tuple[int, ...]] = {}
    for number, part in enumerate(parts):
        for place in part.places if isinstance(part, Leaf) else ():
            users[place] = (*users.get(place, ()), number)
    others = (one for one, part in enumerate(parts) if not isinstance(part, Leaf))
    return Or(parts, users, tuple(others))
