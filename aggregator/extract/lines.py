"""Which lines of a page's text are furniture, by their words or by experience."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from aggregator.dates import is_only_date
from aggregator.extract.agency import is_agency
from aggregator.extract.page import squeeze
from aggregator.text import fold_key

_DIGITS = re.compile(r"\d+")
_BULLET = re.compile(r"\A[-–—•▪●■*►»>|]+\s+")


def _any(*alternatives: str) -> re.Pattern[str]:
    """Compile one pattern of many; all match folded lines."""
    return re.compile("|".join(alternatives))


_DATE_LABEL = re.compile(
    r"\A(?:haber(?:in)? )?(?:son )?(?:giris|guncelle(?:me|nme)|yayin(?:lanma|lama|i)?"
    r"|tarih|olusturulma|eklen?me|kayit|duzenleme|yayim(?:lanma)?|yenilen\w+|tarix"
    r"|derc edilib|опубликован\w*|обновлен\w*|published|updated|posted|last modified"
    r"|stand)(?: (?:tarihi|zamani|saati|edilme tarihi|on))?"
    r"\s*[:|-]*\s*(?=\d|\D{1,12}\d|\Z)"
)
_BYLINE = re.compile(
    r"(?i:haber|muhabir|editör|yazar|müəllif|автор)\s*[:–—]\s*"
    r"([^\W\d_][\w.]*(?: [^\W\d_][\w.]*){1,3})(?:\s*[-/|].*)?"
)
# Whole lines that are buttons, counters, breadcrumbs, credits of pictures.
_LABELS = _any(
    r"(?:ana ?sayfa|anasayfa|haberler|gundem)(?: ?[/>»|-] ?[\w &]+){1,4}",
    r"(?:foto(?:graf)?(?:lar)?|kamera|montaj|photo|bild|фото) ?: ?\w+(?: \w+){0,3}",
    r"(?:video|haber|muhabir|editor) ?: ?(?:arsiv|haber merkezi|internet|dha|iha|aa)",
    r"(?:kaynak|menbe|источник|source) ?: ?\w+(?: \w+){0,3}",
    r"(?:haber|muhabir|editor|yazar|muellif|автор|foto(?:graf)?|kamera) ?[:–—-] ?"
    r"[^\W\d_]+(?: [^\W\d_]+){1,3}(?: ?[-/|,] ?\w+ ?:? ?[^\W\d_]+(?: [^\W\d_]+){0,3})*",
    r"haberin devami\w*.{0,20}|reklam alani|yorum gonder|guncelleniyor",
    r"reklam|advertisement|реклама|sponsorlu(?: icerik)?|anzeige|ilan",
    r"(?:bu haberi )?paylas\w*(?: \w+){0,3}|facebook|twitter|x|whatsapp|telegram",
    r"linkedin|pinterest|e-?posta|yazdir|kopyala|a[+-](?: ?a[+-])*",
    r"(?:linki|baglantiyi|link) kopyala\w*|copy link|canli(?: yayin| anlatim)?|live",
    r"(?:bu )?sayfa .{0,30}yenilen\w*",
    r"(?:tel|telefon|gsm|faks|fax|тел)\.?(?: no)? ?: ?[\d +()/.-]+",
    r"(?:e-?(?:posta|mail|poct)|электронная почта) ?: ?\S+@\S+",
    r"(?:\S+ )?(?:facebook|twitter|whatsapp|telegram|linkedin|x)\W{0,2}\w{0,3}"
    r" (?:paylas|gonder|takip et)\w*",
    r"yorum(?:lar)?(?: yap\w*| yaz\w*)?(?: ?\(?\d+\)?)?|\d+ yorum",
    r"ilk yorumu siz yap\w*|henuz yorum yap\w+.*|yorum yapmak icin .*",
    r"bu haber\w* (?:ilk )?(?:yorum|begen).*",
    r"bu (?:haber|icerik|yazi) \d+ (?:defa|kez|kere|kisi|yorum) .*",
    r"(?:\d+ )?(?:okunma|goruntulenme|izlenme|baxis|oxunub|просмотр\w*|views?)"
    r"(?: sayi\w*)?[\W\d]*",
    r"(?:okuma|oxuma) suresi.*",
    r"\d{1,2} (?:saniye|dakika|dk|saat|gun|hafta|deqiqe|hefte) (?:once|evvel)",
    r"\d{1,2} (?:minutes?|hours?|days?) ago|\d{1,2} (?:минут|час|дн|день)\w* назад",
    r"\d+ (?:dk|dakika|deqiqe|min(?:ute)?s?)\.? (?:okuma\w*|read|oxu\w*)(?: suresi)?",
    r"(?:onceki|sonraki) haber.*|(?:evvelki|novbeti) xeber.*",
    r"(?:previous|next) article.*|\d{1,3} ?/ ?\d{1,3}|\d{1,2}[.)]?",
    r"abone ol\w*|abune ol\w*|takip et\w*|devamini oku\w*|daha fazla\w*(?: \w+)?",
    r"read more|share(?: this.*)?|поделиться\w*.*|подписаться.*|comments?",
    r"leave a comment|print|email|listen|(?:haberi |sesli )?dinle\w*",
    r"google news\w*.*|(?:tum|diger) haberler\w*",
)
# From such a line on, if it comes late, everything is furniture.
_TAIL_START = _any(
    r"(?:etiket(?:ler)?|anahtar kelimeler|tags?|teqler|acar sozler|теги|konular|topics?"
    r"|ключевые слова|keywords|schlagworte)\s*:?(?:\s.*)?",
    r"(?:ilgili|benzer|diger|onerilen|populer|cok okunan|en cok okunan|son dakika"
    r"|sizin icin secilen|editorun sectikleri|ilginizi cekebilecek"
    r"|bunlar da ilginizi ceke\w+)"
    r"(?: (?:haber(?:ler)?(?:i)?|icerik(?:ler)?|yazilar|konular))?\s*:?",
    r"(?:oxsar|diger|son|populyar) xeberler\s*:?|читайте также\s*:?|по теме\s*:?",
    r"похожие новости\s*:?|other news\s*:?|related (?:articles|stories|news)\s*:?",
    r"(?:most (?:read|popular)|you may also like|more from .{3,30})\s*:?",
    r"(?:yorumlar|serhler|комментарии|comments?)\s*(?:\(\d+\))?",
    r"(?:bir )?(?:cevap|yorum) yaz\w*|leave a (?:reply|comment)",
    r"(?:(?:basin|medya) )?iletisim(?: (?:bilgileri|icin))?\s*:?",
    r"(?:elaqe|kontakt|ansprechpartner\w*(?: fur \w+)?)\s*:?",
    r"(?:media |press )?contacts?(?: information)?\s*:?|контакты(?: для \w+)?\s*:?",
    r"(?:ekler|ek dosyalar|dosyalar|elaveler|attachments|приложения)\s*:?",
)
# From here on a page speaks of its price.
_PAYWALL = _any(
    r"(?:bu )?(?:haber|yazi|icerik|makale)\w*(?: \w+){0,2} (?:abone|uye)lere ozel.*",
    r".{0,30}(?:devamini|tamamini) okumak icin (?:\w+ ){0,3}(?:abone|uye|giris).*",
    r"(?:subscribe|sign in|log in) to (?:continue|read|keep reading).*",
    r"to (?:continue|keep) reading\W.*|чтобы (?:дочитать|прочитать|читать дальше)\W.*",
)
# İLGİLİ HABER: title, in the middle of a text.
_RELATED = re.compile(
    r"(?:ilgili haber(?:ler)?|ayrica oku\w*|bunu da oku\w*|su habere de bak\w*"
    r"|read also|see also|also read|читайте также|по теме|lesen sie auch|oxsar xeber"
    r"|hemcinin oxu\w*|haberin detay\w*|onerilen haber)\s*[:>»|-]*"
)
# Sentences of the publisher about itself.
_NOTICE = _any(
    r"haber akis sistemi|abonelere sunul|servis edil\w+ (?:tum|butun)",
    r"hukuki muhatab|editor\w* (?:\w+ ){0,3}mudahale",
    r"(?:tum|butun) haklari? sakl|izinsiz (?:\w+ ){0,3}\w{4,}(?:maz|amaz|emez)\b",
    r"kaynak (?:gosteril|belirtil)(?:meden|erek|mek)",
    r"(?:whatsapp|telegram) kanal\w+ (?:\w+ ){0,2}(?:katil|takip ed|abone ol|uye ol)",
    r"(?:facebook|twitter|instagram|youtube|sosyal medya) (?:hesap|sayfa)\w* takip ed",
    r"bizi (?:\w+ ){0,3}takip e[dt]",
    r"google (?:news|haberler)\S*(?: \w+){0,2} (?:takip|abone)",
    r"bildirimleri ac(?:in)?\b|abone olmak icin|bultenimize|uygulamamizi indir",
    r"istinad (?:zerur|mutleq|edil\w+ vacib|olunmali)|butun huquqlar|sehv tapdi",
    r"metnde sehv|(?:telegram|whatsapp) kanalimiza|abune olun",
    r"cerez(?:ler\w*)? (?:kullan|politika)|cookies? (?:policy|polit)",
    r"(?:site uses|we use) cookies|kvkk (?:\w+ )?(?:metni|aydinlatma)",
    r"all rights reserved",
    r"sign up (?:for|to) (?:our|the)|subscribe to (?:our|the)|follow us on",
    r"click here to|при (?:перепечатк|использовании материалов|цитировании)",
    r"все права защищены|подпи(?:сывайтесь|саться|шитесь) на|(?:нашли|заметили) ошибку",
    r"javascript\S* (?:etkin|ac|enable)|enable javascript",
    r"basin meslek ilkelerin|have a tip\?|got a tip\?",
)
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.\w")
_TIMES = 3  # a short line so often in one text is a button
_BESIDE_DATE = re.compile(
    r"\s[|•·]\s|(?<=\d)\s*-?\s*(?=(?:son )?guncelle|yenilen|baxis|okunma|goruntulen"
    r"|просмотр|views\b)"
)
_FEW = 5  # words beside a date that make no sentence
_LONGEST_NOTICE = 45  # words
_TITLE_LINES = 6  # lines from the top that may repeat title, author or section
_SECTION_WORDS = 9  # of what stands above a title


@lru_cache(maxsize=2048)
def hash_line(line: str) -> str:
    """Return the key under which a line is learned, digits masked."""
    masked = _DIGITS.sub("0", squeeze(line))
    return hashlib.blake2b(masked.encode(), digest_size=8).hexdigest()


def split_lines(text: str) -> list[str]:
    """Return the lines of a text without bullets and empty ones."""
    lines = (_BULLET.sub("", " ".join(line.split())) for line in text.splitlines())
    # Rows of tables end in a bar.
    return [line.rstrip("| ") for line in lines if line.strip("|-–—•*· ")]


def keep_story(
    lines: list[str],
    *,
    repeats: Iterable[str],
    above: frozenset[str],
    links: frozenset[str],
    boilerplate: frozenset[str],
) -> list[str]:
    """Return the lines of the story itself.

    Args:
        lines: of the page's text, in order.
        repeats: title, author and site, cut where they stand at the top.
        above: pieces of text above the title; short ones are sections.
        links: lines that are a link to another page; one that is no sentence of its own
            leads away.
        boilerplate: hashes learned for this host.
    """
    kept = [line for line in lines if hash_line(line) not in boilerplate]
    kept = _without_menus(_without_buttons(kept), links)
    kept = _without_tail(_without_repeats(kept, repeats, above))
    story: list[str] = []
    after_label = False
    for line in kept:
        label = _RELATED.match(fold_key(line))
        away = line in links and len(line.split()) > 2
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


def find_byline(lines: list[str]) -> str:
    """Return the name on a line like `Muhabir: …` at the top or end, '' for none."""
    for line in (*lines[:3], *lines[-4:]):
        if (found := _BYLINE.fullmatch(line)) and not is_agency(found[1]):
            return str(found[1])
    return ""


def is_furniture(line: str) -> bool:
    """Say whether a line's own words show that it is no part of a story."""
    folded = fold_key(line).strip(" :|-–—•*·.»")
    if not folded or len(folded) == 1:
        return True
    if len(line) < 120:
        rest = _without_dates(folded)
        # 05 Ocak 2026, 13:20 | Haber Merkezi
        if rest is not None and len(rest) < _FEW:
            return True
        if _LABELS.fullmatch(folded):
            return True
    return _is_short(line, _LONGEST_NOTICE) and bool(_NOTICE.search(folded))


