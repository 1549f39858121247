"""Keeps the memory of a program that runs for months from growing with each large document."""

from __future__ import annotations

import ctypes
import sys

_M_MMAP_THRESHOLD = -3  # in glibc's malloc.h
LARGE = 1_048_576
"""Bytes of a block that gets memory of its own, which goes back to the system when it is freed."""


def bound() -> bool:
    """Have large blocks go back to the system; return whether this C library can be told so.

    glibc moves that limit up to the largest block that was ever freed, 32 MiB at the most, and
    takes smaller ones from a heap that hardly ever shrinks. `docs/benchmarks.md` has figures.
    """
    if not sys.platform.startswith("linux"):
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    return bool(mallopt and mallopt(_M_MMAP_THRESHOLD, LARGE))
