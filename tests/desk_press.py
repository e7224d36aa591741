"""The made-up press that `desk_corpus` writes: a busy day and the weeks before it."""

# ruff: noqa: E501 - a paragraph of an article is a line.

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.desk_corpus import NOW, Corpus, Piece

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

FLIGHT = """İzmir ile Bakü arasında haftada üç gün yapılacak doğrudan uçuşların ilki bu sabah gerçekleşti. Adnan Menderes Havalimanı’ndan 04.30’da kalkan uçakta 148 yolcu vardı.
Seferler salı, perşembe ve pazar günleri yapılacak. İki kent arasındaki yolculuk iki saat kırk dakika sürüyor; bugüne kadar yolcular İstanbul üzerinden aktarmayla en az altı saatte ulaşabiliyordu.
Büyükşehir Belediyesi’nden yapılan açıklamada, Bakü’deki fuar takvimine göre nisan ayında ek sefer planlandığı bildirildi. Açıklamada “Azerbaycan ile ticaretimizin yarısı İzmir limanlarından geçiyor, bu hat iş insanlarının uzun süredir beklediği bir adımdı” denildi.
Kentte faaliyet gösteren ihracatçılar, ilk haftaların doluluk oranının yüzde 82’yi bulduğunu belirtiyor. Biletler 2.450 liradan başlıyor.
Havalimanı yönetimi, yaz tarifesinde hattın Gence’ye uzatılmasının da değerlendirildiğini duyurdu."""

FLIGHT_LEAD = "İzmir–Bakü doğrudan uçuşlarının ilki bu sabah 148 yolcuyla yapıldı."
WIRE = "Anadolu Yankısı"

FAIR = """Bremen ile İzmir arasındaki kardeş şehir protokolünün 30. yılı, iki kentte eş zamanlı sergilerle kutlanacak. Kültürpark’taki sergi 19 Ocak’ta kapılarını açıyor.
Sergide iki kentin limanlarından, pazarlarından ve mahallelerinden yüz yirmi fotoğraf yer alıyor. Bremenli bir heyet açılış için üç gün İzmir’de olacak.
Etkinlik kapsamında öğrenciler için atölyeler, akşamları ise iki kentin orkestralarının ortak konserleri düzenlenecek."""

WATER = """Büyükşehir Belediyesi, Bornova ve Konak’ta altyapı yenilemesi nedeniyle yarın 09.00–17.00 arasında su kesintisi uygulanacağını duyurdu.
Kesintiden etkilenecek mahalleler belediyenin sitesinde listelendi. Sağlık kuruluşlarına tankerle su verilecek."""

TRADE_AZ = """Azərbaycan ilə Türkiyə arasında ticarət dövriyyəsi keçən il 8,2 milyard dollara çatıb. Dəmir yolu ilə daşınan yüklərin həcmi 14 faiz artıb.
Bakı limanının rəhbərliyi İzmirdən gələn konteynerlər üçün ayrıca terminal ayrıldığını bildirib.
Ekspertlər bu il artımın davam edəcəyini gözləyirlər."""

PORT_EN = """The Port of Baku has set aside a separate terminal for containers arriving from İzmir, its management said on Tuesday. Trade between Azerbaijan and Türkiye reached 8.2 billion dollars last year.
Rail cargo on the route grew by 14 percent, according to figures released by the port."""

PORT_RU = """Порт Баку выделил отдельный терминал для контейнеров из Измира, сообщило руководство порта. Товарооборот между Азербайджаном и Турцией достиг 8,2 миллиарда долларов.
Железнодорожные перевозки по маршруту выросли на 14 процентов."""

RAILWAY = """Bakü–Tiflis–Kars demiryolu hattında ocak ayının yük takvimi açıklandı. Hattan bu ay 42 blok tren geçecek.
Takvime göre trenlerin dokuzu İzmir limanlarına yük taşıyacak; dönüş seferlerinde ağırlık Azerbaycan çıkışlı petrokimya ürünlerinde olacak."""

COUNCIL = "Büyükşehir Belediyesi meclisi, ulaşım tarifesini görüşmek üzere yarın saat 18.00’de olağanüstü toplanıyor."

