"""How articles come in: met again, edited, copied, and watched by edited lists."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from aggregator.intake.context import Intake
from aggregator.intake.pages import file_page
from aggregator.model import Article, Failure, PageVisited
from aggregator.store import triage
from tests.fakes import LOOPBACK, Answer, redirect
from tests.trial import ANALYST, HTML, Item, Press, article_page, path_of, prose

pytestmark = pytest.mark.allow_hosts(LOOPBACK)

BAKU = "Heyet dün Bakü'ye gitti ve kardeş kentle bir anlaşma imzaladı."
DULL = Item(slug="eski", title="Köprü onarımı tamamlandı", body=prose(900))


@pytest.fixture
def press(tmp_path: Path) -> Iterator[Press]:
    """Four outlets on four hosts, each polled once with old news of its own."""
    with Press(tmp_path, hosts=4) as opened:
        for n, feed_id in enumerate(("bir", "iki", "uc", "dort"), 1):
            opened.feed(feed_id, host=n)
            opened.publish(feed_id, old(n))
        opened.poll()
        yield opened


def old(n: int) -> Item:
    """News that was there before everything."""
    return Item(slug=f"eski-{n}", title=f"{n}. köprü onarıldı", body=prose(900 + n))


def news(slug: str, title: str, seed: int, *, said: str = BAKU, lead: str = "") -> Item:
    """News that the watchlist on Bakü wants."""
    return Item(slug=slug, title=title, body=prose(seed, said), lead=lead)


def versions(press: Press, title: str) -> tuple[int, list[tuple[int, str]]]:
    """How many versions an article has, and the old ones kept."""
    ((article_id, count),) = press.rows(
        "select id, versions from articles where title = ?", title
    )
    kept = press.rows(
        "select n, title from versions where article_id = ? order by n", article_id
    )
    return count, kept


# -- one article -----------------------------------------------------------------------


def test_one_article_in_two_feeds_of_an_outlet_is_one_article_seen_twice(
    tmp_path: Path,
) -> None:
    """polling.md 73."""
    with Press(tmp_path) as press:
        press.feed("gundem")
        press.feed("ekonomi")
        item = news("a", "Bakü ile ticaret arttı", 1)
        press.publish("gundem", item)
        press.publish("ekonomi", item)
        report = press.poll()
        assert (report.entries_new, report.articles_new) == (2, 1)
        assert press.value("select count(*) from news") == 1
        assert {row[0] for row in press.rows("select feed_id from entries")} == {
            "gundem",
            "ekonomi",
        }
        assert len(press.site.asked(path_of(item))) == 1


def test_a_second_feed_that_touches_an_item_makes_no_version(tmp_path: Path) -> None:
    with Press(tmp_path) as press:
        press.feed("gundem")
        press.feed("ekonomi")
        item = news("a", "Bakü ile ticaret arttı", 1, lead="Ticaret arttı.")
        press.publish("gundem", item)
        press.publish("ekonomi", item)
        press.poll()
        other = Item(
            slug="a", title="EKONOMİ: Bakü ile ticaret arttı", body=item.body, lead="…"
        )
        press.publish("ekonomi", other, pages=False)
        press.poll(after=61)
        assert versions(press, item.title) == (1, [])


def test_what_a_feed_says_in_full_is_no_edit_of_what_another_says_in_short(
    tmp_path: Path,
) -> None:
    full = (
        '<rss version="2.0" xmlns:c="http://purl.org/rss/1.0/modules/content/">'
        "<channel><title>t</title><item><title>Liman büyüyor</title>"
        "<link>{link}</link><c:encoded>{text}</c:encoded>{more}</item>"
        "</channel></rss>"
    )
    with Press(tmp_path) as press:
        press.feed("tam", scrape=False)
        press.feed("kisa", scrape=False)
        link = press.site.url("/haber/a")
        text = "<p>" + prose(1).replace("\n", "</p><p>") + "</p>"
        text = text.replace("<", "&lt;")
        press.site.add(
            "/tam/rss", Answer(body=full.format(link=link, text=text, more=""))
        )
        short = "Limanın yeni iskelesi için ilk adım bugün törenle atıldı."
        press.site.add(
            "/kisa/rss", Answer(body=full.format(link=link, text=short, more=""))
        )
        press.poll()
        assert press.value("select text from news") == prose(1)
        more = "<category>Ekonomi</category>"
        press.site.add(
            "/kisa/rss", Answer(body=full.format(link=link, text=short, more=more))
        )
        press.poll(after=61)
        assert press.value("select text from news") == prose(1)
        assert press.value("select versions from news") == 1


def test_a_page_that_leads_to_a_known_article_is_that_article(press: Press) -> None:
    """The address after redirects, and rel=canonical."""
    item = news("asil", "Bakü'den gelen heyet limanı gezdi", 1)
    press.publish("bir", item, old(1))
    press.poll(after=61)
    assert len(press.subjects()) == 1
    short = Item(slug="k", title=item.title, body=item.body, path="/k/7")
    twin = Item(slug="amp", title=item.title, body=item.body, path="/akilli/asil")
    press.publish("bir", twin, short, item, old(1))
    press.site.add("/k/7", redirect(path_of(item)))
    canonical = f"<link rel='canonical' href='{press.site.url(path_of(item))}'>"
    press.page(twin, head=canonical)
    press.poll(after=61)
    assert press.value("select count(*) from news where title = ?", item.title) == 1
    assert (
        press.value(
            "select count(*) from entries e join news n on n.id = e.article_id"
            " where n.title = ?",
            item.title,
        )
        == 3
    )
    for path in ("/k/7", "/akilli/asil"):
        told = press.command("explain", press.site.url(path))
        assert told.code == 0
        assert item.title in told.out
    assert len(press.subjects()) == 1


def test_two_addresses_of_one_page_that_arrive_together_stay_one(
    press: Press,
) -> None:
    item = news("asil", "Bakü'den gelen heyet limanı gezdi", 1)
    short = Item(slug="k", title=item.title, body=item.body, path="/k/7")
    press.publish("bir", item, short, old(1))
    press.site.add("/k/7", redirect(path_of(item)))
    report = press.poll(after=61)
    assert report.problems == ()
    assert press.value("select count(*) from news where title = ?", item.title) == 1
    assert len(press.subjects()) == 1
    assert press.poll(after=61).waiting == 0
    assert press.value("select scrape_state from news where title = ?", item.title) == (
        "full"
    )


def test_a_page_of_an_article_that_was_absorbed_meanwhile_is_let_go(
    press: Press,
) -> None:
    with press.db() as db:
        intake = Intake(press.config(), db)
        for visited in (
            PageVisited(
                article_id=999,
                result="scraped",
                article=Article(title="t", lead="", text="metin"),
            ),
            PageVisited(
                article_id=999,
                result="failed",
                failure=Failure(kind="timeout", message="too slow", state="failed"),
            ),
        ):
            with db.transaction():
                filed = file_page(intake, visited, now=press.clock())
            assert filed.articles_new == filed.alerts_queued == 0


def test_a_page_that_is_the_home_page_is_nobodys_alias(press: Press) -> None:
    """A vanished article that redirects home must not make all articles one."""
    first = news("a", "Bakü'de fuar açıldı", 1)
    second = news("b", "Bakü'de fuar kapandı", 2)
    press.publish("bir", second, first, old(1))
    front = article_page("Ana sayfa", prose(70))
    press.site.add("/", Answer(body=front, content_type=HTML))
    for item in (first, second):
        press.site.add(path_of(item), redirect("/"))
    press.poll(after=61)
    assert press.value("select count(*) from news where title like 'Bakü%'") == 2


def test_entries_without_address_or_date_are_kept_by_what_they_say(
    press: Press,
) -> None:
    body = (
        "<rss version='2.0'><channel><title>t</title>"
        "<item><title>Duyuru: su kesintisi</title></item>"
        "<item><title>Duyuru: Bakü heyeti</title></item></channel></rss>"
    )
    press.site.add("/bir/rss", Answer(body=body))
    assert press.poll(after=61).articles_new == 2
    rows = press.rows(
        "select date_source, scrape_state from news where title like 'Duyuru%'"
    )
    assert rows == [("seen", "feed_only")] * 2
    press.site.add("/bir/rss", Answer(body=body + "\n"))
    assert press.poll(after=61).entries_new == 0


def test_a_reslugged_page_with_the_same_number_is_the_same_article(
    press: Press,
) -> None:
    """The item key beside a similar title."""
    one = Item(
        slug="x",
        title="Bakü yolunda tarihi adım atıldı",
        body=prose(1, BAKU),
        path="/haber/baku-yolunda-482913",
    )
    press.publish("bir", one, old(1))
    press.poll(after=61)
    two = Item(
        slug="x",
        title="Bakü yolunda tarihi adım",
        body=prose(1, BAKU),
        path="/haber/tarihi-adim-482913",
    )
    press.publish("bir", two, one, old(1))
    press.poll(after=61)
    assert press.value("select count(*) from news where title like 'Bakü%'") == 1


def test_a_feed_that_comes_back_into_the_configuration_goes_on(press: Press) -> None:
    gone = press.document["feeds"].pop(1)
    press.poll(after=61)
    state = "select state from feed_health where feed_id = 'iki'"
    assert press.value(state) == "disabled"
    press.document["feeds"].append(gone)
    press.publish("iki", news("z", "Bakü'den dönüş", 5), old(2))
    assert press.poll(after=61).alerts_sent == 1
    assert press.value(state) == "ok"


# -- versions --------------------------------------------------------------------------


def test_a_new_headline_is_a_version_and_no_second_mail(press: Press) -> None:
    """polling.md 66, 69: same guid."""
    item = news("a", "Bakü heyeti kente geldi", 1)
    press.publish("bir", item, old(1))
    press.poll(after=61)
    edited = Item(slug="a", title="Bakü heyeti kentten ayrıldı", body=item.body)
    press.publish("bir", edited, old(1))
    press.poll(after=61)
    assert versions(press, edited.title) == (2, [(1, item.title)])
    assert len(press.subjects()) == 1


def test_a_body_that_changed_is_a_version_after_the_page_was_read_again(
    press: Press,
) -> None:
    item = news("a", "Heyet kente geldi", 1)
    press.publish("bir", item, old(1))
    press.poll(after=61)
    title = "Heyet kente geldi, imzalar atıldı"
    edited = news("a", title, 1, said=f"{BAKU} İmzalar cuma günü atılacak.")
    press.publish("bir", edited, old(1))
    press.poll(after=61)
    assert "İmzalar cuma" in press.value("select text from news where title = ?", title)
    count, kept = versions(press, title)
    assert kept[0] == (1, item.title)
    texts = press.rows("select text from versions order by n")
    assert "İmzalar" not in texts[0][0]
    assert count == len(kept) + 1
    assert len(set(press.rows("select title, text from versions"))) == len(kept)


def test_a_match_that_only_a_later_version_has_is_told(press: Press) -> None:
    item = news("a", "Heyet kente geldi", 1, said="Konuklar limanı gezdi.")
    press.publish("bir", item, old(1))
    press.poll(after=61)
    assert press.subjects() == []
    edited = news("a", "Bakü heyeti kente geldi", 1)
    press.publish("bir", edited, old(1))
    report = press.poll(after=61)
    assert report.alerts_sent == 1
    assert "Bakü heyeti" in press.subjects()[0]
    press.poll(after=61)
    assert len(press.subjects()) == 1


def test_an_edit_of_old_news_tells_nothing_that_was_there_before(
    tmp_path: Path,
) -> None:
    with Press(tmp_path) as press:
        press.feed("bir")
        item = news("a", "Bakü heyeti geldi", 1)
        press.publish("bir", item)
        press.poll()
        press.publish("bir", news("a", "Bakü heyeti dün geldi", 1))
        report = press.poll(after=61)
        assert versions(press, "Bakü heyeti dün geldi")[0] == 2
        assert report.alerts_queued == 0
        assert press.subjects() == []


def test_a_headline_that_goes_to_and_fro_is_told_once(press: Press) -> None:
    for title in ("Bakü bir iki üç", "Bakü dört beş altı", "Bakü bir iki üç"):
        edited = Item(slug="a", title=title, body=prose(1, BAKU))
        press.publish("bir", edited, old(1))
        assert press.poll(after=61).problems == ()
    assert versions(press, "Bakü bir iki üç")[0] == 3
    assert len(press.subjects()) == 1


def test_who_subscribes_later_is_not_told_of_edits_of_old_news(press: Press) -> None:
    press.publish("bir", news("a", "Bakü heyeti geldi", 1), old(1))
    press.poll(after=61)
    press.document["alerts"]["subscriptions"].append(
        {"to": "yeni@example.org", "watchlists": "all", "mode": "instant"}
    )
    press.clock.move(hours=100)
    edited = Item(slug="a", title="Bakü heyeti gitti", body=prose(1, BAKU))
    press.publish("bir", edited, old(1))
    press.poll()
    assert [mail["To"] for mail in press.mails()] == [ANALYST]


def test_a_lead_that_changes_is_read(press: Press) -> None:
    item = Item(slug="a", title="Heyet kente geldi", lead="Konuklar limanı gezdi.")
    press.publish("bir", item, old(1), pages=False)
    press.site.add(path_of(item), Answer(404))
    press.poll(after=61)
    edited = Item(slug="a", title=item.title, lead="Bakü'den gelen konuklar gezdi.")
    press.publish("bir", edited, old(1), pages=False)
    report = press.poll(after=61)
    assert press.value("select lead from news where title = ?", item.title) == (
        edited.lead
    )
    assert versions(press, item.title)[0] == 2
    assert report.alerts_queued == 1


def test_a_headline_that_the_feed_cuts_off_is_the_pages_and_stays_so(
    press: Press,
) -> None:
    whole = "Bakü heyeti limanı, müzeyi ve tarihi çarşıyı gezdi"
    item = news("a", "Bakü heyeti limanı, müzeyi…", 1)
    press.publish("bir", item, old(1))
    page = article_page(whole, item.body)
    press.site.add(path_of(item), Answer(body=page, content_type=HTML))
    press.poll(after=61)
    assert versions(press, whole) == (1, [])
    press.publish(
        "bir", Item(slug="a", title=item.title, lead="Gezi."), old(1), pages=False
    )
    press.site.add(path_of(item), Answer(body=page, content_type=HTML))
    press.poll(after=61)
    assert versions(press, whole) == (1, [])


def test_a_touched_date_makes_no_version(press: Press) -> None:
    item = news("a", "Bakü heyeti geldi", 1)
    press.publish("bir", item, old(1))
    press.poll(after=61)
    press.clock.move(minutes=30)
    press.publish("bir", item, old(1))
    press.poll(after=61)
    assert versions(press, item.title) == (1, [])


def test_a_page_that_fails_when_read_again_leaves_the_first_text(press: Press) -> None:
    item = news("a", "Bakü heyeti geldi", 1)
    press.publish("bir", item, old(1))
    press.poll(after=61)
    edited = Item(slug="a", title="Bakü heyeti gitti", body=item.body)
    press.publish("bir", edited, old(1), pages=False)
    press.site.add(path_of(item), Answer(404))
    for _ in range(6):
        press.poll(after=10 * 60)
    ((state, text, waiting),) = press.rows(
        "select a.scrape_state, b.text, a.scrape_host from articles a"
        " join bodies b on b.article_id = a.id where a.title = ?",
        edited.title,
    )
    assert (state, waiting) == ("full", None)
    assert BAKU in text


def test_a_page_that_is_only_a_teaser_leaves_the_feeds_own_text(
    tmp_path: Path,
) -> None:
    with Press(tmp_path) as press:
        press.feed("bir")
        text = prose(1)
        encoded = "".join(f"&lt;p&gt;{line}&lt;/p&gt;" for line in text.splitlines())
        press.site.add(
            "/bir/rss",
            Answer(
                body='<rss version="2.0" xmlns:c="http://purl.org/rss/1.0/modules/'
                'content/"><channel><title>t</title><item><title>Liman</title>'
                f"<link>{press.site.url('/haber/a')}</link><c:encoded>{encoded}"
                "</c:encoded></item></channel></rss>"
            ),
        )
        page = article_page("Liman", "Devamı için abone olun. " * 8)
        press.site.add("/haber/a", Answer(body=page, content_type=HTML))
        press.poll()
        assert press.rows("select text, scrape_state from news") == [
            (text, "feed_only")
        ]


def test_an_undated_entry_takes_the_date_of_its_page_and_may_be_old_news(
    press: Press,
) -> None:
    item = Item(slug="a", title="Bakü heyeti geldi", body=prose(1, BAKU), hours=None)
    press.publish("bir", item, old(1))
    dated = "2025-11-02T10:00:00+03:00"
    press.page(item, head=f"<meta property='article:published_time' content='{dated}'>")
    report = press.poll(after=61)
    ((published, source),) = press.rows(
        "select published_at, date_source from news where title = ?", item.title
    )
    assert published == "2025-11-02T07:00:00+00:00"
    assert source in ("meta", "json-ld")
    assert report.alerts_queued == 0


# -- stories ---------------------------------------------------------------------------


AGENCY = prose(40, BAKU, sentences=16)
OUTLETS = ("bir", "iki", "uc", "dort")


def carry(press: Press, *feed_ids: str, after: float = 61) -> None:
    """Let these outlets carry the agency's text, each under a headline of its own."""
    for feed_id in feed_ids:
        n = OUTLETS.index(feed_id) + 1
        item = Item(slug=f"ajans-{n}", title=f"{n}. gazetenin başlığı", body=AGENCY)
        press.publish(feed_id, item, old(n))
    press.poll(after=after)


