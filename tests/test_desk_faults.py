"""Every fault that another room writes in English is told in Turkish: desk and mails.

The rooms' sources are read for it: a new English fault fails here until it is told.
"""

from __future__ import annotations

import ast
import re
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

import aggregator
from aggregator.alerts.faults import in_turkish
from aggregator.browse.interface import Interface
from aggregator.browse.reasons import tell_reason
from tests.desk_corpus import NOW

if TYPE_CHECKING:
    from collections.abc import Iterator

TURKISH = Interface(language="tr", zone=ZoneInfo("Europe/Istanbul"), now=NOW)
ROOT = Path(aggregator.__file__).parent
ROOMS = ("fetch", "sources", "extract", "poll", "visit.py", "schedule")
# `discover` and `probe` write what the command line prints, not what the desk shows.
OTHERS = {"discover.py", "probe.py", "advice.py"}
# What is called with a fault as its first argument, or as one of this name.
MAKERS = {
    "FetchError",
    "FeedError",
    "ParseError",
    "ScrapeError",
    "CodingError",
    "Disguise",
    "Failure",
    "_Again",
    "_error",
    "DeliveryError",
    "_blame_server",
    "_blame",
}
# Of these the fault is the second argument.
SECOND = {"_error", "_blame"}
# Rooms whose remarks on a run go into the health mail.
REMARKING = (
    "poll/run.py",
    "poll/feeds.py",
    "poll/pages.py",
    "poll/unreadable.py",
    "intake/context.py",
)
# … and the variables that keep one.
KEPT = frozenset({"message", "notes", "note", "reason", "silent", "unknown"})
# Functions that return one, and tables whose values are some.
RETURNING = {
    "refusal",
    "find_challenge",
    "repair_mojibake",
    "_reason",
    "_say_odd",
    "_say_protocol",
    "_say_timeout",
    "_unpack",
    "say_failure",
}
TABLES = {"_USELESS", "_REASONS"}
# Faults made of others, which are found where they are written.
PASSED_ON = {
    "again.message",
    "challenge",
    "disguise.message",
    "message",
    "reason",
    "refusal.message",
    "_USELESS[answer.status]",
    "_reason(answer.status)",
    "str(error)",
    "repr(error)",
    "text",
    "what",
    "why",
    "say_failure(error)",
    "say_answer(answer)",
    "say_answer(error.smtp_error)",
}
# What a fault is filled with where no sample is given.
NAMELESS = "haber.example"
SAMPLES = {
    "PAGE_SECONDS": "10",
    "PARSE_SECONDS": "30",
    "answer.status": "404",
    "ask.max_hops": "5",
    "bad": "3",
    "declared[:40]": "iso-8859-9",
    "error": "JSON that is broken",
    "len(items)": "12",
    "len(names)": "7",
    "limits.max_bytes": "10,000,000",
    "links": "40",
    "max_bytes": "10,000,000",
    "MOST_BYTES": "5000000",
    "port": "8080",
    "self._gate.read_timeout": "20",
    "silent": "the name server does not answer for haber.example",
    "timeout": "10",
    "type(causes[-1]).__name__": "BadStatusLine",
    "type(error).__name__": "KeyError",
    "what": "an RSS feed",
    "hint": ": use kind: feed",
    "address": "10.0.0.1",
    "found[0]": "application/pdf",
    "kind": "application/pdf",
    "mask_url(url)": "https://haber.example/akis",
    "note": "moved to the address of ege and is not asked any more",
    "filed.reissued": "3",
    "page.article_id": "7",
    "visited.failure.traceback": "KeyError: 'ad'",
    "traceback.format_exc()": "KeyError: 'ad'",
    "error.strerror": "No space left on device",
    "text": "no answer in time",
    "why": "https is required",
}


def written_faults() -> dict[str, str]:
    """Return every fault that the rooms write, filled with samples, and where."""
    found: dict[str, str] = {}
    for room in ROOMS:
        path = ROOT / room
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            if file.name not in OTHERS:
                tree = ast.parse(file.read_text(encoding="utf-8"))
                where = str(file.relative_to(ROOT))
                found |= dict.fromkeys(_faults_of(tree), where)
    found |= dict.fromkeys(_faults_of(_tree("text/decode.py")), "text/decode.py")
    found |= _of_mails()
    table = next(_assigned(_tree("fetch/wire.py"), {"_TLS_REASONS"}))
    tls = [*_texts(table), *_returned(_tree("fetch/wire.py"), "_say_tls")]
    found |= {f"TLS: {text}": "fetch/wire.py" for text in tls}
    answers = [text for text, file in found.items() if file == "fetch/answers.py"]
    for text in answers:
        del found[text]
        if "{" not in text and not text.startswith("HTTP"):
            found[f"HTTP 299: {text}"] = "fetch/answers.py"
    for status in HTTPStatus:
        if status >= 300:
            found[f"HTTP {status}: {status.phrase.lower()}"] = "http"
    return found


