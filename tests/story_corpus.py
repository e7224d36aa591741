"""Made-up press for measuring stories: agency texts and what outlets do to them.

Everything is drawn from a seed. `press` gives the articles in order of arrival, each
with the group it truly belongs to; `Grouper` plays the store with dicts, so that the
whole decision is measured as it runs, one article at a time.
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from aggregator import dedupe, stories
from aggregator.intake.grouping import group_article
from aggregator.model import Candidate, Copy, Fingerprint, Placement, StoryFacts
from aggregator.store import open_db
from aggregator.store.stories import resolve

DATA = Path(__file__).parent / "data" / "stories"
START = datetime(2026, 1, 5, 3, 0, tzinfo=UTC)
ASCII = str.maketrans("çğıöşüÇĞİÖŞÜâîəƏ", "cgiosuCGIOSUaieE")
OUTLETS = tuple(f"Gazete {letter}" for letter in "ABCDEFGHIJKLMNOPRSTUVYZ")
PLACES = (
    "Konak Bornova Buca Karşıyaka Çiğli Gaziemir Narlıdere Balçova Urla Çeşme Foça Tire"
    " Bergama Dikili Kınık Menemen Torbalı Aliağa Ödemiş Bayındır Selçuk Menderes Kiraz"
)
STREETS = (
    "Cumhuriyet Gazi Atatürk Zafer Yıldız Barış Çınar Fevzipaşa İnönü Mithatpaşa Lale"
    " Sakarya Kordon Menekşe Güneş Deniz Kervan Palmiye Zeytin Şirin Hürriyet Nergis"
)
FOREIGN_PLACES = {
    "az": "Bakı Gəncə Sumqayıt Lənkəran Şəki Quba Naxçıvan Mingəçevir",
    "en": "Izmir Baku Mugla Antalya Van Bursa Samsun Kayseri",
}
MONTHS = {
    "tr": "Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık",
    "az": "yanvar fevral mart aprel may iyun iyul avqust sentyabr oktyabr noyabr"
    " dekabr",
    "en": "January February March April May June July August September October November"
    " December",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября"
    " декабря",
}
WEEKDAYS = {
    "tr": "Pazartesi Salı Çarşamba Perşembe Cuma Cumartesi Pazar",
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
}
AA_TAIL = (
    "Anadolu Ajansı web sitesinde, AA Haber Akış Sistemi (HAS) üzerinden abonelere"
    " sunulan haberler, özetlenerek yayımlanmaktadır. Abonelik için lütfen iletişime"
    " geçiniz."
)
COOKIE_WALL = (
    "Sitemizde çerezler kullanılmaktadır. Devam etmek için çerez politikasını kabul"
    " etmeniz gerekir. Tercihlerinizi ayarlar sayfasından dilediğiniz zaman"
    " değiştirebilirsiniz. Ayrıntılı bilgi için aydınlatma metnini okuyabilirsiniz."
)
SYLLABLES = "ka le mi so tu bar den gül hış çok ye rü sağ öl lı pak tem zor vin"
VIDEO_PAGE = (
    "Haberin videosunu izlemek için oynat düğmesine basın. Yükleniyor, bekleyin."
)


@dataclass(frozen=True, kw_only=True)
class Piece:
    """An article of the made-up press. group: what it is truly a copy of."""

    kind: str  # agency, generated, notice, stub, roundup, item
    group: str
    outlet: str
    title: str
    lead: str = ""
    text: str = ""
    agency: str = ""
    at: datetime = START
    url: str = ""  # '': one of its own
    language: str = "tr"


@dataclass(frozen=True)
class Block:
    """One block of a data file."""

    head: tuple[str, ...]
    titles: tuple[str, ...]
    local: str
    paragraphs: tuple[str, ...]


def seeded(seed: int) -> random.Random:
    """Return a source of chance that is the same every time."""
    return random.Random(seed)


def read_blocks(name: str) -> list[Block]:
    """Read a file of blocks: '== head | …', '- title', '+ local lead', paragraphs."""
    blocks = []
    for part in (DATA / name).read_text("utf-8").split("\n== ")[1:]:
        head, *lines = part.strip().splitlines()
        blocks.append(
            Block(
                tuple(h.strip() for h in head.split("|")),
                tuple(x[2:] for x in lines if x.startswith("- ")),
                "".join(x[2:] for x in lines if x.startswith("+ ")),
                tuple(x for x in lines if x[:2] not in ("- ", "+ ")),
            )
        )
    return blocks


# -- what outlets do to a text ---------------------------------------------------------


def carried(
    block: Block, kind: str, group: str, rng: random.Random, at: datetime
) -> list[Piece]:
    """Return an agency's text and the copies that outlets make of it."""
    _, agency, place = block.head
    outlets = rng.sample(OUTLETS, 8)
    first = f"{place} ({agency}) - {block.paragraphs[0]}"
    original = Piece(
        kind=kind,
        group=group,
        outlet=agency,
        title=block.titles[0],
        text="\n".join((first, *block.paragraphs[1:])),
        agency=agency,
        at=at,
    )
    ways: list[Callable[[Block, random.Random], tuple[str, str, str]]] = [
        _whole,
        _cut,
        _ascii,
        _localised,
        _edited,
        _without_opening,
        _capitals,
        _credited,
    ]
    pieces = [original]
    for outlet, way in zip(outlets, rng.sample(ways, rng.randint(2, 7)), strict=False):
        title, lead, text = way(block, rng)
        later = at + timedelta(minutes=rng.randint(-13, 60 * rng.choice([1, 3, 20])))
        pieces.append(
            replace(
                original,
                outlet=outlet,
                title=title,
                lead=lead,
                text=text,
                agency="",
                at=later,
            )
        )
    return pieces


