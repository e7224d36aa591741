"""The words dates are written with, folded: months, days ago, units, zones."""

from __future__ import annotations

from datetime import timedelta

# Full names may carry an ending (ocakta, yanvarın, ocak'ta); short ones may not.
_FULL = """
ocak subat mart nisan mayis haziran temmuz agustos eylul ekim kasim aralik
yanvar fevral mart aprel may iyun iyul avqust sentyabr oktyabr noyabr dekabr
yanvar fevral mart aprel may iyun iyul avgust sentabr oktabr noyabr dekabr
january february march april may june july august september october november december
январ феврал март апрел май июн июл август сентябр октябр ноябр декабр
январ феврал март апрел мая июн июл август сентябр октябр ноябр декабр
januar februar marz april mai juni juli august september oktober november dezember
"""
_SHORT = """
oca sub mar nis may haz tem agu eyl eki kas ara
yan fev mar apr may iyn iyl avq sen okt noy dek
jan feb mar apr may jun jul aug sep oct nov dec
янв фев мар апр май июн июл авг сен окт ноя дек
янв февр мар апр мая июн июл авг сент окт нояб дек
jan feb mrz apr mai jun jul aug sept okt nov dez
"""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _numbered(rows: str) -> dict[str, int]:
    """Number the months of each row from 1."""
    named = (row.split() for row in rows.strip().splitlines())
    return {name: i for names in named for i, name in enumerate(names, 1)}


FULL_MONTHS = _numbered(_FULL)
SHORT_MONTHS = _numbered(_SHORT)

# Folded weekday names, full and short: they decide nothing and are never needed.
WEEKDAYS = _words(
    """
    pazartesi sali carsamba persembe cuma cumartesi pazar
    pzt pts sal car crs per prs cum cmt cts paz
    bazar ertesi cersenbe axsami senbe
    monday tuesday wednesday thursday friday saturday sunday
    mon tue tues wed thu thur thurs fri sat sun
    montag dienstag mittwoch donnerstag freitag samstag sonntag mo di mi do fr sa so
    понедельник вторник среда четверг пятница суббота воскресенье
    пн вт ср чт пт сб вс
    """  # noqa: RUF001 - short Russian names, meant
)
# What stands round a date without being one.
FILLERS = _words(
    """
    saat saati tarih tarihi at on в г года год il ci cu s da de ta te den dan st nd rd
    th am pm utc gmt trt tsi eet msk мск z t bugun dun bu gun dunen today yesterday
    сегодня вчера uhr
    """  # noqa: RUF001 - the Russian year, meant
)

DAYS_AGO = {
    "bugun": 0,
    "bu gun": 0,
    "bu sabah": 0,
    "bu aksam": 0,
    "bu seher": 0,
    "bu axsam": 0,
    "today": 0,
    "сегодня": 0,
    "heute": 0,
    "dun": 1,
    "dunen": 1,
    "yesterday": 1,
    "вчера": 1,
    "gestern": 1,
    "evvelki gun": 2,
    "onceki gun": 2,
    "sragagun": 2,
    "позавчера": 2,
}
JUST_NOW = frozenset(
    (
        *("az once", "biraz once", "simdi", "su an", "indice", "elece indi"),
        *("just now", "now", "moments ago", "только что", "сейчас"),
    )
)
# Written numbers; several in a row are added up (yirmi beş, bir buçuk).
COUNTS: dict[str, float] = {
    name: number
    for number, names in (
        (0.5, "yarim bucuk"),
        (1, "bir a an one один одну einer einem"),
        (1.5, "полтора полторы"),
        (2, "iki two два две zwei"),
        (3, "uc three три drei"),
        (4, "dort four четыре vier"),
        (5, "bes five пять"),
        (6, "alti six шесть"),
        (7, "yedi yeddi seven семь"),
        (8, "sekiz eight восемь"),
        (9, "dokuz doqquz nine девять"),
        (10, "on ten десять"),
        (15, "fifteen пятнадцать"),
        (20, "yirmi iyirmi twenty двадцать"),
        (30, "otuz thirty тридцать"),
        (40, "kirk qirx forty сорок"),
        (50, "elli fifty пятьдесят"),
    )
    for name in names.split()
}
COUNTS |= {"half an": 0.5, "half a": 0.5}
# Longest first, so that `dakika` is not read as `d`.
UNITS = {
    unit: length
    for length, units in (
        (timedelta(seconds=1), "saniye sn san second sec sekunde секунд сек"),
        (timedelta(minutes=30), "полчаса"),
        (timedelta(minutes=1), "dakika deqiqe dk deq minute mins min минут мин"),
        (timedelta(hours=1), "saat sa hour hrs hr h stunde std час"),
        (timedelta(days=1), "gun day d tag день дня дней"),
        (timedelta(days=7), "hafta hefte week woche недел"),
        (timedelta(days=30), "ay month monat месяц"),
        (timedelta(days=365), "yil il year jahr год лет"),
    )
    for unit in units.split()
}

# Hours east of Greenwich. Not here: EET, EEST, IST and whatever else feeds of Türkiye
# still write for their own +03 (polling.md 75); such a name means the feed's own zone.
ZONES = {
    **dict.fromkeys(("z", "utc", "gmt", "ut", "wet"), 0.0),
    **dict.fromkeys(("cet", "mez", "bst", "west"), 1.0),
    **dict.fromkeys(("cest", "mesz"), 2.0),
    **dict.fromkeys(("trt", "tsi", "msk", "мск"), 3.0),
    **dict.fromkeys(("azt", "gst"), 4.0),
}
ZONES |= {"est": -5.0, "edt": -4.0, "cst": -6.0, "cdt": -5.0}
ZONES |= {"mst": -7.0, "mdt": -6.0, "pst": -8.0, "pdt": -7.0}
