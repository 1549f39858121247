"""Asks a model for claims; the only module that knows the library that does it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import httpx2
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_ai import Agent, ModelRetry, PromptedOutput, RunContext, ToolOutput, UsageLimits
from pydantic_ai import exceptions as errors
from pydantic_ai.messages import ModelResponse, TextPart, ToolCallPart
from pydantic_ai.models import Model, create_async_httpx2_client
from pydantic_ai.models.wrapper import WrapperModel
from pydantic_ai.usage import RequestUsage

from bot.explain.review import Run, claim_of
from bot.explain.wire import RUN, NoAnswerError, Transport
from bot.models import DAY, PROVIDERS, SECOND, Claim, Millis, ModelTrouble, SectionName

if TYPE_CHECKING:
    from pydantic_ai.messages import ModelMessage
    from pydantic_ai.models import ModelRequestParameters
    from pydantic_ai.settings import ModelSettings

MOST_ANSWERS = 3
"""To one story: the first, and two after a complaint."""
_MOST_WRITTEN = 3_000
"""Tokens of one answer, with what a model thinks before: sixteen claims of full length, and as
much again."""
_MOST_TOLD = 10_000_000
"""Tokens of one answer that are believed; no model's context has as many."""
_CONNECT = 5.0
"""Seconds to reach the endpoint at all."""
_TEMPERATURE = 0.2
_TOOL = "write_explainer"


# ── what is asked for ────────────────────────────────────────────────────────────────────


class _Claim(BaseModel):
    """One sentence, and the ids of the sentences that it rests on."""

    # Limits are told in the instructions and looked after claim by claim: a schema that is not
    # kept costs the whole answer.
    model_config = ConfigDict(coerce_numbers_to_str=True)

    text: str = Field(description="One whole sentence, plain text, at most 320 characters.")
    cites: list[str] = Field(description='Ids of the 1 to 3 sentences it rests on, as "s4".')


_Claims = Annotated[
    list[_Claim],
    BeforeValidator(lambda value: [] if value is None else value),
    Field(default_factory=list, description="1 to 4 claims, or none."),
]


class _Answer(BaseModel):
    """The four sections of an explainer; each is empty where the sentences do not support it."""

    why_this_matters: _Claims
    background_context: _Claims
    what_happens_next: _Claims
    bigger_picture: _Claims

    def sections(self) -> dict[SectionName, tuple[Claim, ...]]:
        return {
            SectionName(name): tuple(claim_of(claim.text, claim.cites) for claim in claims)
            for name, claims in self
        }


# ── asking ───────────────────────────────────────────────────────────────────────────────


class Asker:
    """Asks one model of one endpoint."""

    def __init__(self, provider: str, model: str, url: str | None, key: str | None) -> None:
        self._client = create_async_httpx2_client(
            timeout=httpx2.Timeout(60, connect=_CONNECT), transport=Transport()
        )
        full, plain = _models(provider, model, url, key, self._client)
        self._by_tool = _agent(_Metered(full), ToolOutput(_Answer, name=_TOOL), _manner(full))
        self._plainly = _agent(_Metered(plain), PromptedOutput(_Answer), {})

    async def ask(self, run: Run, *, plain: bool, seconds: float) -> None:
        """Ask until nothing of an answer is wrong, three times at most; `run` keeps what comes.

        `plain`: without tools, response format and temperature, for endpoints that refuse them.
        `seconds` is the longest that one attempt at one request may take. Raises whatever the
        library raises; `trouble_of` says what it means. What `run` has by then is good.
        """
        agent = self._plainly if plain else self._by_tool
        token = RUN.set(run)
        try:
            await agent.run(
                run.brief.prompt,
                instructions=run.brief.instructions,
                deps=run,
                model_settings={"timeout": seconds},
                # Tokens are counted by the run: the library's limit would cost a paid answer.
                usage_limits=UsageLimits(request_limit=MOST_ANSWERS),
            )
        finally:
            RUN.reset(token)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    @staticmethod
    def trouble_of(error: Exception) -> tuple[ModelTrouble, str] | None:
        """Say what an error of `ask` means, in words without any secret; None if not known."""
        if any(isinstance(cause, NoAnswerError) for cause in _chain(error)):
            error = NoAnswerError()
        for kind, trouble, words in _TROUBLES:
            if isinstance(error, kind):
                status = getattr(error, "status_code", None)
                return trouble, f"{words} (HTTP {status})" if status else words
        return None

    @staticmethod
    def wants_plain(error: Exception) -> bool:
        """Tell whether an endpoint refused the form of a request, so that a plain one may do.

        A 400 or 422 may not say why; one with another status must name the tools.
        """
        if not isinstance(error, errors.ModelHTTPError):
            return False
        if isinstance(error, errors.ModelContextWindowExceededError):
            return False
        if error.status_code in {400, 422}:
            return True
        return error.status_code in {404, 500, 501} and bool(_OF_FORM.search(str(error.body)))

    @staticmethod
    def retry_after(error: Exception) -> Millis | None:
        """Return how long the endpoint asks to be left alone, a day at most."""
        seconds = getattr(error, "retry_after", None)
        return round(min(seconds * SECOND, DAY)) if seconds is not None else None