def _whole(block: Block, rng: random.Random) -> tuple[str, str, str]:
    return rng.choice(block.titles), "", "\n".join((*block.paragraphs, AA_TAIL))


def cut_text(text: str, share: float) -> str:
    """Return the first sentences of a text, at least `share` of its letters."""
    sentences = re.split(r"(?<=[.!?]) |(?<=\n)", text)
    kept = ""
    while sentences and len(kept) < share * len(text):
        kept += sentences.pop(0) + " "
    return kept.strip()


def _cut(block: Block, rng: random.Random) -> tuple[str, str, str]:
    text = cut_text("\n".join(block.paragraphs), rng.uniform(0.4, 0.6))
    return block.titles[-1], "", text


def _ascii(block: Block, rng: random.Random) -> tuple[str, str, str]:
    title, lead, text = _whole(block, rng)
    return title.translate(ASCII), lead, text.translate(ASCII).replace("’", "'")


def _localised(block: Block, rng: random.Random) -> tuple[str, str, str]:
    keep = block.paragraphs[: rng.randint(2, 3)]
    return block.titles[1], block.local, "\n".join((block.local, *keep))


def _edited(block: Block, rng: random.Random) -> tuple[str, str, str]:
    """Change or drop every tenth word that is no name or number, and one paragraph."""
    words = []
    for word in "\n".join(block.paragraphs).split(" "):
        plain = word.isalpha() and word.islower() and len(word) > 4
        is_changed = plain and rng.random() < 0.13
        choices = ["", "ayrıca", "böylece", word[::-1]] if is_changed else [word]
        words.append(rng.choice(choices))
    return rng.choice(block.titles), "", " ".join(w for w in words if w)


def _without_opening(block: Block, rng: random.Random) -> tuple[str, str, str]:
    lead = re.split(r"(?<=[.!?]) ", block.paragraphs[1])[0]
    return block.titles[0] + "!", lead, "\n".join(block.paragraphs[1:])


def _capitals(block: Block, rng: random.Random) -> tuple[str, str, str]:
    title, lead, text = _whole(block, rng)
    return title.replace("i", "İ").upper(), lead, text


def _credited(block: Block, rng: random.Random) -> tuple[str, str, str]:
    text = "\n".join((*block.paragraphs[:-1], f"Kaynak: {block.head[1]}"))
    return block.titles[-1], block.paragraphs[0], text


