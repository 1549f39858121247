"""Finds the real documents that stand beside a development checkout; a fresh clone has none."""

from __future__ import annotations

from pathlib import Path

import pytest

_SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


def shared(path: str) -> Path:
    """Return a shared document's path; skip the test, saying so, where it is not there."""
    found = _SHARED / path
    if not found.exists():
        pytest.skip(f"no shared data here ({path})")
    return found


def shared_files(folder: str, pattern: str) -> list[Path]:
    """List shared documents, for parametrising; empty where there are none."""
    return sorted((_SHARED / folder).glob(pattern))
