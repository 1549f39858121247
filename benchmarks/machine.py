"""The machine and the versions that the figures belong to."""

from __future__ import annotations

import os
import platform
import re
import sqlite3
from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

_LIBRARIES = ("discord.py", "aiohttp", "feedparser", "aiosqlite")


def facts(folder: Path) -> list[tuple[str, str]]:
    """Name what the figures depend on; `folder` is where the databases will be."""
    model = _found("/proc/cpuinfo", r"model name\s*:\s*(.+)")
    return [
        ("date", datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")),
        ("processor", f"{os.cpu_count()} × {model}"),
        ("memory", _memory()),
        ("busy before", f"load average {os.getloadavg()[0]:.2f} (1 minute)"),
        ("disk", _file_system(folder)),
        ("system", f"{platform.system()} {platform.release()} ({platform.machine()})"),
        ("Python", f"{platform.python_version()} ({platform.python_implementation()})"),
        ("SQLite", sqlite3.sqlite_version),
        ("libraries", ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)),
    ]


def peak_memory(pid: int) -> float | None:
    """Return the most memory that a process has had resident, in MiB; None without /proc."""
    kib = _found(f"/proc/{pid}/status", r"VmHWM:\s*(\d+) kB", missing="")
    return int(kib) / 1024 if kib else None


def forget_peak(pid: int | None) -> None:
    """Let a process's peak of memory count from now on; does nothing without /proc."""
    path = Path(f"/proc/{pid}/clear_refs")
    if path.exists():
        path.write_text("5", encoding="ascii")


def family(pid: int) -> list[int]:
    """Return a process and all that it has begun, those that these began included (Linux)."""
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended meanwhile
            parents.setdefault(int(_fields(stat)[1]), []).append(int(stat.parent.name))
    found = [pid]
    for one in found:
        found.extend(parents.get(one, []))
    return found


def processor_time(pid: int) -> float:
    """Return the seconds of the processors that a process and its ended children had (Linux)."""
    try:
        fields = _fields(Path(f"/proc/{pid}/stat"))
    except OSError:
        return 0.0  # it has ended meanwhile, and counts with its parent
    # utime, stime, and the same of children that were waited for: proc_pid_stat(5).
    return sum(int(ticks) for ticks in fields[11:15]) / os.sysconf("SC_CLK_TCK")


def open_files(pid: int) -> int:
    """Count the files and connections that a process has open (Linux)."""
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def _fields(stat: Path) -> list[str]:
    """Return the fields behind the name, which may hold anything."""
    return stat.read_text(encoding="utf-8").rpartition(")")[2].split()


def _found(file: str, pattern: str, missing: str = "unknown") -> str:
    path = Path(file)
    match = re.search(pattern, path.read_text(encoding="utf-8")) if path.exists() else None
    return match[1].strip() if match else missing


def _memory() -> str:
    kib = _found("/proc/meminfo", r"MemTotal:\s*(\d+) kB", missing="")
    return f"{int(kib) / 1024**2:.1f} GiB" if kib else "unknown"


def _file_system(folder: Path) -> str:
    """Name the file system that holds a folder: what a commit costs is the disk's matter."""
    mounts = Path("/proc/mounts")
    if not mounts.exists():
        return "unknown"
    fields = [line.split() for line in mounts.read_text(encoding="utf-8").splitlines()]
    holders = [(m[1], m[2]) for m in fields if folder.resolve().is_relative_to(m[1])]
    return max(holders, key=lambda holder: len(holder[0]))[1]