def item_of(piece: Piece, rng: random.Random, outlet: str, at: datetime) -> Piece:
    """Return a feed's item of an article: a title and about twenty words."""
    words = piece.text.split(" - ", 1)[-1].replace("\n", " ").split()
    lead = " ".join(words[: rng.randint(17, 26)])
    return replace(
        piece, kind="item", outlet=outlet, lead=lead + "...", text="", agency="", at=at
    )


# -- what is no copy -------------------------------------------------------------------


def notices(rng: random.Random, days: int) -> Iterator[Piece]:
    """Yield notices: every day new facts, some days two places, a few outlets each."""
    for number, block in enumerate(read_blocks("notices.txt")):
        language = block.head[0]
        for day in range(days):
            for place in range(rng.choice([1, 1, 2])):
                at = START + timedelta(days=day, minutes=rng.randint(0, 300))
                facts = _Facts(rng, language, at)
                text = facts.fill(block.paragraphs[0])
                titles = [facts.fill(title) for title in block.titles]
                group = f"notice-{number}-{day}-{place}"
                for copy, outlet in enumerate(
                    rng.sample(OUTLETS, rng.choice([1, 2, 3]))
                ):
                    yield Piece(
                        kind="notice",
                        group=group,
                        outlet=outlet,
                        title=titles[min(copy, 1)],
                        text=text.translate(ASCII) if copy == 2 else text,
                        at=at + timedelta(minutes=copy * rng.randint(1, 90)),
                    )


class _Facts:
    """Fills a template; what is named twice stays the same."""

    def __init__(self, rng: random.Random, language: str, at: datetime) -> None:
        self.rng = rng
        places = FOREIGN_PLACES.get(language, PLACES).split()
        place, place2 = rng.sample(places, 2)
        street, street2 = rng.sample(STREETS.split(), 2)
        month = MONTHS[language].split()[at.month - 1]
        self.fixed = {
            "place": place,
            "place2": place2,
            "street": street,
            "street2": street2,
            "date": f"{month} {at.day}" if language == "en" else f"{at.day} {month}",
            "year": str(at.year),
            "weekday": WEEKDAYS.get(language, WEEKDAYS["en"]).split()[at.weekday()],
        }

    def fill(self, template: str) -> str:
        return re.sub(r"\{([^}]*)\}", self._slot, template)

    def _slot(self, found: re.Match[str]) -> str:
        slot = found[1]
        if slot in self.fixed:
            return self.fixed[slot]
        if "|" in slot:
            return str(self.rng.choice(slot.split("|")))
        if slot == "time":
            minutes = self.rng.choice(["00", "15", "30", "41"])
            return f"{self.rng.randint(5, 22):02}.{minutes}"
        kind, _, bounds = slot.partition(":")
        low, high = (int(x) for x in bounds.split("-"))
        if kind == "n":
            return str(self.rng.randint(low, high))
        return f"{self.rng.uniform(low, high):.2f}".replace(".", ",")


def stubs(rng: random.Random, texts: Sequence[Block]) -> Iterator[Piece]:
    """Yield pages that hold no article: each title is a story of its own."""
    for number, block in enumerate(texts):
        at = START + timedelta(hours=rng.randint(0, 400))
        outlet = rng.choice(OUTLETS[:4])
        yield Piece(
            kind="stub",
            group=f"stub-{number}",
            outlet=outlet,
            title="Video: " + block.titles[1],
            text=COOKIE_WALL if OUTLETS.index(outlet) % 2 else VIDEO_PAGE,
            at=at,
        )


def roundups(rng: random.Random, told: Sequence[Piece], days: int) -> Iterator[Piece]:
    """Yield a day's overview: the openings of three to six stories in one page."""
    for day in range(days):
        end = START + timedelta(days=day + 1)
        fresh = [p for p in told if end - timedelta(days=1) <= p.at < end]
        if len(fresh) < 3:
            continue
        chosen = rng.sample(fresh, min(len(fresh), rng.randint(3, 6)))
        parts = [" ".join(p.text.split(" - ", 1)[-1].split("\n")[:2]) for p in chosen]
        early = timedelta(hours=rng.choice([-20, 0]))
        yield Piece(
            kind="roundup",
            group=f"roundup-{day}",
            outlet=rng.choice(OUTLETS),
            title=rng.choice(
                ["Günün öne çıkan haberleri", "Bugün neler oldu?", "Gün özeti"]
            ),
            text="\n".join(("Günün gelişmelerini sizin için derledik.", *parts)),
            at=end + early,
        )