def _manner(model: Model) -> ModelSettings:
    """Return the settings for faithful summaries: a cool model, or one that thinks little."""
    if model.profile.get("supports_thinking"):
        return {"thinking": False}  # these refuse a temperature
    return {"temperature": _TEMPERATURE}


def _agent(
    model: Model,
    output: ToolOutput[_Answer] | PromptedOutput[_Answer],
    settings: ModelSettings,
) -> Agent[Run, _Answer]:
    agent: Agent[Run, _Answer] = Agent(
        model,
        output_type=output,
        deps_type=Run,
        retries={"output": MOST_ANSWERS - 1},
        model_settings={"max_retries": 1, "max_tokens": _MOST_WRITTEN, **settings},
    )

    @agent.output_validator
    def reviewed(context: RunContext[Run], answer: _Answer) -> _Answer:
        run = context.deps
        complaint = run.read(answer.sections())
        if complaint and context.retry < MOST_ANSWERS - 1 and not run.is_spent:
            raise ModelRetry(complaint)
        return answer  # only the good claims of it are kept

    return agent


def _models(
    provider: str, model: str, url: str | None, key: str | None, client: httpx2.AsyncClient
) -> tuple[Model, Model]:
    """Return the model as it is best asked, and as it is asked plainly."""
    if url is None and provider == "anthropic":
        found = _anthropic(model, key, client)
        return found, found
    if url is None and provider == "google":
        found = _google(model, key, client)
        return found, found
    return _openai_like(provider, model, url or PROVIDERS[provider].url, key, client)


def _anthropic(model: str, key: str | None, client: httpx2.AsyncClient) -> Model:
    from pydantic_ai.models.anthropic import AnthropicModel  # noqa: PLC0415  # an extra of its own
    from pydantic_ai.providers.anthropic import AnthropicProvider  # noqa: PLC0415  # as above

    return AnthropicModel(model, provider=AnthropicProvider(api_key=key, http_client=client))


def _google(model: str, key: str | None, client: httpx2.AsyncClient) -> Model:
    from pydantic_ai.models.google import GoogleModel  # noqa: PLC0415  # an extra of its own
    from pydantic_ai.providers.google import GoogleProvider  # noqa: PLC0415  # as above

    return GoogleModel(model, provider=GoogleProvider(api_key=key or "none", http_client=client))


def _openai_like(
    provider: str, model: str, url: str | None, key: str | None, client: httpx2.AsyncClient
) -> tuple[Model, Model]:
    from pydantic_ai.models.openai import OpenAIChatModel  # noqa: PLC0415  # only where it is asked
    from pydantic_ai.profiles.openai import openai_model_profile  # noqa: PLC0415  # as above
    from pydantic_ai.providers.openai_compatible import (  # noqa: PLC0415  # as above
        OpenAICompatibleProvider,
    )

    # This provider reads no key from the environment: OpenAI's is not sent to somebody else.
    served_by = OpenAICompatibleProvider(
        provider, base_url=str(url), api_key=key or "none", http_client=client
    )
    # Its thinking models take this field alone; everybody else knows the other, older one.
    newer = provider == "openai" and bool(
        openai_model_profile(model).get("openai_supports_reasoning")
    )
    profile: Any = {"openai_chat_supports_max_completion_tokens": newer}
    plain: Any = {
        **profile,
        "supports_tools": False,
        "supports_json_schema_output": False,
        "supports_json_object_output": False,
        "default_structured_output_mode": "prompted",
    }
    return (
        OpenAIChatModel(model, provider=served_by, profile=profile),
        OpenAIChatModel(model, provider=served_by, profile=plain),
    )


