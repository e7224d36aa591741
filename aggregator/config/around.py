"""What the sections of feeds.yaml are read with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aggregator.config.document import Path
    from aggregator.config.report import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What the sections share: where mistakes go, the file's folder, environment."""

    report: Report
    folder: FilePath
    environ: Mapping[str, str]


def check_bundle(bundle: str | None, path: Path, around: Around) -> None:
    """Warn of a certificate bundle that is not there; None: none is named."""
    if bundle is not None and not (around.folder / bundle).is_file():
        around.report.warn(path, f"there is no file {bundle!r}")
