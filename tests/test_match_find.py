"""Finding a term: every form of it, and nothing else."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aggregator.match import find

# term, language, text with the wanted hits in brackets
EXAMPLES = """
İzmir|tr|SEFERLER [İZMİR’DEN] BAŞLIYOR
İzmir|tr|yarın [izmirde] hava açık
İzmir|tr|[Izmir'de] yagmur; #[izmir]
İzmir|tr|İzmirspor yenildi, basin@izmir.example
İzmir|tr|[İzmirlilerin] çoğu metroyu seçti
Bakü|tr|İzmir–[Bakü] uçuşu, [Bakü]-Tiflis hattı
Bakü|tr|Heyet [Bakü’deki] törene katıldı
Aydın|tr|[AYDIN'DAN] gelen tır; [Aydin] Valisi
Iğdır|tr|[IĞDIR], [Iğdırlı] ve [Igdir'da]
Ören|tr|[Oren'de] plaj
Oran|tr|Ören sahili temizlendi
Ordu|tr|ordu çekildi, [Ordu’ya] kar yağdı
Menemen|tr|menemen yedi, [Menemen’e] gitti
Van|tr|[Van’ın] gölü; vana patladı
İZSU|tr|[İZSU'nun] ihalesi, [IZSU] aboneleri
cami|tr|[Camii], [camimiz]; camia
kitap|tr|[Kitabını] imzaladı, kitapçı doldu
toprak|tr|[Toprağın] altı, [topraklarımız]
vakit|tr|İftar [vakti], [vakitleri]; vakıf
renk|tr|Duvarın [rengi] soldu
su|tr|[Suyun] tadı; suç; [sular]
dil|tr|[Dilin] kökeni; bir dilim ekmek
cadde|tr|[CADDESİ] kapalı; cadı
mevki|tr|[mevkisinde], [mevkii]
basın toplantısı|tr|[BASIN TOPLANTILARI]; [basın toplantımız]; basın toplantı salonu
belediye meclisi|tr|[Belediye Meclisi’nce]; belediye meclis üyesi
ticaret odası|tr|[Ticaret Odaları]; ticaret odağı
kardeş kent|tr|[kardeş-kentimiz] Bremen
kardeş şehir|tr|[kardeş şehrimiz], [kardeş şehirlerimizden]
belediye başkanı|tr|[belediye başkanının]; belediye başkan vekili
kültür merkezi|tr|[Kültür Merkezi'nin]; kültür merkezli
Bakı|az|[Bakıdan] gələn; yol bakımı; bakış
Naxçıvan|az|[Naxçıvanda]; [naxçıvanlı]
uşaq|az|[Uşağın] kitabı, [uşaqlar]
çörək|az|[Çörəyin] qiyməti
ticarət palatası|az|[ticarət palatasının] sədri
Şəki|az|[Şəkidə]; [Sekide]; şəkil
Баку|ru|из [Баку]; бакенщик
Измир|ru|с [Измиром]; [измирский] порт
город-побратим|ru|[Города-побратимы]
sister city|en|two [sister cities]
Baku|en|[Baku's] port; Bakuriani
Nice|en|a nice day in [Nice]
40. yıl|tr|[40. yılı], [40.yılında], 140. yıl
Azerbaycan'ın Elçisi|tr|[Azerbaycan’ın Elçisi'nin], [Azerbaycanın Elçisi]
İzmir|tr|‘[İzmir]’ ([İzmir]), İzmir2025, #[İzmir]_deprem
TBMM|tr|[TBMM'de], [TBMMye]
anne|tr|[Annem] sergiye geldi, [annemle] gezdik
kitap|tr|[Kitaplarımı] bağışladım; [kitaplarınla] gel
çocuk|tr|O zaman [çocuktum], [çocuktun]
konu|tr|[Konumuz] su; ilçenin konumu değişti
dil|tr|[Dilimiz] zengindir; bir dilimi kesti
Beyoğlu|tr|Sergi [Beyoğlu'nda], [Beyoğluna] taşındı
Beypazarı|tr|Yol [Beypazarı'na] uzar, [Beypazarından] döner
поселок|ru|из [поселка] в [поселки]
Египет|ru|в [Египте] и из [Египта]
семья|ru|[семьи] семь раз, о [семьях], пять [семей]
данные|ru|[Данных] нет; в данном доме
"""
_ASCII = str.maketrans("ışğüöçəİŞĞÜÖÇƏ", "isguoceISGUOCE")
# Small homonyms that nothing tells from the name once all is written large.
_ONLY_IN_SMALL = ("Ordu", "Menemen", "Nice")

WAYS: dict[str, Callable[[str], str]] = {
    "as written": lambda text: text,
    "in capitals": lambda text: text.replace("i", "İ").replace("ı", "I").upper(),
    "in ASCII": lambda text: text.translate(_ASCII),
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "with soft hyphens": lambda text: re.sub(r"(\w\w)(\w)", "\\1\u00ad\\2", text),
    "without apostrophes": lambda text: re.sub("['’]", "", text),
}


def unmark(marked: str) -> tuple[str, list[str]]:
    parts = re.split(r"[\[\]]", marked)
    return "".join(parts), parts[1::2]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("line", EXAMPLES.strip().splitlines())
def test_all_forms_are_found_however_they_are_written(line: str, way: str) -> None:
    term, language, marked = line.split("|")
    if way == "in capitals" and term in _ONLY_IN_SMALL:
        pytest.skip("in capitals the name and the common word are one")
    text, wanted = unmark(WAYS[way](marked))
    assert [text[start:end] for start, end in find(term, text, language)] == wanted


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("iş", "Bakan ise toplantıya katılmadı"),
        ("iç", "Çözüm için yeni öneri var"),
        ("konut", "Bu konuda görüş birliği yok"),
        ("yan", "Yani köprü açılmadı"),
        ("kar", "Şirketin kârı düştü"),
        ("Dan", "Van'dan gelen kafile"),
        ("AB", "Abla kardeşini okula götürdü"),
        ("Yaris", "Gölün yarısı kurudu, kıyı boşaldı"),
        ("boy", "Yıl boyunca onarım sürdü"),
        ("ay", "Onarım aylarca sürdü"),
        ("iş", "Vali ise toplantıya gelmedi"),
        ("Karabağ", "Karabağlar'da pazar kuruldu"),
        ("Deniz", "Sanayi Denizli'de büyüdü"),
        ("Bakı", "Baki kalan bu kubbede hoş bir seda"),
        ("ada", "Adam kıyıya çıktı"),
        ("oy", "Oyun yarıda kaldı"),
        ("taş", "Taşıma ücretleri arttı"),
        ("baş", "Basin toplantisi ertelendi"),
    ],
)
def test_words_that_only_look_like_a_form_are_left_alone(term: str, text: str) -> None:
    language = "az" if term == "Bakı" else "tr"
    assert find(term, text, language) == []


def test_ascii_in_turkish_capitals_is_still_read_as_ascii() -> None:
    assert find("köprü", "KOPRUDE TRAFİK YİNE DURDU, SİREN SESLERİ") == [(0, 7)]
    assert find("ağaç", "FIRTINA OTUZ AGACİ KOKUNDEN SOKTU") == [(13, 18)]


def test_a_form_is_told_from_a_word_by_the_texts_own_letters() -> None:
    assert find("insan", "Yardım insanı yaşatır") != []
    assert find("insan", "İnsani yardım yola çıktı, gemi dün açıldı") == []


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("начало", "Он начал строить, они начали"),
        ("имя", "Дали им дом и с ними говорили"),
        ("лето", "Пять лет назад"),
        ("статья", "Хочет стать врачом"),
        ("ряд", "Он стоит рядом"),
    ],
)
def test_russian_words_that_only_look_like_a_form_are_left_alone(
    term: str, text: str
) -> None:
    assert find(term, text, "ru") == []


@pytest.mark.parametrize(
    ("case", "found"),
    [("auto", ["Konak"]), ("any", ["konak", "Konak"]), ("strict", ["Konak"])],
)
def test_the_case_rule_can_be_chosen(case: str, found: list[str]) -> None:
    text = "Eski konak yandı, Konak Meydanı kapandı."
    spans = find("Konak", text, case=case)  # type: ignore[arg-type]  # a CaseRule
    assert [text[start:end] for start, end in spans] == found


@pytest.mark.parametrize(
    ("word", "forms"),
    [
        (
            "uşaq",
            "uşaq uşağı uşağa uşağın uşaqda uşaqdan uşaqlar uşaqları uşağım uşağımız",
        ),
        (
            "uşaq",
            "uşağıma uşağımdan uşağınız uşaqlarımızda uşaqdır uşaqlarıdır uşağıyam",
        ),
        (
            "dəniz",
            "dənizin dənizə dənizdə dənizdən dənizimiz dənizlərin dənizidir dənizdəki",
        ),
        (
            "kənd",
            "kəndə kəndi kəndin kəndim kəndiniz kəndləri kəndlərimizdən kəndlərindən",
        ),
        (
            "Bakı",
            "Bakını Bakıya Bakıda Bakıdan Bakının Bakıdır Bakımız Bakıyla Bakıdakı",
        ),
        ("ata", "atam atan atası atamız atanız ataları atasının atasına atalarımızın"),
        ("burun", "burnu burna burnun burunda burunlar burnum"),
    ],
)
def test_azerbaijani_paradigms_are_whole(word: str, forms: str) -> None:
    assert [
        form for form in forms.split() if find(word, form, "az") != [(0, len(form))]
    ] == []


@pytest.mark.parametrize(
    ("word", "forms"),
    [
        ("рынок", "рынок рынка рынку рынком рынке рынки рынков рынкам рынками рынках"),
        (
            "письмо",
            "письмо письма письму письмом письме писем письмам письмами письмах",
        ),
        (
            "соглашение",
            "соглашения соглашению соглашением соглашении соглашений соглашениям",
        ),
        ("человек", "человека человеком люди людей людям людьми людях"),
        ("гость", "гостя гостю гостем госте гости гостей гостями"),
        ("статья", "статьи статье статью статьей статей статьям"),
        ("Турция", "Турция Турции Турцию Турцией"),
        ("самолет", "самолёт самолёта самолётом самолёты"),
        ("Азизов", "Азизова Азизову Азизовым Азизове Азизовы Азизовых"),
        ("Мустафаева", "Мустафаевой Мустафаеву"),
        ("Токио", "Токио"),
        ("Химки", "Химок Химкам Химками Химках"),
        ("деньги", "денег деньгам деньгами деньгах"),
        ("гражданин", "гражданина граждане граждан гражданам"),
        ("котенок", "котенка котята котят котятами"),
        ("брат", "брата братом братья братьев братьям"),
        ("ночь", "ночи ночью ночей ночам ночами"),
        ("корень", "корня корню корнем корни корней"),
        ("ручей", "ручья ручью ручьем ручьи ручьев"),
        ("огонек", "огонька огоньком огоньки"),
        ("ущелье", "ущелья ущелью ущельем ущелий"),
        ("сердце", "сердца сердцем сердец сердцами"),
        ("гостиная", "гостиной гостиную гостиные гостиных"),
        ("прошлое", "прошлого прошлому прошлым прошлом"),
        ("рабочий", "рабочего рабочим рабочие рабочих"),
        ("семья", "семьи семью семьей семей семьям"),
        ("чай", "чая чаю чаем чаи"),
        ("врач", "врача врачом врачи врачей"),
    ],
)
def test_russian_declensions_are_whole(word: str, forms: str) -> None:
    assert [
        form for form in forms.split() if find(word, form, "ru") != [(0, len(form))]
    ] == []


def test_an_elided_article_does_not_hide_a_name() -> None:
    text = "le port d'Izmir"
    assert [text[a:b] for a, b in find("Izmir", text, "fr")] == ["Izmir"]


def test_scripts_without_blanks_are_searched_as_they_are() -> None:
    text = "伊兹密尔与武汉结为友好城市"
    assert find("武汉", text, "zh") == [(5, 7)]


def test_other_languages_are_found_as_whole_words() -> None:
    text = "Die Partnerstadt von Bremen; Partnerstädte"
    assert [text[a:b] for a, b in find("Partnerstadt", text, "de")] == ["Partnerstadt"]


TERMS = st.sampled_from(
    [
        "İzmir",
        "su",
        "kardeş şehir",
        "kitap",
        "Bakı",
        "Баку",
        "40. yıl",
        "sister city",
        "İZSU",
    ]
)
TEXTS = st.text() | st.text(
    st.sampled_from("İIıişŞsubakü'’ nıdnlryeə\u00ad\u0307-.@#çğ")
)


@settings(deadline=None)
@example("0''", "x", "tr")
@example("' x", "x", "ru")
@example(". x", "x .", "tr")
@given(st.text() | TERMS, TEXTS, st.sampled_from(["tr", "az", "ru", "en", "de", ""]))
def test_no_term_and_no_text_breaks_the_search(
    term: str, text: str, language: str
) -> None:
    for start, end in find(term, text, language):
        assert 0 <= start < end <= len(text)


@settings(deadline=None)
@given(TEXTS, TEXTS)
def test_a_span_covers_the_word_as_it_was_written(before: str, after: str) -> None:
    word = "Bakü'dekiler"
    text = f"{before} {word} {after}"
    start = len(before) + 1
    spans = find("Bakü", text)
    assert any(at <= start and start + len("Bakü") <= end for at, end in spans) or (
        "@" in text  # the word may have become part of an address
    )


@pytest.mark.parametrize(
    ("term", "language", "marked"),
    [
        ("Ordu", "tr", "ORDU KONUŞLANDI\nGönderilen ordu birlikleri dün geldi."),
        ("Ordu", "tr", "Ordu, birliklerini artırdı. Bölgede ordu araçları görüldü."),
        ("Ordu", "tr", "[ORDU] SELE TESLİM\n[Ordu'nun] dört ilçesinde yol kapandı."),
        ("Ordu", "tr", "[ORDU] SELE TESLİM\nDört ilçede yol kapandı."),
        ("Konak", "tr", "Tarihi Konak Restore Edildi\nMüze olan konak yarın açılıyor."),
        ("Konak", "tr", "KONAK SUSUZ KALDI\nBu konakta yüz kişi çalışıyor."),
        ("Konak", "tr", "[KONAK] SUSUZ\nKesinti [Konak'ın] üç mahallesini etkiledi."),
        ("Konak", "tr", "[Konak] Belediyesi bir konak aldı; [Konak'ta] müze olacak."),
        ("Çeşme", "tr", "[Çeşme] doldu. [Çeşme'ye] gelen, çeşme başında bekledi."),
        ("Van", "tr", "[VAN] GÖLÜ ÇEKİLDİ\nVana arızası değil; vana sağlam."),
        ("Tokat", "tr", "TOKAT CEZA GETİRDİ\nHakeme atılan tokat pahalıya patladı."),
        ("Nice", "en", "Nice weather is here. It was a nice day for sailing."),
        ("Nice", "en", "[Nice] won again. The squad of [Nice] had a nice evening."),
        ("Орёл", "ru", "Орёл кружил над полем, и орёл не улетает."),
    ],
)
def test_what_an_article_writes_small_is_no_name_in_its_headline(
    term: str, language: str, marked: str
) -> None:
    text, wanted = unmark(marked)
    assert [text[start:end] for start, end in find(term, text, language)] == wanted


@pytest.mark.parametrize(
    ("term", "language", "marked"),
    [
        ("BMT", "az", "[BMT-nin] Baş katibi; [BMT-də] səsə qoyuldu"),
        ("SOCAR", "az", "[SOCAR-ın] hesabatı"),
        ("МИД", "ru", "Заявление [МИДа], МИДас"),
        ("Konak", "tr", "#[konak] susuz"),
    ],
)
def test_the_span_covers_what_belongs_to_the_name(
    term: str, language: str, marked: str
) -> None:
    text, wanted = unmark(marked)
    assert [text[start:end] for start, end in find(term, text, language)] == wanted


@pytest.mark.parametrize(
    ("term", "text", "hits"),
    [
        ("İzmir", "İZMIR'DE ÇEŞME YOLU KAPALI", ["İZMIR'DE"]),
        ("İzmir", "İZMIRLILERIN ÇOĞU METROYU SEÇTI", ["İZMIRLILERIN"]),
        ("Bakü", "BAKÜDEKI TÖREN", ["BAKÜDEKI"]),
        ("vakit", "İFTAR VAKTI ÇOK YAKIN", ["VAKTI"]),
        ("kardeş şehir", "KARDEŞ ŞEHIRLERIMIZ", ["KARDEŞ ŞEHIRLERIMIZ"]),
        ("iş", "ISI YALITIMI ŞART", []),
        ("Yaris", "GECE YARISI İZMİR’DE", []),
        ("Mali", "İZMİR'DE MALI KAÇIRDI", []),
        ("sinir", "İZMİR'DE SINIR KAPISI", []),
        # A foreign name in its own spelling, in a headline that dots its own İ.
        ("Split", "SPLIT BELEDİYESİ İLE PROTOKOL", ["SPLIT"]),
        ("Berlin", "BERLIN'DE İZMİR GÜNLERİ", ["BERLIN'DE"]),
        ("Paris", "PARIS'TE İZMİR GÜNLERİ", ["PARIS'TE"]),
        ("İzmir", "ızmirlilerin çoğu", []),
    ],
)
def test_capitals_without_dots_of_an_english_machine_are_read(
    term: str, text: str, hits: list[str]
) -> None:
    assert [text[start:end] for start, end in find(term, text)] == hits
