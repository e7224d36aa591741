"""The order in which a Turkish reader looks for a name in a list."""

from __future__ import annotations

_ALPHABET = "aâbcçdeəfgğhıiîjklmnoöpqrsştuûüvwxyz"
_RANK = {letter: rank for rank, letter in enumerate(_ALPHABET, start=100)}


def turkish_order(text: str) -> tuple[int, ...]:
    """Return a key that sorts by the Turkish (and Azerbaijani) alphabet.

    Code points put Ç, İ, Ö, Ş and Ü behind Z. Signs and digits come first, letters of
    other alphabets last.

    >>> sorted(["Zeytin", "İmbat", "Işık", "Çeşme", "Cumhuriyet"], key=turkish_order)
    ['Cumhuriyet', 'Çeşme', 'Işık', 'İmbat', 'Zeytin']
    """
    small = text.replace("İ", "i").replace("I", "ı").lower()
    return tuple(_RANK.get(char, _rank_of_other(char)) for char in small)


def _rank_of_other(char: str) -> int:
    return min(ord(char), 99) if char.isascii() else 1_000 + ord(char)
