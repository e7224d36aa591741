"""How alike two articles are by the optional model, each article read once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aggregator import meaning
from aggregator.store import vectors

if TYPE_CHECKING:
    from aggregator.meaning import Model
    from aggregator.model import Candidate
    from aggregator.store import Db

# Texts that are read in one run, a matter of 60-120 ms each; what is beyond them is
# compared by its words. Vectors are kept, so only a first run or a flood needs so many.
MOST = 200
# Letters of the lead: what happened is said by then, and every word costs time.
OPENING = 200


class ByMeaning:
    """The `stories.Similarity` of a run, over the vectors that the store keeps."""

    def __init__(self, db: Db, model: Model, most: int = MOST) -> None:
        self._db = db
        self._model = model
        self._left = most
        self._known: dict[str, bytes] = {}

    def __call__(self, one: Candidate, other: Candidate) -> float | None:
        """Return the likeness of two articles' titles and leads, -1 to 1.

        None: it was not known, and the run has read as many texts as it may.
        """
        a, b = self._vector(opening(one)), self._vector(opening(other))
        return None if a is None or b is None else meaning.likeness(a, b)

    def _vector(self, text: str) -> bytes | None:
        if text not in self._known:
            key = self._model.key(text)
            vector = vectors.find_vector(self._db, key) or self._read(key, text)
            if vector is None:
                return None
            self._known[text] = vector
        return self._known[text]

    def _read(self, key: str, text: str) -> bytes | None:
        if not self._left:
            return None
        self._left -= 1
        vector = self._model.read(text)
        vectors.keep_vector(self._db, key, vector)
        return vector


def opening(article: Candidate) -> str:
    """Return what is read of an article: its title and how it begins."""
    return f"{article.title}. {(article.lead or article.text)[:OPENING]}"