def invented(rng: random.Random) -> Block:
    """Return a text of invented words: no rule can be fitted to it."""
    names = [w.capitalize() for w in rng.sample(_vocabulary(), 10)]
    paragraphs = tuple(
        " ".join(_sentence(rng, names) for _ in range(rng.randint(2, 5)))
        for _ in range(rng.randint(3, 8))
    )
    titles = tuple(_headline(rng, names) for _ in range(3))
    head = ("tr", rng.choice(["AA", "İHA", "DHA"]), names[0].upper())
    return Block(head, titles, _sentence(rng, names), paragraphs)


def _sentence(rng: random.Random, names: list[str]) -> str:
    # As in real texts, some words are everywhere and most are rare.
    ranks = (min(1999, int(rng.paretovariate(0.6))) for _ in range(rng.randint(8, 20)))
    words = [_vocabulary()[rank] for rank in ranks]
    for _ in range(rng.randint(1, 3)):
        words[rng.randrange(1, len(words))] = rng.choice(names)
    if rng.random() < 0.6:
        words[rng.randrange(1, len(words))] = str(rng.randint(2, 900))
    return words[0].capitalize() + " " + " ".join(words[1:]) + "."


def _headline(rng: random.Random, names: list[str]) -> str:
    words = [rng.choice(names), *rng.sample(_vocabulary(), 3), rng.choice(names)]
    return " ".join(words)


@lru_cache(maxsize=1)
def _vocabulary() -> list[str]:
    rng = seeded(7)
    syllables = SYLLABLES.split()
    words = {
        "".join(rng.choices(syllables, k=rng.choice([2, 3, 4]))): 0 for _ in range(4000)
    }
    return list(words)[:2000]


# -- the whole press -------------------------------------------------------------------