# Titles and bodies of the days before, told again with other figures.
ROUTINE = (
    (
        "Azerbaycan’dan {n} kişilik iş heyeti Ege’ye geliyor",
        "Azerbaycan’dan {n} kişilik bir iş heyeti gelecek hafta Ege’de tarım ve lojistik firmalarıyla görüşecek. Heyetin programında İzmir’de iki gün var.",
        ("azerbaycan", "izmir-baku"),
        4,
    ),
    (
        "Bakü’de yapılan satranç turnuvasında {n}. tur tamamlandı",
        "Bakü’de yapılan uluslararası satranç turnuvasında {n}. tur oyunları tamamlandı. Turnuva pazar gününe kadar sürecek.",
        ("azerbaycan",),
        2,
    ),
    (
        "Büyükşehir Belediyesi {n} mahallede asfalt çalışmasına başlıyor",
        "Büyükşehir Belediyesi, kış bakımı kapsamında {n} mahallede asfalt yenilemesine başlıyor. Çalışmalar gece yapılacak.",
        ("buyuksehir",),
        3,
    ),
    (
        "Kardeş şehir gençlik değişimine {n} başvuru",
        "Kardeş şehir gençlik değişim programına bu yıl {n} başvuru yapıldı. Bremen’e gidecek öğrenciler şubatta belli olacak.",
        ("kardes-sehirler",),
        1,
    ),
    (
        "İzmir–Bakü hattında kargo {n} tona çıktı",
        "İzmir ile Bakü arasındaki kargo taşımacılığı geçen ay {n} tona çıktı. Taşınan ürünlerin başında kuru meyve ve makine parçaları geliyor.",
        ("izmir-baku", "azerbaycan"),
        5,
    ),
)
LOCAL = ("Ege Postası", "Körfez Gündemi", "Kordon Haber", "Yarımada", WIRE)

