"""What the documents promise is there: commands, targets, views, states, links."""

from __future__ import annotations

import re
import sqlite3
import tomllib
from pathlib import Path
from typing import get_args

import pytest

from aggregator import model
from aggregator.cli import cli
from aggregator.config import load, loads
from aggregator.store import open_db

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
OPERATIONS = (ROOT / "docs" / "operations.md").read_text("utf-8")
DOCUMENTS = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def blocks(text: str, language: str) -> list[str]:
    """The fenced blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def table_rows(text: str) -> list[list[str]]:
    """The cells of every row of every table, marks of code taken off."""
    return [
        [cell.strip().strip("`") for cell in line.strip("|").split("|")]
        for line in text.splitlines()
        if line.startswith("| `")
    ]


def commands() -> list[str]:
    """Every command of the program as it is typed."""
    found = []
    for name, command in cli.commands.items():
        below = getattr(command, "commands", None)
        found += [f"{name} {sub}" for sub in below] if below else [name]
    return found


# -- commands --------------------------------------------------------------------------


def test_every_command_is_in_the_readme_and_no_other() -> None:
    rows = [row[0] for row in table_rows(README) if row[0].startswith("aggregator ")]
    for command in commands():
        assert any(re.match(rf"aggregator {command}\b", row) for row in rows), command
    for row in rows:
        assert any(row.startswith(f"aggregator {name}") for name in commands()), row


def test_every_option_that_the_documents_name_exists() -> None:
    known = {"--help", "--config", "--json"}
    groups = list(cli.commands.values())
    while groups:
        command = groups.pop()
        groups += getattr(command, "commands", {}).values()
        known |= {name for option in command.params for name in option.opts}
    for command_line in re.findall(r"`(?:aggregator |poll |serve )?[^`]*`", README):
        for option in re.findall(r"(?<!\S)(--[a-z-]+)", command_line.strip("`")):
            if "make " not in command_line:
                assert option in known, command_line


def test_every_target_that_is_named_is_in_the_makefile_and_the_other_way_round() -> (
    None
):
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert phony
    assert set(phony[1].split()) == targets
    for document in DOCUMENTS:
        text = document.read_text("utf-8")
        for target in re.findall(r"(?:`|\$ |# )make ([a-z]+)", text):
            assert target in targets, (name_of(document), target)
    shown = set(re.findall(r"^#   make ([a-z]+)", makefile, re.MULTILINE))
    assert targets - {"help"} == shown


# -- configuration ---------------------------------------------------------------------


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_configuration_that_is_shown_loads(document: Path) -> None:
    for block in blocks(document.read_text("utf-8"), "yaml"):
        loads(block.encode(), ROOT / "feeds.yaml", {})


def test_the_shipped_configuration_is_valid() -> None:
    assert load(ROOT / "feeds.yaml").feeds


# -- views and states ------------------------------------------------------------------


def test_the_views_of_the_readme_are_those_of_a_new_database(tmp_path: Path) -> None:
    open_db(tmp_path / "news.db").close()
    database = sqlite3.connect(tmp_path / "news.db")
    try:
        views = {
            name: [row[1] for row in database.execute(f"pragma table_info({name})")]
            for (name,) in database.execute(
                "select name from sqlite_master where type = 'view'"
            )
        }
        described = {
            row[0]: row[-1].split(", ") for row in table_rows(README) if row[0] in views
        }
        assert described == views
        for query in blocks(README, "sql"):
            database.execute(query)
    finally:
        database.close()


def test_every_state_is_explained_to_the_sysadmin() -> None:
    explained = {row[0] for row in table_rows(OPERATIONS)}
    states = {*get_args(model.ScrapeState), *get_args(model.FeedStateName)}
    assert states | {"queued", "sent", "dead"} == explained


def test_every_exit_code_is_explained_in_both_documents() -> None:
    for code in ("0", "1", "2", "75"):
        assert f"**{code}**" in README
        assert re.search(rf"^\| {code} \|", OPERATIONS, re.MULTILINE), code


# -- links, decisions, changes ---------------------------------------------------------


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_link_to_a_file_or_heading_leads_somewhere(document: Path) -> None:
    text = document.read_text("utf-8")
    for link in re.findall(r"\]\((?!https?:|mailto:)([^)\s]+)\)", text):
        file, _, heading = link.partition("#")
        target = (document.parent / file) if file else document
        assert target.exists(), link
        if heading:
            titles = re.findall(r"^#+ (.*)$", target.read_text("utf-8"), re.MULTILINE)
            assert heading in {re.sub(r"[^\w-]+", "-", t.lower()) for t in titles}


def test_decisions_are_numbered_without_holes_short_and_of_one_form() -> None:
    files = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    numbers = [int(file.name[:4]) for file in files]
    assert numbers == list(range(1, len(files) + 1))
    for number, file in zip(numbers, files, strict=True):
        lines = file.read_text("utf-8").splitlines()
        assert len(lines) <= 25, file.name
        assert lines[0].startswith(f"# {number}. "), file.name
        headings = [line for line in lines if line.startswith("## ")]
        assert headings == ["## Context", "## Decision", "## Consequences"], file.name


def test_the_changelog_has_an_entry_for_what_is_not_released_or_for_this_version() -> (
    None
):
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    titles = re.findall(r"^## \[([^\]]+)\]", text, re.MULTILINE)
    assert titles[0] in ("Unreleased", project["version"])
    kinds = set(re.findall(r"^### (.*)$", text, re.MULTILINE))
    assert kinds <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    assert kinds
