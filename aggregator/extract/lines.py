"""Which lines of a page's text are furniture, by their words or by experience."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from aggregator.dates import is_only_date
from aggregator.extract.page import squeeze
from aggregator.text import fold_key

_DIGITS = re.compile(r"\d+")
_BULLET = re.compile(r"\A[-–—•▪●■*►»>|]+\s+")
# All patterns match folded lines: lower case, without diacritics.
_DATE_LABEL = re.compile(
    r"\A(?:haber(?:in)? )?(?:son )?(?:giris|guncelle(?:me|nme)|yayin(?:lanma|lama|i)?|tarih"
    r"|olusturulma|eklenme|kayit|duzenleme|yayim(?:lanma)?|yenilen\w+|tarix|derc edilib"
    r"|опубликован\w*|обновлен\w*|published|updated|posted|last modified|stand)"
    r"(?: (?:tarihi|zamani|saati|edilme tarihi|on))?\s*[:|-]*\s*(?=\d|\D{1,12}\d|\Z)"
)
_LABELS = re.compile(
    r"(?:ana ?sayfa|anasayfa|haberler|gundem)(?: ?[/>»|›-] ?[\w &]+){1,4}"
    r"|(?:kaynak|haber|muhabir|editor|foto(?:graf)?(?:lar)?|kamera|montaj|video)"
    r" ?: ?(?:arsiv|haber merkezi|internet|dha|iha|aa|depo ?photos|shutterstock|pexels)"
    r"|reklam|advertisement|реклама|sponsorlu(?: icerik)?|anzeige|ilan"
    r"|paylas\w*|facebook|twitter|x|whatsapp|telegram|linkedin|pinterest|e-?posta|yazdir"
    r"|(?:\S+ )?(?:facebook|twitter|whatsapp|telegram|linkedin|x)\W{0,2}\w{0,3} (?:paylas|"
    r"gonder|takip et)\w*|paylas\w*(?: \w+){0,3}|a[+-](?: ?a[+-])*|kopyala|linki kopyala"
    r"|yorum(?:lar)?(?: yap\w*| yaz\w*)?(?: ?\(?\d+\)?)?|\d+ yorum|ilk yorumu siz yap\w*"
    r"|henuz yorum yap\w+.*|bu haber\w* (?:ilk )?(?:yorum|begen).*|yorum yapmak icin .*"
    r"|(?:\d+ )?(?:okunma|goruntulenme|izlenme|baxis|oxunub|просмотр\w*|views?)\W*\d*"
    r"|(?:okuma|oxuma) suresi.*|\d+ (?:dk|dakika|deqiqe|min(?:ute)?s?)\.? (?:okuma\w*|read|oxu\w*)"
    r"|onceki haber.*|sonraki haber.*|(?:evvelki|novbeti) xeber.*|previous article.*"
    r"|next article.*|\d{1,3} ?/ ?\d{1,3}|\d{1,2}[.)]?|abone ol\w*|abunə ol\w*|takip et\w*"
    r"|devamini oku\w*|daha fazla\w*(?: \w+)?|read more|share(?: this.*)?|advertisement\w*"
    r"|поделиться\w*.*|подписаться.*|comments?|leave a comment|print|email|listen|dinle"
    r"|haberi dinle\w*|sesli dinle\w*|google news\w*.*|tum haberler\w*|diger haberler\w*"
)
# From such a line on, if it comes late, everything is furniture.
_TAIL_START = re.compile(
    r"(?:etiket(?:ler)?|anahtar kelimeler|tags?|teqler|acar sozler|теги|ключевые слова"
    r"|konular|topics?|keywords|schlagworte)\s*:?(?:\s.*)?"
    r"|(?:ilgili|benzer|diger|onerilen|populer|cok okunan|en cok okunan|sizin icin secilen"
    r"|editorun sectikleri|ilginizi cekebilecek|bunlar da ilginizi ceke\w+|son dakika)"
    r"(?: (?:haber(?:ler)?(?:i)?|icerik(?:ler)?|yazilar|konular))?\s*:?"
    r"|(?:oxsar|diger|son|populyar) xeberler\s*:?|читайте также\s*:?|по теме\s*:?"
    r"|похожие новости\s*:?|other news\s*:?|related (?:articles|stories|news)\s*:?"
    r"|(?:most (?:read|popular)|you may also like|more from .{3,30})\s*:?"
    r"|yorumlar\s*(?:\(\d+\))?|serhler\s*(?:\(\d+\))?|комментарии\s*(?:\(\d+\))?"
    r"|comments?\s*(?:\(\d+\))?|(?:bir )?(?:cevap|yorum) yaz\w*|leave a (?:reply|comment)"
)
# İLGİLİ HABER: title, in the middle of a text.
_RELATED = re.compile(
    r"(?:ilgili haber(?:ler)?|ayrica oku\w*|bunu da oku\w*|su habere de bak\w*|read also"
    r"|see also|also read|читайте также|по теме|lesen sie auch|oxsar xeber|hemcinin oxu\w*"
    r"|haberin detay\w*|onerilen haber)\s*[:>»|-]*"
)
_NOTICE = re.compile(
    r"haber akis sistemi|abonelere sunul|servis edil\w+ (?:tum|butun)|hukuki muhatab"
    r"|editor(?:un|ler\w*)? (?:hicbir )?(?:bir )?mudahale|mudahale\w* olmadan"
    r"|(?:tum|butun) haklari? sakl|izinsiz (?:kullan|kopya|yayin|alinti)"
    r"|kaynak (?:gosteril|belirtil)\w*|(?:whatsapp|telegram) (?:kanal|ihbar|hatti)"
    r"|(?:facebook|twitter|instagram|youtube|sosyal medya) (?:hesap|sayfa)\w* takip"
    r"|bizi (?:\w+ ){0,3}takip et|google (?:news|haberler)\S*(?: \w+){0,2} (?:takip|abone)"
    r"|bildirimleri ac|abone olmak icin|bultenimize|uygulamamizi indir"
    r"|istinad (?:zerur|mutleq|edil\w+ vacib|olunmali)|butun huquqlar|sehv tapdi"
    r"|metnde sehv|(?:telegram|whatsapp) kanalimiza|abune ol"
    r"|cerez(?:ler\w*)? (?:kullan|politika)|cookie(?:s)? (?:policy|polit)|(?:use|uses) cookies"
    r"|kisisel verileri\w* korun|kvkk|all rights reserved|sign up (?:for|to) (?:our|the)"
    r"|subscribe to (?:our|the)|follow us on|click here to|при (?:перепечатк|использовани"
    r"и материалов|цитировании)|все права защищены|подпис(?:ывайтесь|аться) на"
    r"|(?:нашли|заметили) ошибку|javascript\S* (?:etkin|ac|enable)|enable javascript"
)
_LONGEST_NOTICE = 60  # words
_TITLE_LINES = 6  # lines from the top that may repeat title, author or section


def hash_line(line: str) -> str:
    """Return the key under which a line is learned, digits masked."""
    masked = _DIGITS.sub("0", squeeze(line))
    return hashlib.blake2b(masked.encode(), digest_size=8).hexdigest()


def split_lines(text: str) -> list[str]:
    """Return the lines of a text without bullets and empty ones."""
    lines = (_BULLET.sub("", " ".join(line.split())) for line in text.splitlines())
    return [line for line in lines if line.strip("|-–—•*· ")]


def keep_story(
    lines: list[str],
    *,
    repeats: Iterable[str],
    links: frozenset[str],
    boilerplate: frozenset[str],
) -> list[str]:
    """Return the lines of the story itself.

    Args:
        lines: of the page's text, in order.
        repeats: title, author and site, cut where they stand at the top.
        links: lines that are a link to another page; one that is no sentence of its own
            leads away.
        boilerplate: hashes learned for this host.
    """
    kept = [line for line in lines if hash_line(line) not in boilerplate]
    kept = _without_tail(_without_repeats(kept, repeats))
    story: list[str] = []
    after_label = False
    for line in kept:
        label = _RELATED.match(fold_key(line))
        away = line in links
        if label and (len(label[0]) > len(line) - 3 or away or _is_short(line, 25)):
            after_label = len(label[0]) > len(line) - 3
            continue
        if (after_label and (away or _is_title(line))) or (away and _is_title(line)):
            after_label = False
            continue
        after_label = False
        if not is_furniture(line):
            story.append(line)
    return story


def is_furniture(line: str) -> bool:
    """Say whether a line's own words show that it is no part of a story."""
    folded = fold_key(line).strip(" :|-–—•*·.»›")
    if not folded or len(folded) == 1:
        return True
    if len(line) < 120:
        rest = _without_dates(folded)
        if not rest or is_only_date(rest):
            return True
        if _LABELS.fullmatch(folded):
            return True
    return _is_short(line, _LONGEST_NOTICE) and bool(_NOTICE.search(folded))


