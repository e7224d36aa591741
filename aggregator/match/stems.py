"""A word as the matcher looks for it: stems, and what may follow each."""

from __future__ import annotations

from dataclasses import dataclass

from aggregator.match.grammar import VOWELS, Grammar, Sound, exactly
from aggregator.text.fold import fold_letters


@dataclass(frozen=True, slots=True)
class Chain:
    """Tails that a suffix grammar accepts. before_vowel: only those a vowel opens."""

    grammar: Grammar
    state: str
    sounds: tuple[Sound, ...]
    before_vowel: bool = False

    def accepts(self, tail: str, *, exact: bool) -> bool:
        """Say whether `tail` may follow. exact: the text has its own letters."""
        if self.before_vowel and tail[:1] not in VOWELS:
            return False
        accepts, state = self.grammar.accepts, self.state
        tail = exactly(tail) if exact else fold_letters(tail)
        return any(accepts(state, sound, tail, exact=exact) for sound in self.sounds)


@dataclass(frozen=True, slots=True)
class Endings:
    """Tails from a closed list, folded."""

    endings: frozenset[str]

    def accepts(self, tail: str, *, exact: bool = False) -> bool:
        """Say whether `tail` may follow the stem."""
        return fold_letters(tail) in self.endings


BARE = Endings(frozenset({""}))


@dataclass(frozen=True, slots=True)
class Stem:
    """The unchanging beginning of a word's forms, in normal form.

    apostrophe: a free tail may follow behind one. demonym: the forms are those of the
    people of a place, which Azerbaijani and Russian write small. hyphen: a tail of the
    grammar may follow behind one (BMT-nin).
    """

    letters: str
    tails: Chain | Endings
    apostrophe: bool = True
    demonym: bool = False
    hyphen: bool = False

    @property
    def is_fixed(self) -> bool:
        """Whether the word has this one form."""
        return self.tails == BARE and not self.apostrophe