# The day that the pages are judged by: each story with its watchlists and its articles,
# the one that the others copy first.
TODAY: dict[str, tuple[tuple[str, ...], tuple[Piece, ...]]] = {
    "flight": (
        ("izmir-baku", "azerbaycan", "buyuksehir"),
        (
            Piece(
                ago=753,
                outlet="Ege Postası",
                title="İzmir’den Bakü’ye doğrudan uçuşlar başladı",
                lead=FLIGHT_LEAD,
                text=FLIGHT,
                agency=WIRE,
                author="Haber Merkezi",
                versions=[
                    (
                        "İzmir’den Bakü’ye uçuşlar başlıyor",
                        FLIGHT.replace("148 yolcu", "140 yolcu").replace(
                            "bu sabah gerçekleşti", "yarın sabah yapılacak"
                        ),
                    )
                ],
            ),
            Piece(
                ago=731,
                outlet="Körfez Gündemi",
                title="Bakü seferleri ilk yolcularını taşıdı",
                text=FLIGHT.partition("\nKentte")[0],
                agency=WIRE,
            ),
            Piece(
                ago=727,
                outlet=WIRE,
                title="İzmir–Bakü uçuşları başladı",
                lead=FLIGHT_LEAD,
                text=FLIGHT,
            ),
            Piece(
                ago=702,
                outlet="Kordon Haber",
                title="İki saat kırk dakikada Bakü",
                text=FLIGHT.partition("\nBüyükşehir")[0],
                agency=WIRE,
                scrape_state="feed_only",
            ),
            Piece(
                ago=640,
                outlet="Yarımada",
                title="İzmir’den Bakü’ye doğrudan uçuşlar başladı",
                text=FLIGHT,
                agency=WIRE,
            ),
            *(
                Piece(
                    ago=ago,
                    outlet="Başkent Ekonomi",
                    title=f"Ege’nin yeni hattı: haftada üç gün Bakü{more}",
                    text=FLIGHT,
                )
                for ago, more in ((512, ""), (505, " (güncelleme)"))
            ),
        ),
    ),
    "water": (
        ("buyuksehir",),
        (
            Piece(
                ago=620,
                outlet="Belediye Duyuruları",
                title="Bornova ve Konak’ta yarın su kesintisi",
                text=WATER,
            ),
            Piece(
                ago=580,
                outlet="Kordon Haber",
                title="Bornova ve Konak’ta sular kesilecek",
                text=WATER,
            ),
        ),
    ),
    "fair": (
        ("kardes-sehirler",),
        (
            Piece(
                ago=410,
                outlet="Yarımada",
                title="Bremen’le otuz yıllık kardeş şehir dostluğu sergilenecek",
                lead="Kültürpark’taki sergi 19 Ocak’ta açılıyor.",
                text=FAIR,
            ),
        ),
    ),
    "trade": (
        ("azerbaycan",),
        (
            Piece(
                ago=300,
                outlet="Paytaxt",
                title="Türkiyə ilə ticarət dövriyyəsi 8,2 milyard dollara çatıb",
                text=TRADE_AZ,
            ),
            Piece(
                ago=282,
                outlet="Xəzər Xəbər",
                title="Azərbaycan–Türkiyə ticarəti rekord qırıb",
                text=TRADE_AZ,
                agency="Paytaxt",
            ),
        ),
    ),
    "port": (
        ("izmir-baku", "azerbaycan"),
        (
            Piece(
                ago=215,
                outlet="Caspian Courier",
                title="Baku port opens terminal for containers from İzmir",
                text=PORT_EN,
            ),
        ),
    ),
    "russian": (
        ("izmir-baku", "azerbaycan"),
        (
            Piece(
                ago=190,
                outlet="Каспийский вестник",
                title="Порт Баку выделил терминал для контейнеров из Измира",
                text=PORT_RU,
            ),
        ),
    ),
    "railway": (
        ("izmir-baku", "azerbaycan"),
        (
            Piece(
                ago=96,
                outlet="Demiryol Dergisi",
                title="Bakü–Tiflis–Kars hattında ocak ayı yük takvimi açıklandı",
                text=RAILWAY,
            ),
        ),
    ),
    "council": (
        ("buyuksehir",),
        (
            Piece(
                ago=44,
                outlet="Körfez Gündemi",
                title="Büyükşehir Belediyesi meclisi yarın olağanüstü toplanıyor",
                text=f"{COUNCIL} Toplantı belediyenin kanalından canlı yayımlanacak.",
            ),
            Piece(
                ago=21,
                outlet="Ege Postası",
                title="Meclis ulaşım tarifesi için toplanıyor",
                text=COUNCIL,
            ),
        ),
    ),
    "recipe": (
        (),
        (
            Piece(
                ago=60,
                outlet="Kordon Haber",
                title="Menemen tarifi: soğanlı mı soğansız mı?",
                text="Yaz sofralarının vazgeçilmezi menemenin püf noktalarını ustalarına sorduk.",
            ),
        ),
    ),
}
LINKS = (
    ("trade", "port", "nearest is article 3: only 31% of the shorter text is shared"),
    ("port", "russian", "nearest is article 3: only 31% of the shorter text is shared"),
    ("flight", "fair", "nothing shares its text"),
)


def make_press(path: Path, now: datetime = NOW, days: int = 60) -> Corpus:
    """Fill a database with a busy day and `days` quieter ones; return it still open."""
    corpus = Corpus(path, now)
    with corpus.db.transaction():
        corpus.add_watchlists()
        corpus.add_feeds()
        for ago in range(days, 0, -1):
            add_routine(corpus, ago)
        add_today(corpus)
        add_health(corpus)
    return corpus


def add_routine(corpus: Corpus, ago: int) -> None:
    """Add the stories of one earlier day: fewer at week-ends."""
    quiet = (corpus.now.weekday() - ago) % 7 >= 5
    for n, (title, text, watchlists, copies) in enumerate(ROUTINE):
        if (ago * 7 + n * 3) % 5 > (1 if quiet else 3):
            continue
        figure = 3 + (ago * 5 + n * 7) % 40
        start = ago * 1440 - 200 + 60 * n
        outlets = [LOCAL[(ago + n + k) % len(LOCAL)] for k in range(copies)]
        corpus.add_story(
            *(
                Piece(
                    ago=start - 17 * k,
                    outlet=outlet,
                    title=title.format(n=figure),
                    text=text.format(n=figure),
                    agency=WIRE if copies > 3 else "",
                )
                for k, outlet in enumerate(outlets)
            ),
            watchlists=watchlists,
        )


