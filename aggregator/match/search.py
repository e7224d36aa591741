"""Search on the desk: words folded and cut to their stems for SQLite's FTS5.

FTS5's unicode61 tokenizer folds ş, ğ, ü, ö, ç but neither ı nor ə, and knows no suffix.
So the desk indexes not the text but what `index_text` makes of it, and asks for what
`search_query` makes of the reader's words:

- every word as written, folded, in order (for a word, and for a phrase as typed);
- every word cut to one rough stem, marked with a 0, in order (for a phrase's forms);
- once each, what the words may be forms of (şehir for şehrimizde).
"""

# ruff: noqa: RUF001 - Russian letters, meant
from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from aggregator.match import azerbaijani, lexicon, turkish
from aggregator.match.grammar import VOWELS, Grammar, Sound
from aggregator.text.fold import fold_key, fold_letters, normalise

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_UNSPACED = "([\u2e80-\u9fff\uac00-\ud7af\u0e00-\u0e7f])"  # compiled when needed
_PHRASES = re.compile('["“”„«»]([^"“”„«»]*)["“”„«»]')
_BREAK = " zzbreakzz "  # keeps a phrase from running from one field into the next
_ROUGH = "0"  # marks a rough stem
_MOST_WORDS = 24
_LONGEST = 40  # letters; longer ones are not cut
_LONG_NOUN = 5
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_RUSSIAN_ENDINGS = tuple(
    sorted(
        (
            *(
                "ами",
                "ями",
                "ого",
                "его",
                "ому",
                "ему",
                "ыми",
                "ими",
                "ов",
                "ев",
                "ей",
                "ой",
            ),
            *(
                "ий",
                "ый",
                "ая",
                "яя",
                "ое",
                "ее",
                "ые",
                "ие",
                "ых",
                "их",
                "ым",
                "им",
                "ую",
            ),
            *(
                "юю",
                "ом",
                "ем",
                "ам",
                "ям",
                "ах",
                "ях",
                "ия",
                "ии",
                "ию",
                "ью",
                "а",
                "я",
                "о",
            ),
            *("е", "ы", "и", "у", "ю", "ь", "й"),
        ),
        key=len,
        reverse=True,
    )
)
_CLOSING = frozenset("aeiunrzmk")  # the letters a chain of suffixes may end in
_LONGEST_TAIL = 16  # letters
_HARDER = str.maketrans("kqtp", "ggdb")  # a rough stem does not tell kitap from kitab-


def index_text(title: str, lead: str, text: str, language: str) -> str:
    """Return the words under which an article is found, for the FTS column.

    language: the article's, for what only Azerbaijani or English words are forms of.
    """
    fields = [_words(field) for field in (title, lead, text)]
    written = _BREAK.join(" ".join(words) for words in fields)
    rough = _BREAK.join(
        " ".join(_ROUGH + _rough_stem(word) for word in words) for words in fields
    )
    known = {word for words in fields for word in words}
    stems = {stem for word in known for stem in _stems(word, language)} - known
    return _BREAK.join((written, rough, " ".join(sorted(stems))))


def search_query(q: str) -> str:
    """Return the FTS5 expression for what a reader typed; '' when it holds no word.

    All words must be there; words in quotation marks must stand side by side, in any
    form. Nothing typed is read as FTS5 syntax.
    """
    phrases, words = _asked(q)
    parts = [f'"{word}"' for word in words]
    for phrase in phrases:
        rough = " ".join(_ROUGH + _rough_stem(word) for word in phrase)
        parts.append(f'("{" ".join(phrase)}" OR "{rough}")')
    return " AND ".join(parts[:_MOST_WORDS])


def highlight(text: str, q: str) -> list[tuple[int, int]]:
    """Return what of the original `text` a query found: spans of words, in order."""
    phrases, words = _asked(q)
    wanted = frozenset(words)
    normal = normalise(text)
    places = [
        (found.start(), found.end(), word)
        for found in _WORD.finditer(normal.text)
        for word in (_head(fold_letters(found[0])),)
    ]
    hit: set[int] = {
        number
        for number, (_, _, word) in enumerate(places)
        if word in wanted or not wanted.isdisjoint(_stems(word, ""))
    }
    for phrase in phrases:
        hit.update(_phrase_places([word for _, _, word in places], phrase))
    spans = [normal.span(*places[number][:2]) for number in sorted(hit)]
    return spans or _unspaced_spans(text, q)


def _asked(q: str) -> tuple[list[tuple[str, ...]], list[str]]:
    """Split a query into its phrases (of two words or more) and its single words."""
    phrases: list[tuple[str, ...]] = []
    words: list[str] = []
    for quoted in _PHRASES.findall(q):
        phrase = tuple(_words(quoted)[:_MOST_WORDS])
        if len(phrase) > 1:
            phrases.append(phrase)
        else:
            words += phrase
    words += _words(_PHRASES.sub(" ", q))
    return phrases, list(dict.fromkeys(words))[:_MOST_WORDS]


def _words(text: str) -> list[str]:
    spaced = re.sub(_UNSPACED, r" \1 ", fold_key(text))
    return [_head(word) for word in _WORD.findall(spaced)]


