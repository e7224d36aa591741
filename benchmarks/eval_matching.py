"""Score finding terms on the labelled sentences, beside what others do.

    python benchmarks/eval_matching.py [FILE.jsonl …]   # the tables
    python benchmarks/eval_matching.py --errors         # and every miss and false hit

Each line of the files in tests/data/matching is a term, its language and kind, and a
sentence in which the wanted hits stand in square brackets. sentences.jsonl was written
with the matcher; blind.jsonl by somebody who had not seen it; headlines.jsonl, of
places most of which are also words, before the rules that tell them apart. Every
sentence is also tried as careless sources write it: without apostrophes, in capitals,
in ASCII, decomposed (NFD) and with curly apostrophes. A hit counts when it overlaps a
wanted one.
"""

from __future__ import annotations

import argparse
import json
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from aggregator.match import find
from aggregator.text.fold import fold_key

SETS = Path(__file__).parents[1] / "tests" / "data" / "matching"
Spans = list[tuple[int, int]]
Finder = Callable[[str, str, str], Spans]

_ASCII = str.maketrans("ışğüöçəâîûİŞĞÜÖÇƏ", "isguoceaiuISGUOCE")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A labelled sentence; `text` still carries its brackets."""

    language: str
    kind: str
    term: str
    text: str


@dataclass(slots=True)
class Count:
    """Hits counted: right, false, missed."""

    right: int = 0
    false: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        """Right hits among all hits."""
        return self.right / (self.right + self.false) if self.right else 0.0

    @property
    def recall(self) -> float:
        """Right hits among all wanted ones."""
        return self.right / (self.right + self.missed) if self.right else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both; 1 where nothing was wanted and nothing found."""
        if not self.right and not self.false and not self.missed:
            return 1.0
        return 2 * self.right / (2 * self.right + self.false + self.missed)


def load_sentences(path: Path) -> tuple[Sentence, ...]:
    """Read the labelled sentences."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return tuple(Sentence(**json.loads(line)) for line in lines)


def unmark(marked: str) -> tuple[str, Spans]:
    """Return the sentence without brackets, and what stood in them."""
    text, spans = "", []
    for number, part in enumerate(re.split(r"[\[\]]", marked)):
        if number % 2:
            spans.append((len(text), len(text) + len(part)))
        text += part
    return text, spans


def _in_capitals(text: str, language: str) -> str:
    turkic = (
        text.replace("i", "İ").replace("ı", "I") if language in ("tr", "az") else text
    )
    return turkic.upper()


DEGRADED: dict[str, Callable[[str, str], str]] = {
    "clean": lambda text, _: text,
    "no '": lambda text, _: re.sub("['’]", "", text),
    "CAPS": _in_capitals,
    "ASCII": lambda text, _: text.translate(_ASCII),
    "NFD": lambda text, _: unicodedata.normalize("NFD", text),
    "curly": lambda text, _: text.replace("'", "’"),
}


def score(finder: Finder, sentences: Iterable[Sentence], way: str = "clean") -> Count:
    """Count a finder's hits on sentences degraded in one way."""
    count = Count()
    for sentence in sentences:
        right, false, missed = judge(finder, sentence, way)
        count.right += right
        count.false += len(false)
        count.missed += len(missed)
    return count


def judge(
    finder: Finder, sentence: Sentence, way: str
) -> tuple[int, list[str], list[str]]:
    """Return how many hits are right, what was found falsely, and what was missed."""
    text, wanted = unmark(DEGRADED[way](sentence.text, sentence.language))
    found = finder(sentence.term, text, sentence.language)
    missed = [span for span in wanted if not any(_overlap(span, one) for one in found)]
    false = [one for one in found if not any(_overlap(span, one) for span in wanted)]
    return (
        len(wanted) - len(missed),
        [text[slice(*span)] for span in false],
        [text[slice(*span)] for span in missed],
    )


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _all(pattern: str, text: str) -> Spans:
    return [found.span() for found in re.finditer(pattern, text)]


def naive(term: str, text: str, _: str) -> Spans:
    """Look for the lower-cased term in the lower-cased text: what most readers do."""
    return _all(re.escape(term.lower()), text.lower())


