"""How mails read: subjects that survive, texts that are safe, both parts alike."""

from __future__ import annotations

import email
import random
import re
from datetime import timedelta
from email import policy
from email.header import decode_header, make_header
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.alerts.facts import Carrier, Hit, Item, Letter, Proof
from aggregator.alerts.message import build_mail, header_text
from aggregator.alerts.rendering import Look, Rendered, render
from aggregator.model import Mail
from tests.alert_world import ANALYST, NOW, OPERATOR

LOOK = Look(
    base_url="https://masa.example",
    zone=ZoneInfo("Europe/Istanbul"),
    sender="Basın Takip <takip@example.org>",
    operator=OPERATOR,
)
WORDS = {
    "tr": "İzmir Büyükşehir Belediyesi Bakü'de kardeş şehir anlaşması başkanı ılık güç"
    " öğrenciler çağrı ağırlandı İĞÜŞ ve ile “yeni” dönem: %50 (güncel)",
    "az": "Azərbaycan Bakı şəhəri İzmirlə əməkdaşlıq müqaviləsi imzalandı görüş"
    " keçirildi ölkə üçün yeni mərhələ Ə ə Ğ ğ",
    "ru": "Баку и Измир подписали соглашение о сотрудничестве городов-побратимов в"
    " области культуры и туризма съёмка щедрый",
}


def item(**changes: Any) -> Item:
    values: dict[str, Any] = {
        "story_id": 7,
        "title": "Heyet Bakü'ye gitti",
        "lead": "Görüşmeler üç gün sürecek.",
        "language": "tr",
        "agency": "İHA",
        "watchlists": (("izmir-baku", "İzmir–Bakü"), ("kardes", "Kardeş şehirler")),
        "new_watchlists": (("kardes", "Kardeş şehirler"),),
        "score": 3.0,
        "outlets": 6,
        "articles": 9,
        "carriers": tuple(
            Carrier(
                outlet=name,
                title="Heyet Bakü'ye gitti",
                url=f"https://haber.example/{n}",
                at=NOW - timedelta(hours=4),
            )
            for n, name in enumerate(("Son Mühür", "Ege", "Kent", "Körfez", "A", "B"))
        ),
        "hits": (Hit(surface="Bakü", places=(("title", 1), ("text", 3))),),
        "sentence": (("Heyet dün ", False), ("Bakü'ye", True), (" gitti.", False)),
    }
    return Item(**{**values, **changes})


def letter(*items: Item, **changes: Any) -> Letter:
    values: dict[str, Any] = {
        "kind": "instant",
        "slot": "instant",
        "recipient": ANALYST,
        "language": "tr",
        "at": NOW,
        "key": "instant|7/1",
        "items": items or (item(),),
        "reason": "tüm izlemeler (anında)",
    }
    return Letter(**{**values, **changes})


def mail(found: Letter) -> Mail:
    return build_mail(found, render(found, LOOK), LOOK)


def subject_of(text: str) -> bytes:
    rendered = Rendered(subject=text, text="Metin.", html="<p>Metin.</p>")
    return build_mail(letter(), rendered, LOOK).payload


def read_both(payload: bytes) -> tuple[str, str]:
    new = email.message_from_bytes(payload, policy=policy.default)["Subject"]
    old = email.message_from_bytes(payload, policy=policy.compat32)["Subject"]
    return str(new), str(make_header(decode_header(old)))


# -- subjects --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "count", [200, pytest.param(2_000, marks=pytest.mark.slow)], ids=str
)
def test_subjects_come_back_equal_in_both_decoders(count: int) -> None:
    chance = random.Random(20260106)
    for _ in range(count):
        words = WORDS[chance.choice(("tr", "az", "ru"))].split()
        text = " ".join(chance.choices(words, k=chance.randint(1, 40)))[:300].strip()
        assert read_both(subject_of(text)) == (text, text)


@given(
    st.text(st.sampled_from("".join(WORDS.values()) + "ABCabc .,:;-0123"), max_size=300)
)
def test_any_subject_of_these_letters_comes_back(text: str) -> None:
    expected = header_text(text)
    assert read_both(subject_of(text)) == (expected, expected)


@pytest.mark.parametrize(
    "title",
    ["a\r\nBcc: x@example.org", "a\nb", "a\x00b", "a\u2028b", "a\x85b", "\ud800", ""],
)
def test_a_title_cannot_break_a_header(title: str) -> None:
    payload = mail(letter(item(title=title))).payload
    found = email.message_from_bytes(payload, policy=policy.default)
    assert found["Bcc"] is None
    assert found["To"] == ANALYST
    assert len(found["Subject"].splitlines()) == 1


def test_no_line_is_longer_than_a_server_takes() -> None:
    payload = mail(letter(item(title="ş" * 500, lead="ğ" * 5000))).payload
    assert max(map(len, payload.split(b"\r\n"))) <= 998
    assert payload.isascii()
    assert b"\n" not in payload.replace(b"\r\n", b"")


# -- headers ---------------------------------------------------------------------------