def stories_of(press: Press) -> list[set[str]]:
    """The outlets of each story that carries the agency's text."""
    found: dict[int, set[str]] = {}
    for story_id, feed_id in press.rows(
        "select story_id, feed_id from news where title like '%gazetenin%'"
        " order by story_id"
    ):
        found.setdefault(story_id, set()).add(feed_id)
    return list(found.values())


def desk_says(press: Press, kind: str, story_id: int, **what: int | None) -> None:
    """Leave an edit on the desk, as its buttons do."""
    conn = triage.open_triage(triage.triage_path(press.folder / "news.db"))
    with conn:
        conn.execute(
            "insert into story_edits (kind, story_id, article_id, other_id, actor, at)"
            " values (?, ?, ?, ?, 'analist', '2026-01-06T12:00:00+00:00')",
            (kind, story_id, what.get("article"), what.get("other")),
        )
    conn.close()


def ids(press: Press, feed_id: str) -> tuple[int, int]:
    """Article and story of what an outlet carries of the agency's."""
    ((article, story),) = press.rows(
        "select id, story_id from news where feed_id = ? and title like '%gazetenin%'",
        feed_id,
    )
    return article, story


def test_copies_of_four_outlets_are_one_story_and_one_mail(press: Press) -> None:
    carry(press, *OUTLETS)
    assert stories_of(press) == [set(OUTLETS)]
    assert (
        press.value(
            "select count(*) from news where title like '%gazetenin%'"
            " and copy_of is null"
        )
        == 1
    )
    assert press.rows("select outlets, articles from flagged") == [(4, 4)]
    assert len(press.subjects()) == 1


