"""Reads a configuration file, and nothing but that file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from aggregator.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aggregator.model import Config


def load(path: str | Path, environ: Mapping[str, str] | None = None) -> Config:
    """Read a configuration file.

    Relative paths in it are taken from its folder. What starts but is probably not
    meant is in `Config.warnings`, one line each.

    Args:
        path: feeds.yaml.
        environ: where the variable that `password_env` names is looked for, None: the
            process's environment. Its value is not read.

    Raises:
        ConfigError: one line for every mistake: `file:line: where: what is wrong`.
    """
    file = Path(path)
    try:
        content = file.read_bytes()
    except OSError as error:
        raise ConfigError((f"{file}: {error.strerror or error}",)) from error
    return loads(content, file, os.environ if environ is None else environ)


def loads(content: bytes, path: Path, environ: Mapping[str, str]) -> Config:
    """Read a configuration from the bytes that stand, or will stand, at a path.

    Raises:
        ConfigError: as `load`.
    """
    from aggregator.config.build import (  # noqa: PLC0415 - pydantic, .1 s
        build_config,
    )
    from aggregator.config.document import read_document  # noqa: PLC0415 - YAML

    document = read_document(content, str(path))
    return build_config(document, path, environ)