def _without_dates(folded: str) -> list[str] | None:
    """Return the words beside dates and their labels; None: there is no date."""
    parts = _BESIDE_DATE.split(folded)
    left = [p for p in parts if not _is_dated(p.strip())]
    return None if len(left) == len(parts) else " ".join(left).split()


def _is_dated(part: str) -> bool:
    label = _DATE_LABEL.match(part)
    rest = part[label.end() :] if label else part
    return (bool(label) and not rest) or is_only_date(rest)


def _without_menus(lines: list[str], links: frozenset[str]) -> list[str]:
    """Cut runs of links off the top and the end: what is left of menus."""
    menu = [line in links and not _is_sentence(line) for line in lines]
    start, end = 0, len(lines)
    while start < end and menu[start]:
        start += 1
    while end > start and menu[end - 1]:
        end -= 1
    short = sum(len(x.split()) < 4 for x in lines[:start] + lines[end:])
    # A list of linked works at the end of a review is content; menus are short words.
    return lines[start:end] if short > 1 or start + len(lines) - end < 3 else lines


def _without_buttons(lines: list[str]) -> list[str]:
    """Cut what stands at each picture or entry of a live blog, and addresses at last.

    A columnist's mail address closes the column; in the story it is part of it.
    """
    often = {
        line
        for line, times in Counter(lines).items()
        if times >= _TIMES and len(line.split()) < _FEW and not _is_sentence(line)
    }
    last = len(lines) - 3
    return [
        line
        for place, line in enumerate(lines)
        if line not in often
        and not (place >= last and _is_short(line, 15) and _ADDRESS.search(line))
    ]