def test_copies_whose_pages_come_in_a_later_run_are_one_mail_too(
    press: Press,
) -> None:
    lead = "Heyet dün Bakü'ye gitti; görüşmeler limanda, müzede ve çarşıda sürdü."
    for n, feed_id in enumerate(OUTLETS, 1):
        item = Item(slug=f"ajans-{n}", title="Bakü heyeti yolda", lead=lead)
        press.publish(feed_id, item, old(n), pages=False)
        press.site.add(path_of(item), Answer(503))
    assert press.poll(after=61).waiting == 4
    assert len(press.subjects()) == 1
    assert press.value("select max(outlets) from flagged") == 4


def test_a_split_on_the_desk_is_applied_and_wins_for_ever(press: Press) -> None:
    """A person's split wins over every measure."""
    carry(press, "bir", "iki")
    article, story = ids(press, "iki")
    desk_says(press, "split", story, article=article)
    mails = len(press.subjects())
    press.poll(after=61)
    assert stories_of(press) == [{"bir"}, {"iki"}]
    assert press.rows("select outlets from flagged") == [(1,), (1,)]
    carry(press, "uc")
    apart = stories_of(press)
    assert len(apart) == 2
    assert not any({"bir", "iki"} <= story for story in apart)
    edited = Item(slug="ajans-2", title="2. gazetenin yeni başlığı", body=AGENCY)
    press.publish("iki", edited, old(2))
    press.poll(after=61)
    assert not any({"bir", "iki"} <= story for story in stories_of(press))
    assert len(press.subjects()) <= mails + 1
    told = press.command("explain", article).out
    assert "split by analist" in told