def _head(word: str) -> str:
    """Return a word without what stands behind its apostrophe: bakü'den, bakü."""
    before, _, behind = word.partition("'")
    return behind if behind and len(before) == 1 else before


def _phrase_places(words: list[str], phrase: tuple[str, ...]) -> Iterator[int]:
    rough = [_rough_stem(word) for word in phrase]
    size = len(phrase)
    stems = [_rough_stem(word) for word in words]
    for at in range(len(words) - size + 1):
        if stems[at : at + size] == rough:
            yield from range(at, at + size)


def _unspaced_spans(text: str, q: str) -> list[tuple[int, int]]:
    """Find what was typed in a script without blanks between words."""
    typed = [one for one in q.split() if re.search(_UNSPACED, one)]
    return sorted(
        (found.start(), found.end())
        for one in typed
        for found in re.finditer(re.escape(one.strip('"')), text)
    )


@lru_cache(maxsize=1 << 16)
def _stems(word: str, language: str) -> tuple[str, ...]:
    """Return what a folded word may be a form of. language '': any."""
    if len(word) > _LONGEST:
        return ()
    if _CYRILLIC.search(word):
        return (_russian_stem(word),)
    found = dict.fromkeys(
        _cut(word, _turkish(), long_state="noun", short_state="shortest")
    )
    if language in ("az", ""):
        found |= dict.fromkeys(
            _cut(word, _azerbaijani(), long_state="noun", short_state="name")
        )
    if language in ("en", "") and word.endswith("s"):
        found |= dict.fromkeys(
            (word[:-1], word[:-3] + "y" if word.endswith("ies") else word[:-1])
        )
    return tuple(found)


@lru_cache(maxsize=1 << 16)
def _rough_stem(word: str) -> str:
    """Cut a folded word as far as the Turkish grammar goes: the same for all forms."""
    if _CYRILLIC.search(word):
        return _russian_stem(word)
    for _ in range(4):
        shorter = [stem for stem in _stems(word, "tr") if len(stem) > 2]
        if not shorter:
            break
        word = min(shorter, key=len)
    return word[:-1] + word[-1:].translate(_HARDER)


def _russian_stem(word: str) -> str:
    for ending in _RUSSIAN_ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) > 2:
            return word[: -len(ending)]
    return word


def _cut(
    word: str, grammar: Grammar, *, long_state: str, short_state: str
) -> Iterator[str]:
    """Yield the stems behind which the rest of a folded word is a chain of suffixes."""
    if word[-1] not in _CLOSING:
        return
    for size in range(max(2, len(word) - _LONGEST_TAIL), len(word)):
        tail = word[size:]
        before = grammar.sounds_before(
            long_state if size >= _LONG_NOUN else short_state, tail
        )
        if before and not before.isdisjoint(_sounds(word[:size])):
            stem = word[:size]
            yield from _restored(stem) if tail[0] in VOWELS else (stem,)


def _sounds(stem: str) -> tuple[Sound, ...]:
    """Return the sounds a folded stem may end in: its i may be ı, its c may be ç."""
    vowel = next((letter for letter in reversed(stem) if letter in VOWELS), "")
    return _possible_sounds(vowel, stem[-1], stem.endswith(("l", "at", "rf")))


@cache
def _possible_sounds(vowel: str, last: str, fronts: bool) -> tuple[Sound, ...]:
    vowels = {"i": "iı", "u": "uü", "o": "oö", "": ""}.get(vowel, vowel)
    if fronts and vowel in ("a", "o", "u"):
        vowels += "e" if vowel == "a" else ""
    if last in VOWELS:
        finals = "v"
    elif last == "c":
        finals = "fc"
    else:
        finals = "f" if last in "fstkhp" else "c"
    return tuple(Sound(one, final) for one in vowels for final in finals)


def _restored(stem: str) -> Iterator[str]:
    """Yield a stem that stands before a vowel as it stands alone: isig, isik."""
    whole = _whole_stems().get(stem)
    if whole is not None:
        yield whole
        return
    yield stem
    harder = {"g": "kq", "b": "p", "d": "t", "y": "k"}.get(stem[-1], "")
    for letter in harder if len(stem) > 2 else "":
        yield stem[:-1] + letter


@cache
def _whole_stems() -> dict[str, str]:
    """Map the folded stems that lost a vowel, or doubled a letter, to their nouns."""
    return {
        fold_key(changed): fold_key(word) for word, changed in lexicon.irregular_stems()
    }


@cache
def _turkish() -> Grammar:
    return _without_copula(turkish.GRAMMAR)


@cache
def _azerbaijani() -> Grammar:
    return _without_copula(azerbaijani.GRAMMAR)


def _without_copula(grammar: Grammar) -> Grammar:
    """Drop the endings of the verb to be: rare, and toplantı looks like one."""
    closing = frozenset(("is", "was", "end", "asked"))
    rows = {
        state: tuple(row for row in suffixes if row[1] not in closing)
        for state, suffixes in grammar.rows.items()
    }
    for state in ("noun", "shortest", "name"):
        if state in rows:
            rows[state] += rows["li"]
    return Grammar(rows, grammar.open_states)
