"""Makes screenshots small: PNG files of 8 bits a channel become ones of at most 256 colours."""

from __future__ import annotations

import struct
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {2: 3, 6: 4}
"""Bytes of a pixel, by PNG's number of its kind of colour."""
_COLOURS = 256
_UNLIKE = 96
"""How many of these are chosen to be unlike each other: a small red thing stays red."""
_FAR = 40**2
"""From which squared distance on colours are unlike."""


def shrink(file: Path) -> None:
    """Rewrite a screenshot with 256 of its colours; others become the nearest of these.

    Raises ValueError for what is no PNG of 8 bits a channel, as browsers write it.
    """
    width, rows = _pixels(file.read_bytes())
    counted = Counter(pixel for row in rows for pixel in row)
    palette = _chosen([pixel for pixel, _ in counted.most_common()])
    places = _Nearest(palette)
    data = b"".join(b"\0" + bytes(places[pixel] for pixel in row) for row in rows)
    header = struct.pack(">IIBBBBB", width, len(rows), 8, 3, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"PLTE", b"".join(palette)), (b"IDAT", zlib.compress(data, 9))]
    file.write_bytes(_SIGNATURE + b"".join(_chunk(*c) for c in [*chunks, (b"IEND", b"")]))


def _chosen(pixels: Sequence[bytes]) -> list[bytes]:
    """Choose some colours that are unlike each other, and then the most common."""
    unlike: list[bytes] = []
    for pixel in pixels:
        if len(unlike) == _UNLIKE:
            break
        if all(_distance(pixel, other) >= _FAR for other in unlike):
            unlike.append(pixel)
    return list(dict.fromkeys([*unlike, *pixels]))[:_COLOURS]


def _distance(one: bytes, other: bytes) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


class _Nearest(dict[bytes, int]):
    """The place of each colour in a palette, or of the colour there that is nearest to it."""

    def __init__(self, palette: list[bytes]) -> None:
        super().__init__({pixel: place for place, pixel in enumerate(palette)})
        self._palette = palette

    def __missing__(self, pixel: bytes) -> int:
        places = range(len(self._palette))
        self[pixel] = found = min(places, key=lambda n: _distance(pixel, self._palette[n]))
        return found


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _pixels(png: bytes) -> tuple[int, list[list[bytes]]]:
    """Read a PNG's width, and its rows of three bytes a pixel."""
    chunks = dict[bytes, bytes]()
    for name, data in _chunks(png):
        chunks[name] = chunks.get(name, b"") + data
    width, _, depth, kind, _, _, interlaced = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    if depth != 8 or kind not in _CHANNELS or interlaced:
        raise ValueError("not a PNG of 8 bits a channel")
    size = _CHANNELS[kind]
    rows = _unfiltered(zlib.decompress(chunks[b"IDAT"]), width * size, size)
    return width, [[row[x : x + 3] for x in range(0, len(row), size)] for row in rows]


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    if not png.startswith(_SIGNATURE):
        raise ValueError("not a PNG")
    place = len(_SIGNATURE)
    while place < len(png):
        length, name = struct.unpack_from(">I4s", png, place)
        yield name, png[place + 8 : place + 8 + length]
        place += 12 + length


def _unfiltered(data: bytes, length: int, size: int) -> Iterator[bytes]:
    """Undo the filter of each row (https://www.w3.org/TR/png-3/#9Filters)."""
    above = bytearray(length)
    for start in range(0, len(data), length + 1):
        row = bytearray(data[start + 1 : start + 1 + length])
        _undo(data[start], row, above, size)
        yield bytes(row)
        above = row


def _undo(kind: int, row: bytearray, above: bytearray, size: int) -> None:
    if kind == 0:
        return
    for x in range(len(row)):
        left, up = (row[x - size] if x >= size else 0), above[x]
        if kind == 1:
            guess = left
        elif kind == 2:
            guess = up
        elif kind == 3:
            guess = (left + up) // 2
        else:
            guess = _paeth(left, up, above[x - size] if x >= size else 0)
        row[x] = (row[x] + guess) & 0xFF


def _paeth(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    return min((left, up, corner), key=lambda one: abs(guess - one))