def test_a_merge_on_the_desk_is_applied_and_its_old_id_leads_on(press: Press) -> None:
    carry(press, "bir")
    other = Item(slug="o", title="2. gazetenin öbür haberi", body=prose(77, BAKU))
    press.publish("iki", other, old(2))
    press.poll(after=61)
    (_, one), (_, two) = ids(press, "bir"), ids(press, "iki")
    assert one != two
    mails = len(press.subjects())
    desk_says(press, "merge", two, other=one)
    press.poll(after=61)
    assert stories_of(press) == [{"bir", "iki"}]
    assert press.rows("select old_id, story_id from story_aliases") == [
        (max(one, two), min(one, two))
    ]
    assert len(press.subjects()) == mails
    press.publish(
        "iki", Item(slug="o", title="2. gazetenin son hali", body=other.body), old(2)
    )
    press.poll(after=61)
    assert stories_of(press) == [{"bir", "iki"}]


def test_a_split_may_be_taken_back_by_a_merge(press: Press) -> None:
    carry(press, "bir", "iki")
    article, story = ids(press, "iki")
    desk_says(press, "split", story, article=article)
    press.poll(after=61)
    (_, one), (_, two) = ids(press, "bir"), ids(press, "iki")
    desk_says(press, "merge", two, other=one)
    assert press.poll(after=61).problems == ()
    assert stories_of(press) == [{"bir", "iki"}]


