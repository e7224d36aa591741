"""What the made-up presses of the benchmarks are written with."""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

OUTLETS = [f"Yayın {n}" for n in range(180)]
_SYLLABLES = re.findall(
    r"\w+",
    "ka le ma ri şe bul ğu çe to lan dı mek ler siy as ber ko yün öz gür ak sam ta rım"
    " de niz ya zı el çi ül ke gö rev sa nat top lu iş öğ ren il gi baş kan",
)


class Words:
    """Words that come as often as those of a language: by Zipf's law.

    rng decides which words there are, and how common each is. head: how many ranks the
    commonest are pulled down, as no word fills half of a text.
    """

    def __init__(self, rng: random.Random, size: int, *, head: int = 8) -> None:
        self._rng = rng
        words = {
            "".join(rng.choices(_SYLLABLES, k=rng.randint(1, 4))) for _ in range(size)
        }
        self.all = sorted(sorted(words), key=lambda _: rng.random())
        self._weights = list(accumulate(1 / (n + head) for n in range(len(words))))

    def some(self, count: int) -> list[str]:
        """Return so many words."""
        return self._rng.choices(self.all, cum_weights=self._weights, k=count)