def _without_dates(folded: str) -> str:
    """Take `Giriş:` and its like off; '' when dates were all that stood behind them."""
    parts = re.split(r"\s[|•·]\s|(?<=\d)\s+-?\s*(?=(?:son )?guncelle|yenilen)", folded)
    left = [p for p in parts if not _is_dated(p.strip())]
    return " ".join(left)


def _is_dated(part: str) -> bool:
    label = _DATE_LABEL.match(part)
    rest = part[label.end() :] if label else part
    return (bool(label) and not rest) or is_only_date(rest)


def _without_repeats(lines: list[str], repeats: Iterable[str]) -> list[str]:
    said = {squeeze(r) for r in repeats} - {""}
    top = [x for x in lines[:_TITLE_LINES] if squeeze(x) not in said]
    return top + lines[_TITLE_LINES:]


def _without_tail(lines: list[str]) -> list[str]:
    """Cut tags, related titles and comments off the end."""
    for place, line in enumerate(lines):
        if _TAIL_START.fullmatch(fold_key(line).strip(" .-–•|")):
            rest = lines[place + 1 :]
            prose = sum(len(x.split()) for x in rest if _is_sentence(x))
            before = sum(len(x.split()) for x in lines[:place])
            if before > 30 and prose < max(40, before * 0.25):
                return lines[:place]
    return lines


def _is_sentence(line: str) -> bool:
    return len(line.split()) > 8 and line.rstrip(' "”’»)')[-1:] in ".!?…:"


def _is_title(line: str) -> bool:
    """A line without a full stop, of a headline's length."""
    return len(line.split()) < 22 and line.rstrip(' "”’»)')[-1:] not in ".:;,…"


def _is_short(line: str, words: int) -> bool:
    return len(line.split()) <= words