def test_edits_of_what_is_there_no_more_change_nothing(press: Press) -> None:
    carry(press, "bir", "iki")
    (article, story), before = ids(press, "bir"), stories_of(press)
    alone = press.value("select story_id from news where title like '3. köprü%'")
    desk_says(press, "split", story, article=4711)
    desk_says(press, "split", alone, article=article)
    desk_says(press, "merge", story, other=4711)
    desk_says(press, "merge", story, other=story)
    desk_says(press, "merge", story)
    assert press.poll(after=61).problems == ()
    assert stories_of(press) == before
    assert press.poll(after=61).problems == ()


def test_stories_of_one_event_in_other_words_are_linked_and_not_merged(
    press: Press,
) -> None:
    words = (
        "Bakü heyeti 14 Ocak'ta Alsancak Limanı'nda Kordon vapuruna bindi. "
        "Bakü heyeti 14 Ocak'ta Kordon vapuru ile Karşıyaka'ya geçti."
    )
    for n, feed_id in enumerate(("bir", "iki"), 1):
        body = prose(60 + n, words)
        item = Item(slug=f"olay-{n}", title="Bakü heyeti Kordon vapurunda", body=body)
        press.publish(feed_id, item, old(n))
        press.poll(after=61)
    assert press.value("select count(*) from flagged") == 2
    assert press.value("select count(*) from story_links") <= 1


