"""Closed lists: nouns whose stem no rule tells, and what only looks inflected."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from aggregator.match.grammar import VOWELS
from aggregator.text.fold import fold_letters


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# The last vowel falls before a vowel: şehir, şehri.
_DROPPED_TR = _words(
    """
    ağız akıl akis alın asıl asır azim bağır bahis beniz beyin boyun böğür burun cebir
    cehil cisim cürüm defin devir emir fasıl fetih fikir gönül göğüs haciz hacim hapis
    hasım hayır hazım hışım hilim hüküm hüsün hüzün ilim isim izin kabir kabız kadir
    kahır karın kasıt katil kavim kavil kayıp kayıt keşif kesir keyif kısım kibir
    kutup küfür lütuf meyil metin misil mühür nabız nakil nakit nakış nazım nefis
    nehir nesil nesir neşir nutuk oğul omuz ömür özür rahim resim ritim rükün sabır
    satıh seyir sihir şahıs şehir şekil şükür tavır ufuk uzuv vakıf vakit vasıf vehim
    zabıt zehir zihin zikir zulüm
    """
)
_DROPPED_AZ = _words(
    """
    ağız ağıl alın beyin boyun burun çiyin qarın oğul könül ömür fikir isim şəkil
    nəsil səbir əsil əsir izin qəbir sətir zehin ətir eyib qisim sinif cisim cürüm
    feil nəzir xeyir qədir heyif fəsil əqil zikir ətir iyin
    """
)

_DOUBLED = """
    hak:hakk his:hiss hat:hatt had:hadd af:aff tıp:tıbb zan:zann sır:sırr ret:redd
    hac:hacc haz:hazz üs:üss fen:fenn zam:zamm şer:şerr zıt:zıdd şık:şıkk rab:rabb
    mahal:mahall muhik:muhikk
    haqq:haqq hiss:hiss
"""
_BUFFERED = {"su": "suy", "ne": "ney", "akarsu": "akarsuy", "nə": "nəy"}

# Nouns of one syllable keep p, ç, t, k before a vowel (ip, saç, at, kök), and all nouns
# keep t (konut), but for these.
_SOFT_WORDS = _words(
    """
    gök çok kap dip cep kalp harp sarp uç taç genç güç borç harç kurt yurt dert dört
    tat but cilt art renk denk cenk ahenk kürk küp türp kulp çarp avurt ant kant tunç
    felç linç hınç burç öç kert sağ kut ut ud dörd qurd
        grup kanat kağıt öğüt umut ümit geçit tehdit kilit yiğit senet mevcut vücut
        hudut
    maksat cellat inat feryat imdat icat itimat evlat ecdat murat armut söğüt şehit
    yoğurt standart
    cihat iktisat itikat mabet vaat nakit kayıt akit ahit ağıt bant simit polat
