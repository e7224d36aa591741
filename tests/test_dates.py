"""The dates that publishers write are read to the minute, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.dates import is_only_date, parse_date

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)  # noon in İstanbul, a Tuesday
ISTANBUL, BAKU = "Europe/Istanbul", "Asia/Baku"


def read(text: str, zone: str = ISTANBUL, now: datetime = NOW) -> str | None:
    found = parse_date(text, timezone=zone, now=now)
    return found.strftime("%Y-%m-%d %H:%M:%S") if found else None


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("Tue, 06 Jan 2026 14:30:00 +0300", "2026-01-06 11:30:00"),
        ("Tue, 06 Jan 2026 14:30:00 GMT", "2026-01-06 14:30:00"),
        ("Tue, 06 Jan 2026 14:30:00", "2026-01-06 11:30:00"),
        ("Tue, 06 Jan 2026 14:30:00 TRT", "2026-01-06 11:30:00"),
        ("Tue, 06 Jan 2026 14:30:00 EET", "2026-01-06 11:30:00"),
        ("Tue, 06 Jan 2026 14:30:00 EEST", "2026-01-06 11:30:00"),
        ("Tue, 06 Jan 2026 14:30:00 GMT+3", "2026-01-06 11:30:00"),
        ("Tue, 06 Jan 2026 14:30:00 GMT+0300", "2026-01-06 11:30:00"),
        ("Tue, 06 Jan 2026 14:30:00 UTC+03:00", "2026-01-06 11:30:00"),
        ("Tue, 06 Jan 2026 14:30:00 Europe/Istanbul", "2026-01-06 11:30:00"),
        ("Tue, 06 Jan 2026 14:30:00 -0500", "2026-01-06 19:30:00"),
        ("Tue, 06 Jan 2026 14:30:00 EST", "2026-01-06 19:30:00"),
        ("Tue, 06 Jan 2026 24:00:00 +0300", "2026-01-06 21:00:00"),
        ("Tue, 6 Jan 26 14:30 +0300", "2026-01-06 11:30:00"),
        ("Sal, 06 Oca 2026 14:30:00 +0300", "2026-01-06 11:30:00"),
        ("Salı, 06 Ocak 2026 14:30:00 +0300", "2026-01-06 11:30:00"),
        ("Tue Jan  6 14:30:00 2026", "2026-01-06 11:30:00"),
        ("Tue Jan 06 14:30:00 TRT 2026", "2026-01-06 11:30:00"),
        (
            "Tue Jan 06 2026 14:30:00 GMT+0300 (GMT+03:00)",
            "2026-01-06 11:30:00",
        ),
        ("Вт, 06 янв 2026 14:30:00 +0300", "2026-01-06 11:30:00"),
        ("Mon, 06 Jan 2026 14:30:00 +0300", "2026-01-06 11:30:00"),  # was a Tuesday
        ("Tue, 06 Jan 26 14:30:00 +0300", "2026-01-06 11:30:00"),
        ("Tuesday, 06-Jan-26 11:30:00 GMT", "2026-01-06 11:30:00"),
        ("Tue, 06 Jan 2026 15:30:00 AZT", "2026-01-06 11:30:00"),
        ("Tue, 06 Jan 2026 14:30:00 MSK", "2026-01-06 11:30:00"),
        ("Salı, 6 Ocak 2026 14:30:00 TSİ", "2026-01-06 11:30:00"),
        ("Tue, 06 Jan 2026 14:30:00 +300", "2026-01-06 11:30:00"),
        ("Tue, 06 Jan 2026 14:30:60 +0300", "2026-01-06 11:30:59"),
    ],
)
def test_mail_dates_are_read_with_or_without_a_usable_zone(text: str, utc: str) -> None:
    assert read(text) == utc


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-01-06T14:30:00+03:00", "2026-01-06 11:30:00"),
        ("2026-01-06T14:30:00.123456+03:00", "2026-01-06 11:30:00"),
        ("2026-01-06T14:30:00Z", "2026-01-06 14:30:00"),
        ("2026-01-06T14:30:00.000Z", "2026-01-06 14:30:00"),
        ("2026-01-06T14:30:00", "2026-01-06 11:30:00"),
        ("2026-01-06T14:30-05:00", "2026-01-06 19:30:00"),
        ("2026-01-06T14:30+03", "2026-01-06 11:30:00"),
        ("2026-01-06 14:30", "2026-01-06 11:30:00"),
        ("2026-01-06 14:30:05 +0300", "2026-01-06 11:30:05"),
        ("2026-01-06", "2026-01-05 21:00:00"),
        ("2026.01.06 14:30", "2026-01-06 11:30:00"),
        ("2016/6/29 10:00", "2016-06-29 07:00:00"),
        ("20260106T143000Z", "2026-01-06 14:30:00"),
        ("20260106", "2026-01-05 21:00:00"),
        ("2026-01-06T24:00:00", "2026-01-06 21:00:00"),
        ("1767699000", "2026-01-06 11:30:00"),
        ("1767699000123", "2026-01-06 11:30:00"),
        ("1767699000.5", "2026-01-06 11:30:00"),
        ("/Date(1767699000000+0300)/", "2026-01-06 11:30:00"),
        ("202601061430", "2026-01-06 11:30:00"),
        ("20260106143000", "2026-01-06 11:30:00"),
        ("2026-01-06T143000+0300", "2026-01-06 11:30:00"),
        ("2026-01-06T14:30:00,123+03:00", "2026-01-06 11:30:00"),
        ("2026-01-06T11:30:00\u221203:00", "2026-01-06 14:30:00"),
        ("2026-01-06T15:30:00+04:00[Asia/Baku]", "2026-01-06 11:30:00"),
        ("2026-01-06 11:30:00 +0000 UTC", "2026-01-06 11:30:00"),
        ("1/6/2026 2:30:00 PM", "2026-01-06 11:30:00"),
        ("12/01/2026", "2026-01-11 21:00:00"),
        ("01/12/2025", "2025-11-30 21:00:00"),
    ],
)
def test_machine_dates_are_in_the_feeds_zone_unless_they_say(
    text: str, utc: str
) -> None:
    assert read(text) == utc


@pytest.mark.parametrize(
    "text",
    [
        "6 Ocak 2026 Salı 14:30",
        "06 Ocak 2026, Salı 14:30",
        "6 OCAK 2026 14:30",
        "6 ocak 2026 - 14.30",
        "06 Oca 2026 14:30",
        "Salı, 6 Ocak 2026 Saat: 14:30",
        "6 Ocak 2026 | 14:30",
        "06.01.2026 14:30",
        "06.01.2026 - 14:30",
        "6.1.2026 14.30",
        "06/01/2026 14:30",
        "06-01-2026 14:30",
        "06.01.26 14:30",
        "06 / 01 / 2026 14:30",
        "06.01.2026 [14:30]",
        "06.01.2026 (14:30)",
        "06.01.2026,14:30",
        "14:30, 06.01.2026",
        "14.30 06.01.2026",
        "Tue,06 Jan 2026 14:30:00 +0300",
        "6th of January 2026, 14:30",
        "14:30 | 6 Ocak 2026",
        "Giriş: 06.01.2026 14:30",
        "Giriş: 06.01.2026 - 14:30 Güncelleme: 07.01.2026 - 08:12",
        "Güncelleme: 07.01.2026 - 08:12 Giriş: 06.01.2026 - 14:30",
        "Yayınlanma: 6 Ocak 2026 - 14:30 Son Güncelleme: 7 Ocak 2026 - 08:12",
        "Oluşturulma Tarihi: Ocak 06, 2026 14:30",
        "6 Ocak 2026'da, 14:30",
        "6 Jan 2026 2:30 PM",
        "January 6th, 2026 at 2:30 p.m.",
        "Jan. 6, 2026, 14:30",
        "Tuesday 6 January 2026 14:30 TSİ",
        "6 января 2026 г., 14:30",  # noqa: RUF001 - the Russian year, meant
        "6 января 2026 в 14:30",
        "06 ЯНВ 2026 14:30",
        "6 yanvar 2026 14:30",
        "6 Yanvar, 2026 / 14:30",
        "2026-cı il 6 yanvar, 14:30",
        "yanvarın 6-sı 2026, 14:30",
        "6. Januar 2026, 14:30 Uhr",
        "6\u00a0Ocak\u00a02026 14:30",
        "6 Ocak 2026 14:30",
        "6 Ocak 14:30",
        "06.01 14:30",
        "٠٦.٠١.٢٠٢٦ ١٤:٣٠",  # noqa: RUF001 - Arabic digits, meant
        "۰۶.۰۱.۲۰۲۶ ۱۴:۳۰",  # noqa: RUF001 - Persian digits, meant
        "6 Oca 2026 02:30 ÖS",
        "06.01.2026 ÖS 2:30",
        "06.01.2026г. 14:30",  # noqa: RUF001 - the Russian year, meant
        "06.01.2026 // 14:30",
        "06–01–2026 14:30",
        "06-Oca-2026 14:30",
        "6 Ocak 2026 Salı günü saat 14:30",
        "6 Ocak Salı, 14:30",
        "2026 Ocak 06, Salı 14:30",
        "06 yanvar 2026-ci il, saat 14:30",
        "2026-cı il yanvarın 6-da 14:30",
        "Haber Giriş Tarihi: 06.01.2026 14:30",
        "Обновлено: 07.01.2026 10:00 Опубликовано: 06.01.2026 14:30",
    ],
)
def test_visible_dates_are_read_day_first(text: str) -> None:
    assert read(text) == "2026-01-06 11:30:00"


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("15 noyabr, 2025 / 19:44", "2025-11-15 15:44:00"),
        ("21.02.2026 [19:22]", "2026-02-21 15:22:00"),
        ("Bu gün / 12:18", "2026-03-10 08:18:00"),
        ("Dünən / 22:30", "2026-03-09 18:30:00"),
        ("dünən 22:30", "2026-03-09 18:30:00"),
        ("8 Mart 2026, 09:05", "2026-03-08 05:05:00"),
    ],
)
def test_azerbaijani_dates_are_in_baku_time(text: str, utc: str) -> None:
    assert read(text, BAKU) == utc


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("5 dakika önce", "2026-03-10 08:55:00"),
        ("5 dk önce", "2026-03-10 08:55:00"),
        ("bir saat önce", "2026-03-10 08:00:00"),
        ("3 saat önce güncellendi", "2026-03-10 06:00:00"),
        ("1 saat 20 dakika önce", "2026-03-10 07:40:00"),
        ("2 gün önce", "2026-03-08 09:00:00"),
        ("20 dəqiqə əvvəl", "2026-03-10 08:40:00"),
        ("15 минут назад", "2026-03-10 08:45:00"),
        ("час назад", "2026-03-10 08:00:00"),
        ("an hour ago", "2026-03-10 08:00:00"),
        ("az önce", "2026-03-10 09:00:00"),
        ("Bugün 08:15", "2026-03-10 05:15:00"),
        ("BUGÜN, 08:15", "2026-03-10 05:15:00"),
        ("Dün 22:30", "2026-03-09 19:30:00"),
        ("dün", "2026-03-08 21:00:00"),
        ("сегодня, 08:15", "2026-03-10 05:15:00"),
        ("Вчера в 22:30", "2026-03-09 19:30:00"),
        ("yesterday at 10:30 pm", "2026-03-09 19:30:00"),
        ("yarım saat önce", "2026-03-10 08:30:00"),
        ("1,5 saat önce", "2026-03-10 07:30:00"),
        ("bir buçuk saat önce", "2026-03-10 07:30:00"),
        ("beş dakika önce", "2026-03-10 08:55:00"),
        ("yirmi beş dakika önce", "2026-03-10 08:35:00"),
        ("on beş dəqiqə əvvəl", "2026-03-10 08:45:00"),
        ("пять минут назад", "2026-03-10 08:55:00"),
        ("полчаса назад", "2026-03-10 08:30:00"),
        ("half an hour ago", "2026-03-10 08:30:00"),
        ("two hours ago", "2026-03-10 07:00:00"),
        ("vor 2 Stunden", "2026-03-10 07:00:00"),
        ("позавчера, 22:30", "2026-03-08 19:30:00"),
        ("Bu sabah 08:15", "2026-03-10 05:15:00"),
        ("Yayınlanma: dün 14:05 Güncelleme: bugün 09:00", "2026-03-09 11:05:00"),
    ],
)
def test_dates_counted_from_now_use_the_feeds_days(text: str, utc: str) -> None:
    assert read(text) == utc


def test_today_is_the_day_of_the_feed_not_of_greenwich() -> None:
    late = datetime(2026, 3, 10, 21, 30, tzinfo=UTC)  # 00:30 on the 11th in İstanbul
    assert read("Bugün 00:15", now=late) == "2026-03-10 21:15:00"


MONTHS = {
    "tr": "Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık",
    "tr short": "Oca Şub Mar Nis May Haz Tem Ağu Eyl Eki Kas Ara",
    "az": "yanvar fevral mart aprel may iyun iyul avqust sentyabr oktyabr noyabr"
    " dekabr",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября"
    " декабря",
    "ru short": "янв февр мар апр мая июн июл авг сент окт нояб дек",
    "en": "January February March April May June July August September October"
    " November December",
    "en short": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
}
PLAIN = str.maketrans("ışğüöçŞĞÜÖÇİ", "isguocSGUOCI")


@pytest.mark.parametrize("language", list(MONTHS))
@pytest.mark.parametrize("form", ["as is", "lower", "upper", "turkish upper", "ascii"])
def test_month_names_are_read_in_any_case_and_without_diacritics(
    language: str, form: str
) -> None:
    shapes: dict[str, Callable[[str], str]] = {
        "as is": str,
        "lower": str.lower,
        "upper": str.upper,
        "turkish upper": lambda s: s.replace("i", "İ").replace("ı", "I").upper(),
        "ascii": lambda s: s.translate(PLAIN),
    }
    for number, name in enumerate(MONTHS[language].split(), 1):
        text = f"3 {shapes[form](name)} 2025 10:00"
        assert read(text) == f"2025-{number:02}-03 07:00:00", text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "haber",
        "14:30",
        "3 / 22",
        "31.02.2026",
        "32.01.2026",
        "06.13.2026",
        "1767",
        "0",
        "-1",
        "12.03.2026 10:00",  # two days ahead
        "31.12.1994",
        "0001-01-01T00:00:00Z",
        "9999-12-31",
        "1970-01-01T00:00:00Z",
        "99999999999999999",
        "9999 yıl önce",
        "6 Mayor 2025",
        "Tue, 06 Jan 2126 14:30:00 +0300",
        "6 Ocak 9999 10:00",
        "January 6, 0026",
        "25:61 06.2026",
        "0532 123 45 67",
    ],
)
def test_what_is_no_date_or_outside_the_window_gives_none(text: str) -> None:
    assert read(text) is None


def test_a_date_up_to_a_day_ahead_is_kept() -> None:
    assert read("2026-03-11T08:59:00Z") == "2026-03-11 08:59:00"


def test_a_range_of_hours_is_no_offset() -> None:
    assert read("06.01.2026 10:00-12:00") == "2026-01-06 07:00:00"
    assert read("06.01.2026 14:30 - 15 yorum") == "2026-01-06 11:30:00"


def test_a_date_without_a_year_is_the_newest_that_has_come() -> None:
    assert read("28 Aralık 14:30") == "2025-12-28 11:30:00"


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("06.01.2026 - 14:30", True),
        ("6 Ocak 2026 Salı, 14:30", True),
        ("15 noyabr, 2025 / 19:44", True),
        ("Вторник, 6 января 2026 г.", True),  # noqa: RUF001 - the Russian year
        ("14:30", True),
        ("6 Ocak 2026 töreni", False),
        ("Maç 2-1 bitti", False),
        ("2026", False),
        ("", False),
    ],
)
def test_lines_that_hold_only_a_date_are_told_from_sentences(
    line: str, answer: bool
) -> None:
    assert is_only_date(line) is answer


@given(st.text(max_size=300))
def test_any_text_gives_a_sane_date_or_none(text: str) -> None:
    found = parse_date(text, timezone=ISTANBUL, now=NOW)
    assert found is None or (
        found.tzinfo is UTC
        and datetime(1995, 1, 1, tzinfo=UTC) <= found <= NOW + timedelta(days=1)
    )
    is_only_date(text)


@given(
    st.lists(
        st.sampled_from(
            [
                *(
                    "06",
                    ".",
                    "/",
                    "-",
                    ":",
                    "2026",
                    "Ocak",
                    "Jan",
                    "99",
                    "+03:00",
                    "GMT",
                ),
                *("önce", "dün", "24", "T", "Z", "pm", "5", "dakika"),
            ]
        ),
        max_size=12,
    ),
    st.sampled_from(["", " "]),
)
def test_any_jumble_of_date_parts_gives_a_date_or_none(
    parts: list[str], glue: str
) -> None:
    parse_date(glue.join(parts), timezone=BAKU, now=NOW)


FORMATS = (
    "%d.%m.%Y %H:%M",
    "%d/%m/%Y - %H:%M",
    "%Y-%m-%dT%H:%M:00+03:00",
    "%Y-%m-%d %H:%M",
    "%Y%m%d%H%M",
    "%a, %d %b %Y %H:%M:00 +0300",
    "%A, %d-%b-%y %H:%M:00 TRT",
    "%a %b %d %H:%M:00 EET %Y",
    "%d %B %Y %H:%M",
    "%B %d, %Y %I:%M %p",
    "%m/%d/%Y %I:%M:00 %p",
    "%d.%m.%Y [%H:%M]",
    "%H:%M / %d.%m.%Y",
    "%d.%m.%y, %H.%M",
)
MOMENTS = st.integers(0, 9 * 365 * 24 * 60).map(
    lambda minutes: datetime(2017, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(MOMENTS, st.sampled_from(FORMATS))
def test_a_date_survives_being_written_and_read(at: datetime, form: str) -> None:
    found = parse_date(at.strftime(form), timezone=ISTANBUL, now=NOW)
    assert found is not None
    assert found + timedelta(hours=3) == at


SHAPES = (
    "{day} {month} {at:%Y %H:%M}",
    "{day:02} {month} {at:%Y, %H:%M}",
    "{at:%H:%M}, {day} {month} {at:%Y}",
    "{day} {month} {at:%Y} - {at:%H.%M}",
    "{month} {day}, {at:%Y %H:%M:00}",
    "{day}-{month}-{at:%Y} {at:%H:%M}",
)


@given(MOMENTS, st.sampled_from(sorted(MONTHS)), st.sampled_from(SHAPES))
def test_a_day_with_its_months_name_survives_in_each_language(
    at: datetime, language: str, shape: str
) -> None:
    month = MONTHS[language].split()[at.month - 1]
    text = shape.format(day=at.day, month=month, at=at)
    found = parse_date(text, timezone=ISTANBUL, now=NOW)
    assert found is not None, text
    assert found + timedelta(hours=3) == at, text
