"""What a REST call and its answer are made of, before and after HTTP."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Complaint(NamedTuple):
    """One thing that is wrong with a body; the path is dotted, as in `embeds.0.title`."""

    path: str
    code: str
    message: str


class LoggedRequest(NamedTuple):
    """One REST call that was answered; status 0 means that the connection was dropped."""

    method: str
    path: str
    status: int
    at: float
    """Monotonic seconds."""


@dataclass(frozen=True, slots=True)
class Call:
    """One REST call; the path lies under /api/v10."""

    method: str
    path: str
    params: dict[str, str]
    query: dict[str, str]
    body: Any = None

    def id(self, name: str) -> int:
        """Read an id that stands in the path."""
        return int(self.params[name])


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, JSON payload (None for an empty body) and extra headers."""

    status: int
    payload: Any = None
    headers: dict[str, str] = field(default_factory=dict)


class ApiError(Exception):
    """An error that Discord answers with; `code` is its JSON error code."""

    def __init__(
        self, status: int, code: int, message: str, *, complaints: tuple[Complaint, ...] = ()
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.complaints = complaints

    @property
    def answer(self) -> Answer:
        """The error as it goes over the wire."""
        payload: dict[str, Any] = {"message": self.message, "code": self.code}
        if self.complaints:
            payload["errors"] = _nested(self.complaints)
        return Answer(self.status, payload)

    @property
    def said(self) -> str:
        """The error in one line for a person."""
        details = "; ".join(f"{one.path}: {one.message}" for one in self.complaints)
        return f"{self.message}: {details}" if details else self.message


def invalid_form(complaints: list[Complaint]) -> ApiError:
    """Make the error for a body that breaks Discord's written limits."""
    return ApiError(400, 50035, "Invalid Form Body", complaints=tuple(complaints))


def _nested(complaints: tuple[Complaint, ...]) -> dict[str, Any]:
    root: dict[str, Any] = {}
    for path, code, message in complaints:
        node = root
        for key in path.split(".") if path else []:
            node = node.setdefault(key, {})
        node.setdefault("_errors", []).append({"code": code, "message": message})
    return root