def add_today(corpus: Corpus) -> None:
    """Add the day that the pages are judged by."""
    ids = {
        name: corpus.add_story(*pieces, watchlists=watchlists)
        for name, (watchlists, pieces) in TODAY.items()
    }
    for one, other, reason in LINKS:
        first, second = sorted((ids[one], ids[other]))
        corpus.insert(
            "story_links",
            story_id=first,
            other_id=second,
            reason=reason,
            at=corpus.at(180),
        )
    add_mails(corpus, ids["flight"], ids["port"])


def add_mails(corpus: Corpus, *story_ids: int) -> None:
    """Add a sent mail and one that waits, for each story."""
    for story_id in story_ids:
        alert = corpus.insert(
            "alerts",
            recipient="analist@example.org",
            kind="instant",
            slot="instant",
            message_id=f"<m{story_id}@example.org>",
            subject="x",
            state="sent",
            attempts=1,
            created_at=corpus.at(740),
            next_try_at=corpus.at(740),
            sent_at=corpus.at(739),
        )
        sent = {"state": "sent", "alert_id": alert, "due_at": corpus.at(741)}
        waits = {"state": "queued", "due_at": corpus.at(-900)}
        for who, kind, rest in (
            ("analist", "instant", sent),
            ("mudur", "digest", waits),
        ):
            corpus.insert(
                "outbox",
                slot="instant",
                recipient=f"{who}@example.org",
                kind=kind,
                story_id=story_id,
                queued_at=corpus.at(741),
                **rest,
            )


def add_health(corpus: Corpus) -> None:
    """Make some feeds ill, and add runs, fetches and a gap."""
    corpus.add_run()
    corpus.trouble(
        "kordon-haber",
        "failing",
        failures=4,
        status=503,
        error="HTTP 503: service unavailable",
        last_success_at=corpus.at(1500),
        next_poll_at=corpus.at(-95),
    )
    corpus.trouble("yarimada", "quiet", last_new_at=corpus.at(4000))
    corpus.trouble(
        "caspian-courier",
        "blocked",
        failures=2,
        status=403,
        error="HTTP 403: a challenge for browsers stands before it (Cloudflare)",
        last_success_at=corpus.at(2900),
    )
    corpus.db.write("update feeds set enabled = 0 where feed_id = 'demiryol-dergisi'")
    for feed_id, after, before, detected, entries in (
        ("paytaxt", 610, 410, 400, 0),
        ("ege-postasi", 9000, 8900, 8800, 7),
    ):
        corpus.insert(
            "gap_records",
            feed_id=feed_id,
            after_at=corpus.at(after),
            before_at=corpus.at(before),
            detected_at=corpus.at(detected),
            recovered=int(entries > 0),
            entries=entries,
        )
    for n in range(19, -1, -1):  # ids rise with time
        parsed = n % 4 == 0
        add_fetch(
            corpus,
            "ege-postasi",
            12 + 30 * n,
            result="parsed" if parsed else "unchanged",
            status=200 if parsed else 304,
            bytes=48_200 if parsed else 0,
            entries=20 if parsed else 0,
            entries_new=2 if parsed else 0,
        )
        add_fetch(
            corpus,
            "kordon-haber",
            12 + 60 * n,
            result="failed",
            status=503,
            error="HTTP 503: service unavailable",
        )


def add_fetch(corpus: Corpus, feed_id: str, ago: int, **columns: object) -> None:
    """Add a request for a feed; what is not said is nought."""
    row = {"bytes": 0, "seconds": 0.42, "entries": 0, "entries_new": 0} | columns
    corpus.insert("fetches", run_id=1, feed_id=feed_id, at=corpus.at(ago), **row)
