"""Asking a desk in this process, as a browser would: with cookies and forms."""

from __future__ import annotations

import asyncio
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from aggregator import browse
from tests.desk_corpus import NOW, make_config
from tests.desk_press import make_press

if TYPE_CHECKING:
    from datetime import datetime

    from aggregator.model import Config


class Reader:
    """A person at a desk; keeps cookies."""

    def __init__(self, datasette: Any) -> None:
        self.datasette = datasette
        self.cookies: dict[str, str] = {}

    @property
    def news(self) -> Path:
        """The news database."""
        return Path(self.datasette.get_database("news").path)

    def get(self, path: str, **headers: str) -> Any:
        """Return the response of a GET."""
        return self._ask("get", path, headers=headers)

    def page(self, path: str) -> str:
        """Return a page that must be there."""
        response = self.get(path)
        assert response.status_code == 200, (path, response.status_code, response.text)
        return str(response.text)

    def post(self, path: str, *, token: bool = True, **form: str) -> Any:
        """Return the response of a POST, usually with the form's token."""
        if token:
            self.get("/akislar")
            form["csrftoken"] = self.cookies.get("ds_csrftoken", "")
        return self._ask(
            "post",
            path,
            content=urlencode(form),
            headers={"content-type": "application/x-www-form-urlencoded"},
        )

    def _ask(self, method: str, path: str, **arguments: Any) -> Any:
        async def ask() -> Any:
            return await getattr(self.datasette.client, method)(
                path, cookies=self.cookies, **arguments
            )

        response = asyncio.run(ask())
        self.cookies.update(dict(response.cookies))
        return response


def fill_press(folder: Path) -> Path:
    """Return a filled news database in a folder."""
    path = folder / "news.db"
    make_press(path, days=20).close()
    return path


def copy_press(source: Path, folder: Path) -> Path:
    """Return a copy of a filled database: filling takes a second, copying none."""
    target = folder / "news.db"
    for ending in ("", "-wal", "-shm"):
        part = Path(f"{source}{ending}")
        if part.exists():
            shutil.copy(part, f"{target}{ending}")
    return target


def open_desk(
    database: Path, *, now: datetime = NOW, config: Config | None = None
) -> Reader:
    """Return a reader at a desk over a database."""
    return Reader(browse.build(config or make_config(database), clock=lambda: now))


def sign_in(reader: Reader, who: str) -> None:
    """Give a reader the cookie that the log-in gives."""
    value = reader.datasette.sign({"a": {"id": who}}, "actor")
    reader.cookies["ds_actor"] = value


def plain(html: str) -> str:
    """Return a page's text without tags, blanks in one."""
    text = re.sub(r"<(script|style)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())
