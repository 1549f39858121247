"""The gallery's pictures are made small, and show what they showed."""

from __future__ import annotations

import random
import struct
import zlib
from pathlib import Path

import pytest

from tools.gallery.png import _chunk, _pixels, shrink


def _png(rows: list[bytes], filters: list[int], size: int) -> bytes:
    """Write rows of pixels with a filter each, as browsers do."""
    width = len(rows[0]) // size
    header = struct.pack(">IIBBBBB", width, len(rows), 8, 2 if size == 3 else 6, 0, 0, 0)
    data = bytearray()
    above = bytes(len(rows[0]))
    for row, kind in zip(rows, filters, strict=True):
        data.append(kind)
        for x, value in enumerate(row):
            left = row[x - size] if x >= size else 0
            corner = above[x - size] if x >= size else 0
            data.append((value - _guess(kind, left, above[x], corner)) & 0xFF)
        above = row
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(bytes(data))), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks)


def _guess(kind: int, left: int, up: int, corner: int) -> int:
    near = {one: abs(left + up - corner - one) for one in (left, up, corner)}
    paeth = next(one for one in (left, up, corner) if near[one] == min(near.values()))
    return (0, left, up, (left + up) // 2, paeth)[kind]


@pytest.mark.parametrize("size", [3, 4])
def test_whatever_filters_a_browser_uses_its_picture_is_read(size: int) -> None:
    dice = random.Random(7)
    rows = [bytes(dice.randrange(256) for _ in range(6 * size)) for _ in range(5)]
    width, read = _pixels(_png(rows, [0, 1, 2, 3, 4], size))
    assert width == 6
    assert read == [[row[x : x + 3] for x in range(0, len(row), size)] for row in rows]


def test_a_picture_of_few_colours_keeps_them_all(tmp_path: Path) -> None:
    rows = [bytes([value, 0, 9] * 8) for value in range(20)]
    file = tmp_path / "a.png"
    file.write_bytes(_png(rows, [0] * 20, 3))
    shrink(file)
    shrunk = file.read_bytes()
    palette = shrunk[shrunk.index(b"PLTE") + 4 :][: 20 * 3]
    assert {palette[x : x + 3] for x in range(0, 60, 3)} == {row[:3] for row in rows}
    with pytest.raises(ValueError, match="8 bits"):
        _pixels(shrunk)