def test_headers_say_who_what_and_that_no_one_need_answer() -> None:
    found = email.message_from_bytes(mail(letter()).payload, policy=policy.default)
    assert str(found["Subject"]) == (
        "[İzmir–Bakü, Kardeş şehirler] Heyet Bakü'ye gitti · Son Mühür +5"
    )
    assert found["From"] == "Basın Takip <takip@example.org>"
    assert found["Auto-Submitted"] == "auto-generated"
    assert found["List-Id"] == "<izmir-baku.example.org>"
    assert OPERATOR in found["List-Unsubscribe"]
    assert found["Date"].datetime == NOW
    assert re.fullmatch(r"<[0-9a-f]{32}@example\.org>", found["Message-ID"])


def test_the_same_letter_gives_the_same_bytes() -> None:
    assert mail(letter()) == mail(letter())
    assert mail(letter()).message_id != mail(letter(key="other")).message_id


def test_a_follow_up_is_threaded_under_what_it_follows() -> None:
    found = letter(
        kind="followup", thread=("<1@x.y>", "<2@x.y>"), thread_subject="[a] Başlık"
    )
    read = email.message_from_bytes(mail(found).payload, policy=policy.default)
    assert read["Subject"] == "Re: [a] Başlık"
    assert read["In-Reply-To"] == "<2@x.y>"
    assert read["References"] == "<1@x.y> <2@x.y>"


# -- texts -----------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["text", "html"])
def test_both_parts_say_the_same(part: str) -> None:
    said = getattr(render(letter(), LOOK), part)
    for what in (
        "Heyet",
        "“Bakü” başlıkta ve metinde 3 kez",
        "6 yayın · ilk: Son Mühür 10:30 · kaynak: İHA",
        "https://haber.example/0",
        "+3 kopya daha",
        "https://masa.example/hikaye/7",
        "https://masa.example/hikaye/7?isaretle=ilgisiz",
        "tüm izlemeler (anında)",
    ):
        assert what in said, what


def test_what_the_press_writes_is_never_markup() -> None:
    evil = '<script>alert(1)</script><img src=x onerror="y">'
    carriers = (Carrier(outlet=evil, title=evil, url="javascript:alert(1)", at=NOW),)
    found = item(
        title=evil,
        lead=evil,
        agency=evil,
        carriers=carriers,
        sentence=((evil, True),),
        hits=(Hit(surface=evil, places=(("title", 1),)),),
    )
    for kind in ("instant", "digest"):
        html = render(letter(found, kind=kind, slot="daily"), LOOK).html
        assert "<script" not in html
        assert "<img" not in html
        assert "javascript:" not in html


def proof(**changes: Any) -> Proof:
    values: dict[str, Any] = {
        "since": NOW - timedelta(days=1),
        "until": NOW,
        "articles": 412,
        "stories": 300,
        "feeds": 39,
        "healthy": 37,
        "quiet": ("Kent",),
        "failing": ("Ege",),
        "last_run_at": NOW,
    }
    return Proof(**{**values, **changes})


def digest(*items: Item, **changes: Any) -> Letter:
    values = {"kind": "digest", "slot": "daily", "proof": proof(), "items": items}
    return letter(**{**values, **changes})


def test_a_digest_without_a_match_proves_that_everything_was_read() -> None:
    found = render(digest(), LOOK)
    assert found.subject == "[Basın Takip] 6 Ocak Salı: eşleşme yok"
    line = "412 haber okundu, 37/39 kaynak sağlıklı; sessiz: Kent; hata veren: Ege."
    assert f"Eşleşme yok. {line}" in found.text
    assert line in found.html


def test_a_digest_admits_that_nothing_ran() -> None:
    stale = proof(last_run_at=NOW - timedelta(hours=9))
    assert "dikkat: son tarama 05:30" in render(digest(proof=stale), LOOK).text


def test_a_digest_of_three_hundred_shows_twenty_and_stays_small() -> None:
    stories = tuple(
        item(story_id=n, title=f"Haber {n} " + "uzun başlık " * 12, lead="x " * 400)
        for n in range(300)
    )
    found = digest(*stories)
    message = mail(found)
    assert len(message.payload) <= 100_000
    assert "300 haber" in message.subject
    assert render(found, LOOK).text.count("Masada aç") == 20
    assert "Hepsini gör: 280 haber daha" in render(found, LOOK).html


def test_what_went_at_once_is_only_counted() -> None:
    assert (
        "Anında gönderilen: 3 haber" in render(digest(proof=proof(mailed=3)), LOOK).text
    )


def test_an_english_reader_gets_english() -> None:
    said = render(letter(language="en"), LOOK)
    assert "“Bakü” in the title and in the text 3 times" in said.text
    assert "6 outlets · first: Son Mühür 10:30 · source: İHA" in said.text
    none = render(digest(language="en", proof=proof(articles=1)), LOOK)
    assert none.subject == "[Basın Takip] Tuesday, 6 January: no match"
    assert "1 article read" in none.text


def test_the_plain_text_reads_well_on_its_own() -> None:
    said = render(letter(item(cause="watchlist", late=True)), LOOK).text
    assert "* Yeni izleme: Kardeş şehirler. Geç bulundu" in said
    assert "> Heyet dün *Bakü'ye* gitti." in said
    assert "\n-- \n" in said
    assert "\n\n\n" not in said
    assert "<" not in said


def test_a_dark_screen_and_a_phone_are_provided_for() -> None:
    html = render(letter(), LOOK).html
    assert '<meta name="color-scheme" content="light dark">' in html
    assert "prefers-color-scheme: dark" in html
    assert "max-width:600px" in html
    assert "<img" not in html