# -- watchlists ------------------------------------------------------------------------


@pytest.fixture
def archive(press: Press) -> Press:
    """Three articles: one on Bakü, one on a cruise, one on both; all were told of."""
    press.publish(
        "bir",
        news("a", "Bakü heyeti geldi", 1),
        news("b", "Gemi limana yanaştı", 2, said="Kruvaziyer 900 yolcu getirdi."),
        news("c", "Bakü'den kruvaziyer", 3, said="Kruvaziyer Bakü'den yola çıktı."),
        old(1),
    )
    press.poll(after=61)
    return press


def flagged(press: Press) -> dict[str, int]:
    """Articles by watchlist."""
    return dict(press.rows("select watchlist_id, count(*) from flags group by 1"))


def test_an_edited_watchlist_is_matched_against_the_archive_without_mail(
    archive: Press,
) -> None:
    assert flagged(archive) == {"baku": 2, "liman": 2}
    mails = len(archive.subjects())
    archive.document["watchlists"][0]["query"] = "@baku AND kruvaziyer"
    archive.document["watchlists"].append(
        {"id": "yolcu", "title": "Yolcular", "terms": ["yolcu"]}
    )
    report = archive.poll(after=61)
    assert report.alerts_queued == 0
    assert flagged(archive)["baku"] == 1
    assert flagged(archive)["yolcu"] >= 1
    assert (
        archive.value("select count(*) from flagged where watchlist_id = 'baku'") == 1
    )
    assert len(archive.subjects()) == mails
    later = news("d", "Bakü'den kruvaziyer kalktı", 5, said="Kruvaziyer Bakü'de.")
    archive.publish("bir", later, old(1))
    assert archive.poll(after=61).alerts_sent == 1