def _of_mails() -> dict[str, str]:
    """Return what channels and a run's remarks say; the health mail tells it."""
    found: dict[str, str] = {}
    for room in ("channels/email.py", "channels/webhook.py", "channels/words.py"):
        faults = _faults_of(_tree(room), KEPT | {"what"})
        found |= {text: room for text in faults if text != f"{NAMELESS} {NAMELESS}"}
    for room in REMARKING:
        found |= dict.fromkeys(_remarks_of(_tree(room)), room)
    return found


def _tree(name: str) -> ast.Module:
    return ast.parse((ROOT / name).read_text(encoding="utf-8"))


def _faults_of(tree: ast.Module, kept: frozenset[str] = KEPT) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            for given in _given(node):
                yield from _texts(given)
        elif isinstance(node, ast.FunctionDef):
            yield from _inside(node, kept)
    for table in _assigned(tree, TABLES):
        yield from _texts(table)


def _remarks_of(tree: ast.Module) -> Iterator[str]:
    """Yield what a room adds to a run's `problems`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(
            "problems.append"
        ):
            for given in node.args:
                yield from (text.splitlines()[0] for text in _texts(given))
        elif isinstance(node, ast.FunctionDef) and node.name == "keep_document":
            yield from _returned(node, node.name)


def _given(call: ast.Call) -> Iterator[ast.expr]:
    """Yield what a call is given as fault."""
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    if name in MAKERS:
        place = 1 if name in SECOND else 0
        given = [*call.args[place : place + 1]]
        given += [one.value for one in call.keywords if one.arg == "message"]
        for one in given:
            if not any(True for _ in _texts(one)):
                assert ast.unparse(one) in PASSED_ON, (name, ast.unparse(one))
            yield one
    elif name == "append" and ast.unparse(call.func) == "notes.append":
        yield from call.args
    yield from (one.value for one in call.keywords if one.arg in {"notes", "note"})


def _inside(function: ast.FunctionDef, kept: frozenset[str]) -> Iterator[str]:
    """Yield the faults that a function keeps in a variable, or returns."""
    for node in ast.walk(function):
        if isinstance(node, (ast.Assign, ast.AugAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            named = {ast.unparse(one) for one in targets}
            if any(kept & set(re.findall(r"\w+", one)) for one in named):
                yield from (text for text in _texts(node.value) if " " in text)
    if function.name in RETURNING:
        yield from _returned(function, function.name)


def _returned(tree: ast.AST, name: str) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name == name:
            for part in ast.walk(node):
                if isinstance(part, ast.Return) and part.value:
                    yield from (text for text in _texts(part.value) if " " in text)


def _assigned(tree: ast.Module, names: set[str]) -> Iterator[ast.expr]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in names:
            yield node.value


def _texts(node: ast.expr) -> Iterator[str]:
    """Yield the texts in an expression, f-strings filled with samples."""
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str) and re.search(r"[a-z]{2}", node.value):
            yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(map(_filled, node.values))
    else:
        for part in _parts(node):
            yield from _texts(part)


def _parts(node: ast.expr) -> list[ast.expr]:
    """Return the expressions of which one becomes the fault."""
    match node:
        case ast.Tuple():
            return node.elts
        case ast.IfExp():
            return [node.body, node.orelse]
        case ast.Dict():
            return node.values
        case ast.Subscript():
            return [node.value]
        case ast.Call() if ast.unparse(node.func) in {"next", "filter"}:
            return node.args
    return []


def _filled(part: ast.expr) -> str:
    if isinstance(part, ast.Constant):
        return str(part.value)
    assert isinstance(part, ast.FormattedValue)
    return SAMPLES.get(ast.unparse(part.value), NAMELESS)


FAULTS = written_faults()


def test_the_rooms_write_the_faults_that_are_looked_for() -> None:
    """One of each room, so that a reading that finds nothing is noticed."""
    for fault in (
        "robots.txt does not allow it",
        "HTML, not a feed",
        "the connection was cut off",
        "TLS: its certificate has expired",
        "TLS: it speaks outdated versions only",
        "HTTP 299: a login is needed",
        "more than 10,000,000 bytes",
        "declared iso-8859-9, is UTF-8",
        "repeated guids",
        "no entries yet",
        "an empty page",
        "moved permanently to haber.example",
        "no data for 20 s",
        "the compressed body ends too early",
        "a challenge for browsers stands before it (haber.example)",
        "a <haber.example> document, not a listing page",
    ):
        assert fault in FAULTS, fault
    assert len(FAULTS) > 100


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_a_fault_is_told_in_turkish(fault: str) -> None:
    told = in_turkish(fault)
    assert told != fault, FAULTS[fault]
    assert not re.search(r"\b(the|not|is|no|it|for|its|a)\b", told), told


def test_the_same_is_said_of_sitemaps_and_listings() -> None:
    for kind in ("feed", "sitemap", "listing"):
        assert in_turkish(f"a login page, not a {kind}") == "giriş sayfası gösteriyor"


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (
            "robots.txt: gazete.example refuses the connection: Connection refused",
            "robots.txt: gazete.example bağlantıyı geri çeviriyor",
        ),
        (
            "more than 10,000,000 bytes",
            "izin verilenden büyük: 10.000.000 bayttan fazla",
        ),
        ("HTTP 503: service unavailable", "site şu anda hizmet veremiyor (503)"),
        (
            "HTTP 403: a challenge for browsers stands before it (Cloudflare)",
            "robot denetimi gösteriyor (Cloudflare, 403)",
        ),
        ("mail server m.example:25: 535 Bad", "posta sunucusu m.example:25: 535 Bad"),
        (
            "https://a.example/1.xml: JSON that is broken",
            "https://a.example/1.xml: JSON bozuk",
        ),
        ("something new", "something new"),
        ("ege: something new", "ege: something new"),
        (
            "mail server m.example: certificate refused: certificate has expired",
            "posta sunucusu m.example: TLS sertifikası kabul edilmedi: süresi dolmuş",
        ),
        (
            "webhook m.example: [Errno 111] Connection refused",
            "webhook m.example: bağlantı geri çevriliyor",
        ),
    ],
)
def test_faults_within_faults_are_told_too(written: str, told: str) -> None:
    assert in_turkish(written) == told


# -- why articles are together ---------------------------------------------------------

DECIDING = (
    "dedupe/comparing.py",
    "stories/placing.py",
    "intake/edits.py",
    "intake/pages.py",
)


def written_reasons() -> set[str]:
    """Return what of the deciding rooms reads like a sentence, filled with samples."""
    found: set[str] = set()
    for name in DECIDING:
        tree = _tree(name)
        for node in ast.walk(tree):
            if isinstance(node, (ast.Expr, ast.Raise)):  # doc strings, mistakes
                for part in ast.walk(node):
                    part.__dict__["skip"] = True
        for node in ast.walk(tree):
            if "skip" not in node.__dict__ and isinstance(
                node, (ast.Constant, ast.JoinedStr)
            ):
                found |= set(_sentences(node))
    return found


def _sentences(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.JoinedStr):
        for part in ast.walk(node):
            part.__dict__["skip"] = True
        told = "".join(
            str(part.value) if isinstance(part, ast.Constant) else _reason_sample(part)
            for part in node.values
        )
        shared = "40% of the shorter text is shared with "
        yield shared + told if told.endswith("of its articles") else told
    elif isinstance(node, ast.Constant) and re.search(
        r"[a-z]+ [a-z]+ ", str(node.value)
    ):
        yield str(node.value)


def _reason_sample(part: ast.expr) -> str:
    assert isinstance(part, ast.FormattedValue)
    written = ast.unparse(part.value)
    return {
        "best.by": "its representative",
        "edit.actor": "analist",
        "nearest.reason": "too few words and facts to tell",
    }.get(written, "40%" if part.format_spec else "3")


REASONS = written_reasons()


def test_the_reasons_of_stories_are_found() -> None:
    assert "nothing shares its text" in REASONS
    assert "40% of the shorter text is shared with its representative" in REASONS
    assert len(REASONS) > 15


@pytest.mark.parametrize("written", sorted(REASONS))
def test_a_reason_is_told_in_turkish(written: str) -> None:
    told = tell_reason(TURKISH, written, {})
    assert told != written
    assert not re.search(r"\b(the|of|not|is|its|article)\b", told), told
