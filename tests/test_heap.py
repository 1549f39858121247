"""The memory that large documents leave behind."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

_CHURN = """
import sys
from bot.cli import heap

sys.argv[1] == "bound" and heap.bound()
for _ in range(3):
    del (blocks := [bytearray(3_000_000) for _ in range(20)])[:]
    kept = bytearray(64)
blocks = [bytearray(3_000_000) for _ in range(20)]
small = [bytearray(1_000) for _ in range(1_000)]
del blocks
with open("/proc/self/statm") as file:
    print(int(file.read().split()[1]) * 4_096)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc keeps what is freed so")
def test_large_documents_leave_no_large_heap_behind() -> None:
    def left(how: str) -> int:
        run = [sys.executable, "-c", _CHURN, how]
        return int(subprocess.run(run, check=True, capture_output=True, text=True).stdout)  # noqa: S603  # ours

    assert left("bound") < left("unbound") - 30_000_000
