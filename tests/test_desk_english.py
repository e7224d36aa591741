"""The desk's other language: every text has an English one, and none is left over."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

from aggregator.browse import english, labels
from aggregator.browse.pages import lists, sources, story
from aggregator.browse.server import metadata_path
from tests.desk_corpus import make_config

ROOT = Path(english.__file__).parent
# Methods and exceptions whose first argument is a text of the interface.
SAYING = {"t", "count", "NotFound", "BadRequest", "Forbidden", "DatasetteError"}
QUOTED = re.compile(r"""\b(?:t|ui\.t|ui\.count)\(\s*("[^"]+"|'[^']+')""")


def templates() -> str:
    return "\n".join(
        file.read_text(encoding="utf-8")
        for file in sorted((ROOT / "templates").rglob("*.html"))
    )


def said_in_code() -> set[str]:
    found: set[str] = set()
    for file in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                given = node.args[0]
                if name in SAYING and isinstance(given, ast.Constant):
                    found.add(str(given.value))
    return found


def said_in_tables() -> set[str]:
    found = {label for _, label in lists.SHOWN} | set(story.ASKED.values())
    found |= {word for word, _ in sources.STATES.values()}
    for table in vars(labels).values():
        if isinstance(table, dict) and "__name__" not in table:
            found |= {
                word for word in table.values() if re.search(r"[^\W\d_]{3}", word)
            }
    return found


def said_of_the_archive() -> set[str]:
    path = metadata_path(make_config(Path("nowhere/news.db")))
    about = json.loads(path.read_text(encoding="utf-8"))["databases"]["news"]
    found = {about["description"]}
    for table in about["tables"].values():
        found |= {table["title"], table["description"]}
        found |= {text.split(":")[0] for text in table["columns"].values()}
    return found


def test_every_text_has_an_english_one() -> None:
    quoted = {text[1:-1] for text in QUOTED.findall(templates())}
    wanted = quoted | said_in_code() | said_in_tables() | said_of_the_archive()
    assert sorted(wanted - set(english.ENGLISH)) == []


def test_no_english_text_is_left_over() -> None:
    written = templates() + "".join(
        file.read_text(encoding="utf-8")
        for file in ROOT.rglob("*.py")
        if file.name != "english.py"
    )
    known = said_of_the_archive() | said_in_code()
    left = [
        text
        for text in english.ENGLISH
        if text not in known and not re.search(rf"[\"']{re.escape(text)}[\"']", written)
    ]
    assert left == []


def test_what_a_text_is_filled_with_is_the_same_in_both_languages() -> None:
    for turkish, told in english.ENGLISH.items():
        for one in (told,) if isinstance(told, str) else told:
            assert set(re.findall(r"{(\w+)}", one)) <= set(
                re.findall(r"{(\w+)}", turkish)
            ), turkish