def folded_prefix(term: str, text: str, _: str) -> Spans:
    """Look for words that begin with the folded term."""
    folded = fold_key(text)
    if len(folded) != len(text):  # decomposed text: offsets are of no use to this peer
        text = unicodedata.normalize("NFC", text)
        folded = fold_key(text)
    return _all(r"(?<!\w)" + re.escape(fold_key(term)) + r"\w*", folded)


def _by_stem(stem: Callable[[str], str], term: str, text: str) -> Spans:
    """Look for a run of words whose stems are the term's."""
    wanted = [stem(word) for word in _WORD.findall(term)]
    words = [(found.span(), stem(found[0])) for found in _WORD.finditer(text)]
    stems = [one for _, one in words]
    return [
        (words[at][0][0], words[at + len(wanted) - 1][0][1])
        for at in range(len(words) - len(wanted) + 1)
        if stems[at : at + len(wanted)] == wanted
    ]


def lucene_like(term: str, text: str, language: str) -> Spans:
    """Cut behind the apostrophe, lower by the language's rules, stem with Snowball."""
    import snowballstemmer  # type: ignore[import-untyped]  # noqa: PLC0415 - a peer's

    names = {"tr": "turkish", "az": "turkish", "ru": "russian", "en": "english"}
    stemmer = snowballstemmer.stemmer(names[language])

    def stem(word: str) -> str:
        word = re.split("['’]", word)[0]
        if language in ("tr", "az"):
            word = word.replace("İ", "i").replace("I", "ı")
        return str(stemmer.stemWord(word.lower()))

    return _by_stem(stem, term, text)


def by_simplemma(term: str, text: str, language: str) -> Spans:
    """Cut behind the apostrophe and look the lemma up."""
    import simplemma  # noqa: PLC0415 - a peer's library

    known = "tr" if language == "az" else language

    def stem(word: str) -> str:
        return str(simplemma.lemmatize(re.split("['’]", word)[0], known)).lower()

    return _by_stem(stem, term, text)


FINDERS: dict[str, Finder] = {
    "this program": find,
    "lower + find": naive,
    "folded prefix": folded_prefix,
    "Lucene-like": lucene_like,
    "simplemma": by_simplemma,
}


def main() -> None:
    """Print precision, recall and F1 by language, kind and way of writing."""
    options = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    options.add_argument("--errors", action="store_true", help="print every mistake")
    options.add_argument("files", nargs="*", type=Path)
    arguments = options.parse_args()
    for path in arguments.files or sorted(SETS.glob("*.jsonl"), reverse=True):
        sentences = load_sentences(path)
        without = sum("[" not in one.text for one in sentences)
        print(f"\n{path.name}: {len(sentences)} sentences, {without} without a match\n")
        print(f"{'':22}{'P':>6}{'R':>6}{'F1':>6}   F1 ", end="")
        print("".join(f"{way:>7}" for way in DEGRADED))
        for name, finder in FINDERS.items():
            print(f"\n{name}")
            _print_groups(finder, sentences)
        if arguments.errors:
            _print_errors(sentences)


def _print_groups(finder: Finder, sentences: tuple[Sentence, ...]) -> None:
    for language, kind in _groups(sentences):
        group = [
            one for one in sentences if (one.language, one.kind) == (language, kind)
        ]
        counts = {way: score(finder, group, way) for way in DEGRADED}
        clean = counts["clean"]
        print(
            f"  {language} {kind:8}{len(group):>5}     {clean.precision:6.3f}"
            f"{clean.recall:6.3f}{clean.f1:6.3f}      "
            + "".join(f"{count.f1:7.3f}" for count in counts.values())
        )


def _print_errors(sentences: tuple[Sentence, ...]) -> None:
    for way in DEGRADED:
        for sentence in sentences:
            _, false, missed = judge(find, sentence, way)
            if false or missed:
                print(f"{way:6} {sentence.term} | {sentence.text} | +{false} -{missed}")


def _groups(sentences: Iterable[Sentence]) -> list[tuple[str, str]]:
    return list(dict.fromkeys((one.language, one.kind) for one in sentences))


if __name__ == "__main__":
    main()
