"""The query language of watchlists, read into the tree of `query`.

    izmir AND (fuar OR "kent konseyi") AND NOT spor

A word, several words side by side, or a "phrase" is a term and is found in all its
forms. @name is any form of a name. NOT binds tightest, then NEAR/n and SAME, AND, OR.

- `a NEAR/3 b`: at most three words between them, in any order.
- `a SAME b`: both in one sentence.
- `title:`, `lead:`, `text:` before a term or a bracket: only there.
- `outlet:`, `category:`, `language:` before a word or "phrase": the article's own.
- `/bakü(de|ye)/`: a regular expression on the normal form (small letters, ' and -).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import NoReturn

from aggregator.errors import QueryError
from aggregator.match.query import (
    META_FIELDS,
    TEXT_FIELDS,
    And,
    Meta,
    NameRef,
    Near,
    Node,
    Not,
    Or,
    Regex,
    Term,
    Within,
    check_names,
    excludes_only,
    leaves,
)

_MAX_DEPTH = 40
_MAX_NEAR = 100


def parse_query(text: str) -> Node:
    """Read a query.

    Raises:
        QueryError: it cannot be read; the message names the column, counted from 1.
    """
    return _Parser(_tokens(text), len(text) + 1).parse()


def check_query(text: str, names: Collection[str]) -> None:
    """Make sure that a query can be read and names only the ids in `names`.

    Raises:
        QueryError: it cannot, or does not.
    """
    check_names(parse_query(text), names)


def is_open(text: str) -> bool:
    """Say whether a readable query holds for nearly any article: NOT spor, a OR NOT b.

    Raises:
        QueryError: it cannot be read.
    """
    return excludes_only(parse_query(text))


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    value: str
    column: int


_TOKEN = re.compile(
    r"""
    (?P<blank>\s+)
  | (?P<open>\()
  | (?P<close>\))
  | (?P<phrase>["“”„][^"“”„]*["“”„])
  | (?P<unclosed>["“”„])
  | (?P<regex>/(?:\\.|[^/\\])+/(?=[\s()]|$))
  | (?P<name>@[^\s()"]*)
  | (?P<near>NEAR(?:/\d+)?(?=[\s()"]|$))
  | (?P<operator>(?:AND|OR|NOT|SAME)(?=[\s()"]|$))
  | (?P<field>[^\W\d_]+:)
  | (?P<word>[^\s()"“”„]+)
    """,
    re.VERBOSE,
)
_SMALL_OPERATORS = frozenset(("and", "or", "not", "near", "same"))


def _tokens(text: str) -> tuple[_Token, ...]:
    found = []
    for token in _TOKEN.finditer(text):
        kind, column = token.lastgroup or "", token.start() + 1
        if kind == "unclosed":
            raise QueryError("the quotation mark is never closed", column=column)
        if kind != "blank":
            found.append(_Token(kind, token[0], column))
    return tuple(found)


class _Parser:
    """Recursive descent over the tokens; `end` is the column behind the last."""

    def __init__(self, tokens: tuple[_Token, ...], end: int) -> None:
        self._tokens = tokens
        self._end = end
        self._at = 0
        self._depth = 0

    def parse(self) -> Node:
        if not self._tokens:
            raise QueryError("the query is empty", column=1)
        node = self._any_of()
        token = self._peek()
        if token is not None:
            if token.kind == "close":
                self._fail("a bracket is closed that was never opened", token)
            self._fail(f"write AND, OR, NEAR/n or SAME before {token.value}", token)
        return node

    def _any_of(self) -> Node:
        nodes = [self._all_of()]
        while self._takes("operator", "OR"):
            nodes.append(self._all_of())
        return nodes[0] if len(nodes) == 1 else Or(tuple(nodes))

    def _all_of(self) -> Node:
        nodes = [self._negation()]
        while self._takes("operator", "AND"):
            nodes.append(self._negation())
        return nodes[0] if len(nodes) == 1 else And(tuple(nodes))

    def _negation(self) -> Node:
        if self._takes("operator", "NOT"):
            self._descend()
            node = self._negation()
            self._depth -= 1
            return Not(node)
        return self._neighbours()

    def _neighbours(self) -> Node:
        node, depth = self._primary(), self._depth
        while (token := self._peek()) is not None:
            if token.kind == "near":
                node = self._near(node, _distance(token), token)
            elif token.value == "SAME" and token.kind == "operator":
                node = self._near(node, None, token)
            else:
                break
        self._depth = depth
        return node

    def _near(self, left: Node, words: int | None, token: _Token) -> Node:
        self._descend()  # the left side lies within
        self._at += 1
        right = self._primary()
        for side in (left, right):
            if any(isinstance(leaf, Meta) for leaf in leaves(side)) or _negates(side):
                self._fail(f"both sides of {token.value} must be words", token)
        return Near(left, right, words)

    def _primary(self) -> Node:
        token = self._next()
        if token.kind == "open":
            return self._bracket(token)
        if token.kind == "field":
            return self._field(token)
        if token.kind == "phrase":
            return self._term(token.value[1:-1], token)
        if token.kind == "regex":
            return _regex(token)
        if token.kind == "name":
            return self._name(token)
        return self._words(token)

    def _bracket(self, token: _Token) -> Node:
        self._descend()
        node = self._any_of()
        if not self._takes("close"):
            self._fail("the bracket is never closed", token)
        self._depth -= 1
        return node

    def _field(self, token: _Token) -> Node:
        name = token.value[:-1].lower()
        for text_field in TEXT_FIELDS:
            if name == text_field:
                self._descend()
                node = self._primary()
                self._depth -= 1
                return Within(text_field, node)
        for meta_field in META_FIELDS:
            if name == meta_field:
                value = self._primary()
                if not isinstance(value, Term):
                    self._fail(
                        f"a word or a phrase belongs behind {token.value}", token
                    )
                return Meta(meta_field, value.text)
        known = ", ".join((*TEXT_FIELDS, *META_FIELDS))
        return self._fail(f"there is no field {token.value} (there are {known})", token)

    def _name(self, token: _Token) -> Node:
        if len(token.value) < 2:
            self._fail("a name's id belongs behind @", token)
        return NameRef(token.value[1:], token.column)

    def _words(self, token: _Token) -> Node:
        """Join words side by side into one term."""
        if token.kind != "word":
            self._fail(f"a word is missing before {token.value}", token)
        words = [token]
        while (following := self._peek()) is not None and following.kind == "word":
            words.append(following)
            self._at += 1
        for word in words:
            if len(words) > 1 and word.value.lower().startswith("near/"):
                self._fail("write NEAR large, with a number: NEAR/5", word)
            if len(words) > 1 and word.value.lower() in _SMALL_OPERATORS:
                self._fail(
                    f"write {word.value.upper()} large, or quote the phrase", word
                )
            if "*" in word.value:
                self._fail("leave the * out: all forms are found without it", word)
        return self._term(" ".join(word.value for word in words), token)

    def _term(self, text: str, token: _Token) -> Node:
        if not any(letter.isalnum() for letter in text):
            self._fail("there is nothing to look for", token)
        return Term(text.strip())

    def _peek(self) -> _Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _next(self) -> _Token:
        token = self._peek()
        if token is None:
            raise QueryError("a word is missing at the end", column=self._end)
        self._at += 1
        return token

    def _takes(self, kind: str, value: str | None = None) -> bool:
        token = self._peek()
        if token is None or token.kind != kind or value not in (None, token.value):
            return False
        self._at += 1
        return True

    def _descend(self) -> None:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            token = self._tokens[min(self._at, len(self._tokens) - 1)]
            self._fail("the query is nested too deeply", token)

    def _fail(self, message: str, token: _Token) -> NoReturn:
        raise QueryError(message, column=token.column)


def _distance(token: _Token) -> int:
    number = token.value.partition("/")[2]
    if not number:
        raise QueryError("write NEAR with a number: NEAR/5", column=token.column)
    return min(int(number[:4]), _MAX_NEAR)


def _negates(node: Node) -> bool:
    if isinstance(node, Not):
        return True
    if isinstance(node, And | Or):
        return any(_negates(part) for part in node.nodes)
    return isinstance(node, Within) and _negates(node.node)


def _regex(token: _Token) -> Node:
    from aggregator.match.regexes import compile_regex  # noqa: PLC0415 - seldom used

    source = token.value[1:-1].replace("\\/", "/")
    try:
        compile_regex(source)
    except ValueError as error:
        raise QueryError(f"bad expression: {error}", column=token.column) from error
    return Regex(source)
