"""Who serves models, and what asking them takes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Provider:
    """One that serves models by name."""

    url: str | None
    """Where its OpenAI-compatible API is; None where it is asked through its own library."""
    keyless: bool = False
    extra: str = "llm"
    """The optional dependencies that asking it takes, as `pyproject.toml` names them."""


PROVIDERS = {
    "openai": Provider("https://api.openai.com/v1"),
    "ollama": Provider("http://127.0.0.1:11434/v1", keyless=True),
    "openrouter": Provider("https://openrouter.ai/api/v1"),
    "groq": Provider("https://api.groq.com/openai/v1"),
    "mistral": Provider("https://api.mistral.ai/v1"),
    "deepseek": Provider("https://api.deepseek.com"),
    "together": Provider("https://api.together.xyz/v1"),
    "anthropic": Provider(None, extra="anthropic"),
    "google": Provider(None, extra="google"),
}
"""Those that need no EXPLAINER_BASE_URL; with one, any name will do."""