class _Metered(WrapperModel):
    """Adds up what each answer has cost, and takes one that was written instead of called."""

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        run = RUN.get()
        if run is not None and run.is_spent:
            raise _SpentError
        try:
            response = await super().request(messages, model_settings, model_request_parameters)
        except errors.ContentFilterError:
            raise
        except errors.UnexpectedModelBehavior as error:
            raise NoAnswerError from error  # JSON, but not that of the protocol
        if run is None:
            return response
        told = response.usage.total_tokens
        if not 0 < told <= _MOST_TOLD:
            told = 0  # a day's budget, and the database's column, would burst
        usage = response.usage if told else RequestUsage(output_tokens=run.pending)
        run.tokens += told or run.pending
        run.pending = 0
        if response.finish_reason == "length" and not _written(response):
            # Asked again, it would be cut off again; the library would do so twice.
            raise _CutOffError
        return replace(response, usage=usage, parts=_as_call(response, model_request_parameters))


class _SpentError(Exception):
    """As much as one story may cost is spent."""


class _CutOffError(Exception):
    """An answer has reached the most that it may have, and is no whole one."""


_THOUGHT = re.compile(r"<think(?:ing)?>.*?</think(?:ing)?>", re.DOTALL)


def _written(response: ModelResponse) -> str | None:
    """Return the JSON object of an answer, wherever it stands; None where it is none."""
    calls = [_arguments(part) for part in response.parts if isinstance(part, ToolCallPart)]
    texts = [part.content for part in response.parts if isinstance(part, TextPart)]
    text = _THOUGHT.sub("", "".join(calls or texts))
    found = text[text.find("{") : text.rfind("}") + 1]
    try:
        return found if isinstance(json.loads(found), dict) else None
    except (ValueError, RecursionError):
        return None


def _arguments(call: ToolCallPart) -> str:
    # The library's own way of reading them makes an object of what is none.
    return call.args if isinstance(call.args, str) else call.args_as_json_str()


def _as_call(response: ModelResponse, asked: ModelRequestParameters) -> Any:  # noqa: ANN401  # the parts' type is a union of private ones
    """Read an answer that a server without tools wrote as text; it saves asking again."""
    parts = list(response.parts)
    if not asked.output_tools or any(isinstance(part, ToolCallPart) for part in parts):
        return parts
    written = _written(response)
    return parts if written is None else [ToolCallPart(asked.output_tools[0].name, written)]


# ── what went wrong ──────────────────────────────────────────────────────────────────────

_TROUBLES: tuple[tuple[type[BaseException], ModelTrouble, str], ...] = (
    (TimeoutError, ModelTrouble.TIMEOUT, "it did not answer in time"),
    (errors.ModelTimeoutError, ModelTrouble.TIMEOUT, "it did not answer in time"),
    (errors.ModelRequestTimeout, ModelTrouble.TIMEOUT, "it did not answer in time"),
    (errors.ModelRateLimitError, ModelTrouble.LIMITED, "it asks for a pause"),
    (errors.ModelQuotaExceededError, ModelTrouble.QUOTA, "what was paid for is used up"),
    (errors.ModelAuthenticationError, ModelTrouble.KEY, "it refuses EXPLAINER_API_KEY"),
    (errors.ModelNotFoundError, ModelTrouble.REJECTED, "it knows no such model or address"),
    (errors.ModelContextWindowExceededError, ModelTrouble.REJECTED, "it reads shorter texts only"),
    (errors.ModelRequestRejectedError, ModelTrouble.REJECTED, "it refuses the request"),
    (NoAnswerError, ModelTrouble.SERVER, "it answers with what is no answer"),
    (errors.ModelConnectionError, ModelTrouble.UNREACHABLE, "it can't be reached"),
    (errors.ContentFilterError, ModelTrouble.DECLINED, "it declines to write about this"),
    (_CutOffError, ModelTrouble.MALFORMED, "its answer was cut off"),
    (errors.UnexpectedModelBehavior, ModelTrouble.MALFORMED, "its answers can't be read as claims"),
    (errors.UsageLimitExceeded, ModelTrouble.MALFORMED, "its answers can't be read as claims"),
    (_SpentError, ModelTrouble.MALFORMED, "it may not be asked again about this"),
    (errors.ModelAPIError, ModelTrouble.SERVER, "it fails on its side"),
)


_OF_FORM = re.compile(r"tool|function|response_?format|json|schema|guided|grammar", re.IGNORECASE)


def _chain(error: BaseException) -> list[BaseException]:
    found = [error]
    while (cause := error.__cause__ or error.__context__) is not None and cause not in found:
        found.append(cause)
        error = cause
    return found