def test_an_edited_name_rematches_the_lists_that_use_it(archive: Press) -> None:
    archive.document["names"]["baku"] = ["Tiflis"]
    archive.poll(after=61)
    assert flagged(archive) == {"liman": 2}


def test_a_removed_watchlist_takes_its_flags_along(archive: Press) -> None:
    del archive.document["watchlists"][0]
    archive.poll(after=61)
    assert flagged(archive) == {"liman": 2}
    for view in ("matches", "flagged"):
        assert (
            archive.value(f"select count(*) from {view} where watchlist_id = 'baku'")
            == 0
        )


def test_a_new_title_and_place_of_a_watchlist_reach_the_desk(archive: Press) -> None:
    lists = archive.document["watchlists"]
    lists[0]["title"] = "Bakü ve çevresi"
    lists.reverse()
    archive.poll(after=61)
    assert archive.rows(
        "select watchlist_id, title, position, rematch_below from watchlists"
        " order by position"
    ) == [("liman", "Liman", 0, 0), ("baku", "Bakü ve çevresi", 1, 0)]


def test_rematching_stops_when_time_is_over_and_goes_on_in_the_next_run(
    archive: Press,
) -> None:
    archive.document["watchlists"][0]["query"] = "@baku OR köprü"
    archive.poll(after=61, max_seconds=0)
    assert (
        archive.value(
            "select rematch_below from watchlists where watchlist_id = 'baku'"
        )
        > 0
    )
    archive.poll(after=5, force=False)
    assert (
        archive.value(
            "select rematch_below from watchlists where watchlist_id = 'baku'"
        )
        == 0
    )
    assert flagged(archive)["baku"] == 6
    assert archive.command("explain", 1).code == 0


def test_rematch_by_hand_restores_what_was_lost_and_never_mails(
    archive: Press,
) -> None:
    mails = len(archive.subjects())
    with archive.db() as db:
        for table in ("match_records", "flags", "story_flags"):
            db.write(f"delete from {table}")
    done = archive.command("rematch", "--watchlist", "baku")
    assert (done.code, done.out, done.err) == (0, "", "")
    assert flagged(archive) == {"baku": 2}
    assert archive.command("rematch").code == 0
    assert flagged(archive) == {"baku": 2, "liman": 2}
    assert archive.value("select count(*) from flagged") == 4
    assert len(archive.subjects()) == mails


def test_rematch_of_a_time_leaves_older_articles_alone(archive: Press) -> None:
    with archive.db() as db:
        for table in ("match_records", "flags", "story_flags"):
            db.write(f"delete from {table}")
    archive.command("rematch", "--since", "1h")
    assert flagged(archive) == {}