def press(seed: int, *, days: int = 20, generated: int = 80) -> list[Piece]:
    """Return twenty days of press in order of arrival."""
    rng = seeded(seed)
    texts = read_blocks("agency.txt")
    pieces: list[Piece] = []
    for number, block in enumerate(texts):
        at = START + timedelta(minutes=rng.randint(0, days * 1440))
        pieces += carried(block, "agency", f"agency-{number}", rng, at)
    for number in range(generated):
        at = START + timedelta(minutes=rng.randint(0, days * 1440))
        pieces += carried(invented(rng), "generated", f"generated-{number}", rng, at)
    originals = [p for p in pieces if p.agency]
    pieces += list(notices(rng, days))
    pieces += list(stubs(rng, texts[::2]))
    pieces += list(roundups(rng, originals, days))
    for original in rng.sample(originals, len(originals) // 3):
        outlet = rng.choice(OUTLETS)
        later = original.at + timedelta(minutes=rng.randint(-10, 300))
        pieces.append(item_of(original, rng, outlet, later))
    return sorted(pieces, key=lambda p: p.at)


def blind_press() -> list[Piece]:
    """Read the articles written and labelled by somebody who had not seen the rules."""
    lines = (DATA / "blind.jsonl").read_text(encoding="utf-8").splitlines()
    rows = map(json.loads, lines)
    return [Piece(**row | {"at": datetime.fromisoformat(row["at"])}) for row in rows]


def blind_items() -> list[Piece]:
    """The same as their feeds carry them: title and two sentences."""
    items = []
    for piece in blind_press():
        if piece.kind in {"stub", "roundup", "columns", "lead-added"}:
            continue
        paragraphs = [one for one in piece.text.split("\n") if len(one.split()) > 6]
        told = [one for one in paragraphs if not one.startswith("GÜNCELLEME")]
        sentences = re.split(r"(?<=[^\d\s][.!?])\s+", " ".join(told))
        lead = " ".join(sentences[:2]) or piece.lead
        items.append(replace(piece, lead=lead, text=""))
    return items


def feed_items(seed: int) -> list[Piece]:
    """Return feeds' items only: copies of one lead, and the same event in own words."""
    rng = seeded(seed)
    pieces: list[Piece] = []
    for number, block in enumerate(read_blocks("agency.txt")):
        at = START + timedelta(hours=rng.randint(0, 300))
        group = f"item-{number}"
        original = carried(block, "item", group, seeded(number), at)[0]
        for i, outlet in enumerate(rng.sample(OUTLETS, rng.randint(2, 4))):
            piece = item_of(original, rng, outlet, at + timedelta(minutes=7 * i))
            pieces.append(replace(piece, title=block.titles[i % len(block.titles)]))
    for number, line in enumerate(
        (DATA / "own_words.txt").read_text("utf-8").splitlines()
    ):
        title, _, lead = line.partition(" | ")
        at = START + timedelta(hours=rng.randint(0, 300))
        pieces.append(
            Piece(
                kind="item",
                group=f"own-{number}",
                outlet="Gazete Q",
                title=title,
                lead=lead,
                at=at,
            )
        )
    return sorted(pieces, key=lambda p: p.at)


# -- the store, played with dicts ------------------------------------------------------


@dataclass
class Grouper:
    """Places articles one at a time as a run does, with dicts for tables."""

    articles: dict[int, Candidate] = field(default_factory=dict)
    stories: dict[int, StoryFacts] = field(default_factory=dict)
    aliases: dict[int, int] = field(default_factory=dict)
    index: dict[tuple[int, int], list[int]] = field(
        default_factory=lambda: defaultdict(list)
    )
    series: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    bodies: dict[tuple[str, str], set[str]] = field(
        default_factory=lambda: defaultdict(set)
    )
    boilerplate: set[str] = field(default_factory=set)
    keys: dict[int, tuple[str | None, str | None]] = field(default_factory=dict)
    members: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    rows: int = 0
    placements: dict[int, Placement] = field(default_factory=dict)

    def add(self, piece: Piece) -> int:
        """Store an article and return the id of its story."""
        article_id = len(self.articles) + 1
        article = Candidate(
            article_id=article_id,
            story_id=0,
            outlet=piece.outlet,
            title=piece.title,
            lead=piece.lead,
            text=piece.text,
            agency=piece.agency,
            published_at=piece.at,
            first_seen_at=piece.at,
        )
        print_ = dedupe.fingerprint(piece.title, piece.lead, piece.text)
        self._count(article)
        candidates = self._candidates(article, print_)
        copies = tuple(self._compare(article, old) for old in candidates)
        facts = [self.stories[s] for s in {c.story_id for c in candidates}]
        placement = stories.place(article, copies, candidates, stories=facts)
        self.placements[article_id] = placement
        story_id = self._settle(article, placement)
        for h in print_.hashes:
            self.index[self._week(piece.at), h].append(article_id)
        self.rows += len(print_.hashes)
        return story_id

    def story_of(self, article_id: int) -> int:
        """Return the story that an article is in now."""
        return self.resolve(self.articles[article_id].story_id)

    def _candidates(self, article: Candidate, print_: Fingerprint) -> list[Candidate]:
        week = self._week(article.first_seen_at)
        votes = Counter(
            found
            for h in print_.lookup
            for w in (week, week - 1)
            for found in self.index.get((w, h), ())
        )
        ids = [i for i, _ in votes.most_common(20)]
        leads = {self.stories[self.story_of(i)].representative for i in ids}
        return [
            replace(self.articles[i], story_id=self.story_of(i))
            for i in dict.fromkeys([*ids, *sorted(leads)])
        ]

    def _count(self, article: Candidate) -> None:
        key, body = dedupe.series_key(article.title), dedupe.body_key(article.text)
        self.keys[article.article_id] = key, body
        if key:
            self.series[key].add(article.first_seen_at.toordinal())
        if body:
            titles = self.bodies[article.outlet, body]
            titles.add(dedupe.title_key(article.title))
            if len(titles) >= 3:
                self.boilerplate.add(body)

    def _compare(self, new: Candidate, old: Candidate) -> Copy:
        keys = [self.keys[c.article_id] for c in (new, old)]
        return dedupe.compare(
            new,
            old,
            series=any(k is not None and len(self.series[k]) >= 3 for k, _ in keys),
            stub=any(body in self.boilerplate for _, body in keys),
        )

    def _settle(self, article: Candidate, placement: Placement) -> int:
        story_id = placement.story_id or len(self.articles) + 1
        self.articles[article.article_id] = replace(article, story_id=story_id)
        members = self.members[story_id]
        members.append(article.article_id)
        is_roundup = placement.is_roundup
        for merged in placement.merges:
            self.aliases[merged] = story_id
            members += self.members.pop(merged)
        if story_id in self.stories:
            is_roundup |= self.stories[story_id].is_roundup
        self.stories[story_id] = StoryFacts(
            story_id=story_id,
            representative=stories.representative([self.articles[i] for i in members]),
            members=tuple(members),
            is_roundup=is_roundup,
        )
        return story_id

    def resolve(self, story_id: int) -> int:
        """Follow the redirects of merged stories."""
        while story_id in self.aliases:
            story_id = self.aliases[story_id]
        return story_id

    @staticmethod
    def _week(at: datetime) -> int:
        return at.toordinal() // 7


# -- measures --------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Score:
    """Precision and recall of pairs, and B-cubed F1 over articles."""

    precision: float
    recall: float
    b_cubed: float

    @property
    def f1(self) -> float:
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def score(
    truth: Sequence[object],
    found: Sequence[object],
    chosen: Sequence[int] | None = None,
) -> Score:
    """Compare two groupings of the same articles, in the same order.

    chosen: places of the articles scored; their groups keep all of their members, so
    that a stranger in a chosen article's story is counted too.
    """
    places = range(len(truth)) if chosen is None else chosen
    both = Counter(zip(truth, found, strict=True))
    wanted, given = Counter(truth), Counter(found)
    hits = right = made = 0
    precision = recall = 0.0
    for i in places:
        n, w, g = both[truth[i], found[i]], wanted[truth[i]], given[found[i]]
        hits, right, made = hits + n - 1, right + w - 1, made + g - 1
        precision, recall = precision + n / g, recall + n / w
    return Score(
        precision=hits / made if made else 1.0,
        recall=hits / right if right else 1.0,
        b_cubed=2 * precision * recall / (precision + recall) / len(places),
    )


def group(pieces: Sequence[Piece]) -> tuple[Grouper, list[int]]:
    """Group a press and return the story of each piece in the end."""
    grouper = Grouper()
    for piece in pieces:
        grouper.add(piece)
    return grouper, [grouper.story_of(i) for i in range(1, len(pieces) + 1)]


def group_in_store(pieces: Sequence[Piece]) -> list[int]:
    """Group a press through a real store, as a run does; return each piece's story."""
    db = open_db(":memory:")
    with db.transaction():
        given = [
            group_article(
                db,
                title=piece.title,
                text=piece.text,
                lead=piece.lead,
                outlet=piece.outlet,
                url=piece.url or f"https://yayin.example/{piece.kind}/{number}-haber",
                published_at=piece.at,
                now=piece.at,
                agency=piece.agency,
                language=piece.language,
            )
            for number, piece in enumerate(pieces)
        ]
    found = [resolve(db, story_id) for story_id in given]
    db.close()
    return found


def score_kinds(pieces: Sequence[Piece], found: Sequence[object]) -> dict[str, Score]:
    """Score all articles, and those of each kind among all."""
    truth = [p.group for p in pieces]
    rows = {"all": score(truth, found)}
    for kind in sorted({p.kind for p in pieces}):
        chosen = [i for i, p in enumerate(pieces) if p.kind == kind]
        rows[kind] = score(truth, found, chosen)
    return rows