"""
)
VOWEL_AS_CONSONANT = _words(
    "cami mevki mevzi memba mısra sanayi terfi tevzi menba veda"
)
"""Old loans whose final ayn still counts as a consonant for some: camii, mevkii."""

# Surfaces that the grammar would take for a form of another word, and that far more
# often are a word of their own.
_OTHER_TURKISH = _words(
    """
    ile ise için işte önce elli hala hâlâ mali üstün üçün ada ana kara ona onu
    onun onlar onda ondan buna bunu bunda kendi ama bence sence aliye karaca altın yarın
    yayın kalın derin satın yakın gelin gelen olan diye dahil ilişkin özellikle
    gerçekten neden gece geçmiş bazı karşın yani ani insani hayati askeri
    başlıca gerekçe güvence dilekçe önceden karşılık boyunca üzere öğle sıradan
    yıllarca aylarca haftalarca günlerce saatlerce dakikalarca yüzlerce binlerce
    onlarca milyonlarca boya dile alevi
    """
)

# Forms of a word that are far more often another word's: köprünün altında, fayda var,
# basin toplantisi.
_MISREAD = {
    "ada": _words("adam adama adamı adamın adamla adamda adamdan"),
    "baş": _words("basin basinin"),
    "dam": _words("damla"),
    "don": _words("dondu dondular"),
    "ek": _words("ekin ekim"),
    "et": _words("etken etkeni"),
    "il": _words("ilim ilimi"),
    "karar": _words("karardı karardılar"),
    "kaş": _words("kasim kasima kasimda kasimdan"),
    "kıyı": _words("kıyım kıyıma"),
    "kır": _words("kırım kırıma"),
    "kış": _words("kışla kışlada kisa kisin kisla"),
    "oy": _words("oyun oyunun oyunda oyundan"),
    "taş": _words("taşıma tasima"),
    "yaş": _words("yasa yasada yasadan yasayi yasayla"),
    "altın": _words("altında altından altındaki"),
    "fay": _words("fayda faydalı"),
    "izin": _words("izini izine izinin izinden"),
    "hatay": _words("hatayı hataya hatayla"),
}

WHEN = _words(
    """
    gün yıl sabah akşam gece hafta ay dün bugün yarın önce sonra zaman mevsim şimdi öğle
    ilkbahar sonbahar kış yaz geçmiş evvel dönem
    """
)
_OWN_IN_M = _words(
    """
    dilim adım ölüm tutum durum yarım alım satım yazım basım bilim eğim kesim takım
    seçim geçim kayım sayım söylem kurum kalım erim deyim giyim içim atım konum ortam
    önem dönem görüm bakım yapım akım çekim yatırım üretim ekim tarım kalem
    """
)
"""What is no longer felt, or never was, as 'my': konum is not my konu."""

"""What -ki joins without a case: günkü, geçen yılki."""
OTHER_WORDS = {"tr": _OTHER_TURKISH, "az": _words("ilə üçün")}
"""By language."""

# Names that look like another name with a suffix. Folded; their own forms begin so too.
OTHER_NAMES = _words(
    """
    osmanli selcuklu denizli karabaglar polatli torbali bayrakli nazli aliye ayla ayda
    aydan gulden gulin nurdan nuri candan selin berkin emine kerime selime halime nadire
    tahire sabire zahide saide halide feride cahide vahide fikriye nuriye hayriye
    sabriye sukriye lutfiye fahriye remziye kadriye bedriye hilmiye azize nazife serife
    latife hanife cemile kamile adile celile nebile karaca sarica almanya turkmen
    """
)

# Words in -lI and -lIk that are no longer felt as forms of their noun.
_OWN_WORDS = _words(
    """
    denizli kırklareli önemli güçlü gerekli etkili yetkili ilgili bağlı sürekli
    değerli başarılı farklı zorunlu sağlıklı canlı kanlı yaşlı evli belli türlü yerli
    ünlü sözlü yazılı nitelikli anlamlı tatlı akıllı mutlu umutlu şanslı hızlı süslü
    uygun görevli şüpheli yaralı suçlu haklı saygılı sevgili gizli kapalı açıklamalı
    dikkatli tehlikeli verimli resimli sınırlı kararlı dengeli düzenli duyarlı güvenli
    özellikli sorumlu kapsamlı ölçülü paralı yararlı zararlı yabancı tutarlı borçlu
    alacaklı hisseli köklü günlü atlı yollu elli dişli kollu ağırlıklı hükümlü tutuklu
    öfkeli neşeli acılı bakanlık başkanlık günlük gözlük kitaplık başlık öncelik
    hastalık insanlık çocukluk gençlik ortaklık kişilik birlik güvenlik özellik
    kulaklık önlük sözlük evlilik arkadaşlık kardeşlik dostluk düşmanlık komşuluk
    öğretmenlik öğrencilik valilik müdürlük kaymakamlık konsolosluk büyükelçilik
    elçilik askerlik hakimlik savcılık avukatlık doktorluk hekimlik işçilik memurluk
    sanatçılık gazetecilik turizmcilik ağırlık aralık ortalık kalabalık fazlalık
    azınlık çoğunluk varlık yokluk yıllık aylık haftalık saatlik krallık
    cumhurbaşkanlığı ağaçlık taşlık yağmurluk ağızlık kumluk çamlık zeytinlik
    mezarlık tuzluk yağlık
    yüzlük binlik ayaklık başlık kimlik nitelik ilik asıllık
    """
)

_FOREIGN = ("q", "w", "x", "ch", "sh", "th", "ph", "ck", "oo", "ee", "ou", "au", "gh")
_FOREIGN_ENDS = (
    "ue",
    "ie",
    "oe",
    "eu",
    "eau",
    "ke",
    "gle",
    "ble",
    "ff",
    "ss",
    "tt",
    "ll",
)


def looks_foreign(word: str) -> bool:
    """Say whether a name is probably not spelled as it is spoken in Turkish."""
    return any(sign in word for sign in _FOREIGN) or word.endswith(_FOREIGN_ENDS)


def is_other_word(word: str, written: str, language: str, *, exact: bool) -> bool:
    """Say whether what may be a form of `word` is better known as another word.

    exact: the text has its own letters, so that insanı is not insani.
    """
    if written in _MISREAD.get(word, ()):
        return True
    if exact:
        return written in OTHER_WORDS[language]
    return fold_letters(written) in _folded_others(language)


@cache
def _folded_others(language: str) -> frozenset[str]:
    return frozenset(map(fold_letters, OTHER_WORDS[language]))


def changed_stems(word: str, *, azerbaijani: bool = False) -> tuple[str, ...]:
    """Return the stems that `word` takes before a vowel, besides its own."""
    found: list[str] = []
    if word in _DROPPED_AZ if azerbaijani else is_dropping(word):
        body, last = word[:-2], word[-1]
        found += [body + last] + [body + soft for soft in _SOFT_TR.get(last, "")]
    if word in _DOUBLED_STEMS:
        found.append(_DOUBLED_STEMS[word])
    if word in _BUFFERED:
        found.append(_BUFFERED[word])
    if word.endswith("nk") and not azerbaijani:
        found.append(word[:-1] + "g")
    elif _may_soften(word, azerbaijani=azerbaijani):
        found.append(word[:-1] + (_SOFT_AZ if azerbaijani else _SOFT_TR)[word[-1]])
    return tuple(found)


def is_dropping(word: str) -> bool:
    """Say whether a Turkish noun loses its last vowel, as şehir and büyükşehir do."""
    return word in _DROPPED_TR or word.endswith("şehir")


def undropped(stem: str) -> tuple[str, ...]:
    """Return the nouns with this stem before a vowel: şehr → şehir, hakk → hak."""
    whole = [stem[:-1] + vowel + stem[-1:] for vowel in "ıiuü"]
    return (
        *(word for word in whole if is_dropping(word)),
        *(word for word, changed in _DOUBLED_STEMS.items() if changed == stem),
    )


def irregular_stems() -> Iterator[tuple[str, str]]:
    """Yield the nouns of the lists with their stem before a vowel: şehir, şehr."""
    for word in (*_DROPPED_TR, *_DROPPED_AZ, "büyükşehir"):
        yield word, word[:-2] + word[-1]
    yield from _DOUBLED_STEMS.items()
    yield from _BUFFERED.items()


def is_own_in_m(word: str) -> bool:
    """Say whether a noun with 'my' is another word: dilim is a slice, konum a place."""
    return word in _OWN_IN_M


def is_own_word(word: str) -> bool:
    """Say whether a word in -lI or -lIk is read as a word of its own: bakanlık."""
    return word in _OWN_WORDS or word.endswith(("bakanlık", "başkanlık"))


_UNMARKED = str.maketrans("âîû", "aiu")
_SOFT_TR = {"k": "ğ", "p": "b", "ç": "c", "t": "d", "g": "ğ"}
_SOFT_AZ = {"q": "ğ", "k": "y", "t": "d"}
_DOUBLED_STEMS = dict(pair.split(":") for pair in _DOUBLED.split())


def _may_soften(word: str, *, azerbaijani: bool) -> bool:
    if word[-1:] not in (_SOFT_AZ if azerbaijani else _SOFT_TR) or word.endswith("nt"):
        return False
    if word[-1] == "t" or sum(letter in VOWELS for letter in word) < 2:
        return word.translate(_UNMARKED) in _SOFT_WORDS
    return word[-1] != "g" or word.endswith("og")
