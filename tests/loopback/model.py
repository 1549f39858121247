"""An OpenAI-compatible endpoint on the loopback that answers as tests tell it to.

    async with LoopbackModel() as model:
        model.answer(explains({SectionName.WHY: [("A sentence.", ["s1"])]}))
        model.url          # http://127.0.0.1:PORT/v1
        model.requests     # what was asked, in order, parsed

`answer` sets behaviours: several are used one request each, and the last one stays. Tools are
called where the request offers one; else the answer is written as text.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.models import SectionName
from tests.loopback.serving import Serving


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came in."""

    path: str
    headers: dict[str, str]
    """By lower-case name."""
    body: dict[str, Any]
    raw: bytes

    @property
    def words(self) -> str:
        """All that the model was told, role by role."""
        return "\n".join(str(message.get("content")) for message in self.body["messages"])


Behaviour = Callable[[Asked, web.Request], Awaitable[web.StreamResponse]]
Sections = Mapping[SectionName, Sequence[tuple[str, Sequence[str]]]]


@dataclass(slots=True)
class LoopbackModel(Serving):
    """The server."""

    requests: list[Asked] = field(default_factory=list)
    _behaviours: list[Behaviour] = field(default_factory=list)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def url(self) -> str:
        """Where the endpoint is, as EXPLAINER_BASE_URL would name it."""
        return f"http://{self.host}:{self._port}/v1"

    def answer(self, *behaviours: Behaviour) -> None:
        """Answer the next requests so, one behaviour each; the last one stays."""
        self._behaviours = list(behaviours)

    async def arrived(self, count: int) -> None:
        """Wait until this many requests have come in, answered or not."""
        async with self._news:
            await self._news.wait_for(lambda: len(self.requests) >= count)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        headers = {name.lower(): value for name, value in request.headers.items()}
        asked = Asked(request.path, headers, json.loads(raw) if raw else {}, raw)
        async with self._news:
            self.requests.append(asked)
            self._news.notify_all()
        chosen = self._behaviours.pop(0) if len(self._behaviours) > 1 else self._behaviours[0]
        return await chosen(asked, request)


# ── what a model writes ──────────────────────────────────────────────────────────────────


def explains(sections: Sections, *, tokens: int | None = 900) -> Behaviour:
    """Answer with these claims, each with its ids; `tokens` None tells no usage."""
    return writes(_json(sections), tokens=tokens)


def _json(sections: Sections) -> str:
    said = {
        name: [{"text": text, "cites": list(ids)} for text, ids in claims]
        for name, claims in sections.items()
    }
    return json.dumps(said)


def writes(
    text: str, *, finish: str | None = None, tokens: int | None = 900, by_tool: bool = True
) -> Behaviour:
    """Answer with this text: as a tool's arguments where a tool is offered, unless told not to."""

    async def answer(asked: Asked, _: web.Request) -> web.StreamResponse:
        tools = asked.body.get("tools")
        if tools and by_tool:
            name = tools[0]["function"]["name"]
            call = {
                "id": "call_1",
                "type": "function",
                "function": {"name": name, "arguments": text},
            }
            message = {"role": "assistant", "content": None, "tool_calls": [call]}
            return web.json_response(_completion(message, finish or "tool_calls", tokens))
        return web.json_response(
            _completion({"role": "assistant", "content": text}, finish or "stop", tokens)
        )

    return answer


def thinks(sections: Sections) -> Behaviour:
    """Answer as small local models do: aloud, and then in a fence of markdown."""
    text = (
        f"<think>Let me see {{what}} matters.</think>\nHere it is:\n```json\n{_json(sections)}\n```"
    )
    return writes(text, by_tool=False)


def refuses() -> Behaviour:
    """Decline, in the field that the protocol has for it."""

    async def answer(_: Asked, __: web.Request) -> web.StreamResponse:
        message = {"role": "assistant", "content": None, "refusal": "I can't help with that."}
        return web.json_response(_completion(message, "stop", 300))

    return answer


def filtered() -> Behaviour:
    """Stop at a content filter."""
    return writes("", finish="content_filter", by_tool=False)


def _completion(message: dict[str, Any], finish: str, tokens: int | None) -> dict[str, Any]:
    body: dict[str, Any] = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1_790_000_000,
        "model": "stub",
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
    }
    if tokens is not None:
        body["usage"] = {
            "prompt_tokens": tokens - 100,
            "completion_tokens": 100,
            "total_tokens": tokens,
        }
    return body


# ── what goes wrong on the way ───────────────────────────────────────────────────────────


def fails(
    status: int, code: str | None = None, *, message: str = "no", **headers: str
) -> Behaviour:
    """Answer with an error as the protocol words them; `retry_after="600"` is a header."""
    error = {"error": {"message": message, "type": "error", "code": code}}
    sent = {name.replace("_", "-"): value for name, value in headers.items()}

    async def answer(_: Asked, __: web.Request) -> web.StreamResponse:
        return web.json_response(error, status=status, headers=sent)

    return answer


def page(status: int = 200) -> Behaviour:
    """Answer with a web page, as a proxy in front of an endpoint does."""
    # The library waits half a second and more before it repeats a request, unless it is told.
    headers = {"retry-after-ms": "5"}

    async def answer(_: Asked, __: web.Request) -> web.StreamResponse:
        text = "<html><body>Welcome</body></html>"
        return web.Response(text=text, status=status, content_type="text/html", headers=headers)

    return answer


def sends(body: Any, **headers: str) -> Behaviour:
    """Answer 200 with any JSON."""

    async def answer(_: Asked, __: web.Request) -> web.StreamResponse:
        return web.json_response(body, headers=headers)

    return answer


def lists(*models: str) -> Behaviour:
    """Answer with a list of these models, which is asked for by GET."""
    listed = [{"id": name, "object": "model", "created": 1, "owned_by": "me"} for name in models]
    return sends({"object": "list", "data": listed})


def no_choices() -> Behaviour:
    """Answer 200 without any choice, as gateways do when the model behind them failed."""
    return sends({**_completion({}, "stop", 10), "choices": []})


def floods(megabytes: int) -> Behaviour:
    """Answer with far more than any explainer has."""
    return writes("x" * (megabytes * 1_000_000), by_tool=False)


def drops() -> Behaviour:
    """Close the connection instead of answering."""

    async def answer(_: Asked, request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.close()
        await asyncio.Event().wait()  # ended by the connection's end
        raise AssertionError

    return answer


def held(until: asyncio.Event, then: Behaviour) -> Behaviour:
    """Say nothing until the event is set, and then behave so."""

    async def answer(asked: Asked, request: web.Request) -> web.StreamResponse:
        await until.wait()
        return await then(asked, request)

    return answer


def plain_only(then: Behaviour) -> Behaviour:
    """Refuse tools and response formats, as old servers and small models do."""

    async def answer(asked: Asked, request: web.Request) -> web.StreamResponse:
        if {"tools", "response_format"} & asked.body.keys():
            refused = fails(400, message="stub:1b does not support tools")
            return await refused(asked, request)
        return await then(asked, request)

    return answer
