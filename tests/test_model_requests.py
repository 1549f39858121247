"""A model that writes explainers: what it is asked, and what is not said to anybody."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

pytest.importorskip("pydantic_ai", reason="asking a model takes the optional dependencies 'llm'")

from bot.explain.model import Writer, writer  # only where the library is
from bot.models import Draft, ModelFailed, ModelTrouble
from tests.loopback.model import (
    LoopbackModel,
    Sections,
    explains,
    fails,
    no_choices,
    plain_only,
    thinks,
    writes,
)
from tests.writing import (
    GOOD,
    KEY,
    NEXT,
    PATIENT,
    STORY,
    TEXT,
    check,
    texts,
    written,
)

INVENTED: Sections = {
    **GOOD,
    NEXT: [("Sailings are expected to begin on 4 April 2027, if inspectors agree.", ["s3"])],
}


# ── plain endpoints ──────────────────────────────────────────────────────────────────────


async def test_an_endpoint_without_tools_is_asked_plainly_and_that_is_remembered(
    endpoint: LoopbackModel, pen: Writer
) -> None:
    endpoint.answer(plain_only(thinks(GOOD)))
    draft = await pen.write(STORY, plain=False, seconds=PATIENT, calls=3)
    assert written(draft) == texts(GOOD)
    assert isinstance(draft, Draft)
    assert draft.plain
    assert len(endpoint.requests) == 2
    again = await pen.write(STORY, plain=draft.plain, seconds=PATIENT, calls=3)
    assert written(again) == texts(GOOD)
    assert len(endpoint.requests) == 3
    for asked in endpoint.requests[1:]:
        assert asked.body.keys() <= {"model", "messages", "max_tokens", "stream"}


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (404, "No endpoints found that support tool use."),
        (500, "tools param requires --jinja flag"),
        (501, "response_format is not implemented"),
        (422, "Extra inputs are not permitted"),
    ],
)
async def test_servers_refuse_tools_in_their_own_ways(
    endpoint: LoopbackModel, pen: Writer, status: int, message: str
) -> None:
    # The library repeats what failed on the server's side before it gives up.
    refusal = fails(status, message=message, retry_after_ms="5", x_should_retry="false")
    endpoint.answer(refusal, thinks(GOOD))
    draft = await pen.write(STORY, plain=False, seconds=PATIENT, calls=3)
    assert written(draft) == texts(GOOD)
    assert isinstance(draft, Draft)
    assert draft.plain


async def test_a_plain_endpoint_that_writes_nonsense_is_still_a_plain_one(
    endpoint: LoopbackModel, pen: Writer
) -> None:
    endpoint.answer(plain_only(writes("Well.")))
    failed = await pen.write(STORY, plain=False, seconds=PATIENT, calls=3)
    assert isinstance(failed, ModelFailed)
    assert (failed.trouble, failed.plain) == (ModelTrouble.MALFORMED, True)


async def test_a_plain_endpoint_corrects_itself_too(endpoint: LoopbackModel, pen: Writer) -> None:
    endpoint.answer(thinks(INVENTED), thinks(GOOD))
    draft = await pen.write(STORY, plain=True, seconds=PATIENT, calls=3)
    assert written(draft) == texts(GOOD)
    assert "4 April" in endpoint.requests[1].words


# ── what is asked, and what is not said ──────────────────────────────────────────────────


async def test_a_request_holds_the_story_its_limits_and_no_secret(
    endpoint: LoopbackModel, pen: Writer
) -> None:
    endpoint.answer(explains(GOOD))
    await pen.write(STORY, plain=False, seconds=PATIENT, calls=3)
    (asked,) = endpoint.requests
    assert asked.path == "/v1/chat/completions"
    assert asked.headers["authorization"] == f"Bearer {KEY}"
    assert KEY.encode() not in asked.raw
    assert asked.body["max_tokens"] == 3_000
    assert [tool["function"]["name"] for tool in asked.body["tools"]] == ["write_explainer"]
    assert asked.body["model"] == "stub-1b"
    for number, sentence in enumerate(TEXT, start=1):
        assert f"[s{number}] {sentence}" in asked.words


async def test_a_complaint_names_the_claim_and_what_is_wrong_with_it(
    endpoint: LoopbackModel, pen: Writer
) -> None:
    endpoint.answer(explains(INVENTED), explains(GOOD))
    await pen.write(STORY, plain=False, seconds=PATIENT, calls=3)
    said = endpoint.requests[1].words
    assert "what_happens_next" in said
    assert "not in the cited sentences: 4" in said
    assert said.count("not in the cited sentences") == 2, "nothing is said of the good claims"


async def test_no_key_of_the_environment_is_sent(
    endpoint: LoopbackModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OPENAI_API_KEY", "OLLAMA_API_KEY"):
        monkeypatch.setenv(name, "sk-of-somebody-else")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    endpoint.answer(explains(GOOD))
    for spec in ("openai:gpt-4o-mini", "ollama:llama3.2", "some:other"):
        async with writer(spec, endpoint.url, None, check=check) as made:
            assert written(await made.write(STORY, plain=False, seconds=PATIENT, calls=3)) == texts(
                GOOD
            )
    assert "somebody" not in str([asked.headers for asked in endpoint.requests])


@pytest.mark.parametrize("spec", ["openai:gpt-5-mini", "openai:o3"])
async def test_models_that_think_are_told_to_think_little(
    endpoint: LoopbackModel, spec: str
) -> None:
    endpoint.answer(explains(GOOD))
    async with writer(spec, endpoint.url, None, check=check) as made:
        assert written(await made.write(STORY, plain=False, seconds=PATIENT, calls=3)) == texts(
            GOOD
        )
    (asked,) = endpoint.requests
    assert asked.body["max_completion_tokens"] == 3_000
    assert asked.body["reasoning_effort"] in {"minimal", "low"}
    assert "temperature" not in asked.body


async def test_logs_hold_neither_key_nor_text_of_the_story(
    endpoint: LoopbackModel, pen: Writer, caplog: pytest.LogCaptureFixture
) -> None:
    endpoint.answer(writes("{"), no_choices())
    with capture_logs() as logged, caplog.at_level("INFO"):
        await pen.write(STORY, plain=False, seconds=PATIENT, calls=3)
    assert [line["error"] for line in logged] == ["IndexError"]
    assert logged[0]["log_level"] == "error", "what nobody expected is told loudly"
    everything = f"{logged} {caplog.text}"
    assert KEY not in everything
    assert "ferry" not in everything.casefold()
    assert "airline" not in everything


async def test_a_bug_of_the_checker_is_told_and_harms_nobody(endpoint: LoopbackModel) -> None:
    def broken(*_: object) -> list[str]:
        raise KeyError("sentence")

    endpoint.answer(explains(GOOD))
    with capture_logs() as logged:
        async with writer("stub:stub", endpoint.url, None, check=broken) as made:
            failed = await made.write(STORY, plain=False, seconds=PATIENT, calls=3)
    assert isinstance(failed, ModelFailed)
    assert failed.trouble is ModelTrouble.SERVER
    assert logged[0]["error"] == "KeyError"
    assert logged[0]["place"].startswith("test_model_requests.py:")
