"""What other rooms write in English (why articles are together), in Turkish."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aggregator.browse.interface import Interface

# What dedupe, stories and intake write into `decisions` and `story_links`. {0} is the
# first group of the pattern; a group that is a reason itself is told again.
_TOLD = (
    (
        r"(\d+)% of the shorter text is shared with its representative",
        "hikâyenin kaynak metniyle %{0} örtüşüyor",
    ),
    (
        r"(\d+)% of the shorter text is shared with (\d+) of its articles",
        "hikâyenin {1} haberiyle %{0} örtüşüyor",
    ),
    (r"(\d+)% of the shorter text", "%{0} örtüşüyor"),
    (r"only (\d+)% of the shorter text is shared", "yalnız %{0} örtüşüyor"),
    (r"nothing shares its text", "aynı metni taşıyan başka haber yok"),
    (
        r"a copy of article (\d+), but too late or of too few",
        "{0} numaralı haberin kopyası, ama çok geç ya da hikâyenin azına benziyor",
    ),
    (r"nearest is article (\d+): (.+)", "en yakını {0} numaralı haber: {1}"),
    (
        r"a round-up: it holds parts of (\d+) stories",
        "derleme: {0} hikâyeden parçalar taşıyor",
    ),
    (
        r"a piece of a longer text about more \((\d+)% of it\)",
        "daha geniş konulu bir metnin parçası (%{0})",
    ),
    (r"the body is boilerplate of an outlet", "metin, yayının kalıp metni"),
    (
        r"the same body under another title of the same outlet",
        "aynı yayında başka başlık altında aynı metin",
    ),
    (
        r"neither title is borne out by the shared text",
        "ortak metin iki başlığı da desteklemiyor",
    ),
    (r"too few words and facts to tell", "karar için çok az sözcük ve bilgi var"),
    (r"the same wording about another day", "aynı kalıp, başka bir gün"),
    (r"the same wording about other days as well", "aynı kalıp, başka günler de var"),
    (r"a series' title, published on another day", "dizi başlığı, başka günün yazısı"),
    (r"a series' title about another place", "dizi başlığı, başka bir yer"),
    (r"a series' text with other facts", "dizi metni, başka bilgiler"),
    (r"a brief with (\d+) other facts", "kısa haber, {0} bilgisi farklı"),
    (
        r"(\d+) of (\d+) sentences state other facts",
        "{1} cümlenin {0} tanesi başka bilgi veriyor",
    ),
    (r"(\d+) of (\d+) numbers are others", "{1} sayının {0} tanesi farklı"),
    (r"two addresses lead to one page", "aynı sayfa: iki adres tek habere çıkıyor"),
    (r"joined by a person", "bir kişi birleştirdi"),
    (r"split by yerel", "bu masada ayrıldı"),
    (r"merged by yerel", "bu masada birleştirildi"),
    (r"split by (.+)", "{0} ayırdı"),
    (r"merged by (.+)", "{0} birleştirdi"),
    # What related stories share: names of the configuration, words, numbers.
    (r"((?:@?[\w.-]+, )+@?[\w.-]+)", "ortak: {0}"),
)
_NAME = re.compile(r"(?<!\S)@([\w-]+)")


def tell_reason(ui: Interface, reason: str, names: Mapping[str, str]) -> str:
    """Return a stored reason in the reader's language; an unknown one as it stands.

    names: how the names of the configuration are written, by id.
    """
    told = ui.t(reason) if ui.language == "en" else _in_turkish(reason)
    return _NAME.sub(lambda found: names.get(found[1], found[0]), told)


def _in_turkish(reason: str) -> str:
    for pattern, told in _TOLD:
        match = re.fullmatch(pattern, reason)
        if match is not None:
            parts = (
                part if part == reason else _in_turkish(part) for part in match.groups()
            )
            return told.format(*parts)
    return reason
