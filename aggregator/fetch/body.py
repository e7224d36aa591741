"""Reading a body while counting: on the wire, after decompression, and in time."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import chain
from typing import TYPE_CHECKING

from aggregator.errors import FetchError

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse

CODINGS = "gzip, deflate"  # what _Unpacker can undo; sent as Accept-Encoding
_CHUNK = 65_536
_GZIP_MAGIC = b"\x1f\x8b"
_AUTO_GZIP = 31  # zlib: 15 bits of window + 16 = with gzip's header
_MAX_CODINGS = 2


class CodingError(Exception):
    """The body is not what Content-Encoding says."""


class TooLarge(Exception):  # noqa: N818 - a state of the answer
    """The body passes its cap; `body` is what came before."""

    def __init__(self, body: bytes) -> None:
        super().__init__()
        self.body = body


def read_body(
    response: BaseHTTPResponse, max_bytes: int, *, asked_plain: bool = False
) -> bytes:
    """Read and decode a body, of which a little more than `max_bytes` is ever held.

    Not a bytearray: a BytesIO gives its bytes away without a second copy of them.
    asked_plain: it was asked for unpacked; a server that still says gzip over plain
    bytes is not believed (polling.md 85).

    Raises:
        TooLarge: more than `max_bytes`, packed or unpacked.
        CodingError: the packed bytes are broken, or packed in an unknown way.
        urllib3.exceptions.HTTPError: the connection failed.
    """
    unpackers = _unpackers(response.headers.get("Content-Encoding", ""))
    wire, body = 0, BytesIO()
    while chunk := response.read1(_CHUNK, decode_content=False):
        if asked_plain and not wire and not chunk.startswith(_GZIP_MAGIC):
            unpackers = []
        wire += len(chunk)
        for piece in _unpack(chunk, unpackers):
            body.write(piece)
            if body.tell() > max_bytes:
                body.truncate(max_bytes)
                raise TooLarge(body.getvalue())
        if wire > max_bytes:
            raise TooLarge(body.getvalue())
    if wire and not all(unpacker.is_done for unpacker in unpackers):
        raise CodingError("the compressed body ends too early")
    return body.getvalue()


def read_start(response: BaseHTTPResponse, max_bytes: int) -> bytes:
    """Read what there is of an error page; a broken one is an empty one."""
    try:
        return read_body(response, max_bytes)
    except TooLarge as error:
        return error.body
    except (CodingError, OSError):
        return b""


def unpack_gzip_file(body: bytes, max_bytes: int, url: str) -> bytes:
    """Unpack a document that itself is a gzip file (sitemap.xml.gz); else return it.

    Raises:
        FetchError: broken, or too large when unpacked.
    """
    if not body.startswith(_GZIP_MAGIC):
        return body
    unpacker, out = _Unpacker(_AUTO_GZIP), BytesIO()
    # In slices: of what it did not use yet, zlib makes a copy for each piece it gives.
    slices = (body[at : at + _CHUNK] for at in range(0, len(body), _CHUNK))
    try:
        for piece in chain.from_iterable(map(unpacker.feed, slices)):
            out.write(piece)
            if out.tell() > max_bytes:
                raise FetchError(
                    f"more than {max_bytes:,} bytes when unpacked", url=url, kind="size"
                )
    except CodingError as error:
        raise FetchError(
            "a gzip file that is broken", url=url, kind="encoding"
        ) from error
    if not unpacker.is_done:
        raise FetchError("a gzip file that ends too early", url=url, kind="encoding")
    return out.getvalue()


def _unpackers(header: str) -> list[_Unpacker]:
    names = [name.strip().lower() for name in header.split(",")]
    names = [name for name in names if name and name != "identity"]
    if len(names) > _MAX_CODINGS:
        raise CodingError(f"packed {len(names)} times over")
    return [_unpacker(name) for name in reversed(names)]


def _unpacker(name: str) -> _Unpacker:
    if name in {"gzip", "x-gzip"}:
        return _Unpacker(_AUTO_GZIP)
    if name == "deflate":
        return _Unpacker(zlib.MAX_WBITS)
    raise CodingError(f"packed as {name[:20]!r}, which was not asked for")


def _unpack(chunk: bytes, unpackers: list[_Unpacker]) -> Iterable[bytes]:
    """Undo all codings lazily, so that nothing is unpacked beyond the cap."""
    pieces: Iterable[bytes] = (chunk,)
    for unpacker in unpackers:
        pieces = chain.from_iterable(map(unpacker.feed, pieces))
    return pieces


class _Unpacker:
    """One coding undone piece by piece, several gzip members in a row included."""

    def __init__(self, window: int) -> None:
        self._window = window
        self._inflate = zlib.decompressobj(window)
        self._started = False

    @property
    def is_done(self) -> bool:
        return self._inflate.eof or not self._started

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Yield what a chunk unpacks to, in pieces of at most 64 KiB."""
        pending = False
        while chunk or pending:
            if self._inflate.eof:
                if not chunk.startswith(_GZIP_MAGIC):
                    return  # padding after the end
                self._inflate = zlib.decompressobj(self._window)
            piece = self._inflate_some(chunk)
            pending = len(piece) == _CHUNK
            chunk = self._inflate.unconsumed_tail or self._inflate.unused_data
            yield piece

    def _inflate_some(self, chunk: bytes) -> bytes:
        first, self._started = not self._started, True
        try:
            return self._inflate.decompress(chunk, _CHUNK)
        except zlib.error as error:
            if not first or self._window != zlib.MAX_WBITS:
                raise CodingError("not compressed as it says") from error
        # RFC 9110 8.4.1.2: some send "deflate" without the zlib header
        self._inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            return self._inflate.decompress(chunk, _CHUNK)
        except zlib.error as error:
            raise CodingError("not compressed as it says") from error
