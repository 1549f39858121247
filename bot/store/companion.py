"""The small file beside the database that tells whether an older copy was put in its place."""

from __future__ import annotations

from pathlib import Path

_DIGITS = 20


class Companion:
    """The newest message that was ever settled, outside the database.

    It is written after the commit and never before, so it can only lag behind the database, unless
    somebody has restored a backup. Not synced: at a power cut it lags behind, too.
    """

    def __init__(self, path: Path) -> None:
        path.touch()
        self._file = path.open("r+b", buffering=0)
        self._newest = self._read()

    @property
    def newest(self) -> int | None:
        """The newest message; None where nothing is known."""
        return self._newest

    def note(self, message_id: int) -> None:
        """Note a message that was settled; raises OSError where it can't be written."""
        if self._newest is None or message_id > self._newest:
            self._write(message_id)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _write(self, message_id: int) -> None:
        self._file.seek(0)
        self._file.write(str(message_id).zfill(_DIGITS).encode())
        self._newest = message_id

    def _read(self) -> int | None:
        text = self._file.read(_DIGITS)
        return int(text) if len(text) == _DIGITS and text.isdigit() else None