def _without_repeats(
    lines: list[str], repeats: Iterable[str], above: frozenset[str]
) -> list[str]:
    said = {squeeze(r) for r in repeats} - {""}
    top = [
        line
        for line in lines[:_TITLE_LINES]
        if squeeze(line) not in said
        and not (
            line in above and _is_short(line, _SECTION_WORDS) and not _is_sentence(line)
        )
    ]
    return top + lines[_TITLE_LINES:]


def _without_tail(lines: list[str]) -> list[str]:
    """Cut tags, related titles and comments off the end."""
    for place, line in enumerate(lines):
        start = fold_key(line).strip(" .-–•|")
        if len(line) < 200 and place and _PAYWALL.fullmatch(start):
            return lines[:place]
        if _TAIL_START.fullmatch(start):
            rest = lines[place + 1 :]
            prose = sum(len(x.split()) for x in rest if _is_sentence(x))
            before = sum(len(x.split()) for x in lines[:place])
            if before > 30 and prose < max(20, before * 0.2):
                return lines[:place]
    return lines


def _is_sentence(line: str) -> bool:
    return len(line.split()) > 5 and line.rstrip(' "”’»)')[-1:] in ".!?…:"


def _is_title(line: str) -> bool:
    """A line without a full stop, of a headline's length."""
    return len(line.split()) < 22 and line.rstrip(' "”’»)')[-1:] not in ".:;,…"


def _is_short(line: str, words: int) -> bool:
    return len(line.split()) <= words
