"""The libraries that ask a model are optional: the bot without a model has none of them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli.writing import writer_of
from bot.config import Settings

ROOT = Path(__file__).parents[1]
LIBRARIES = ("pydantic_ai", "pydantic", "openai", "anthropic", "google.genai", "httpx2", "tiktoken")
BLOCKED = f"import sys; sys.modules.update(dict.fromkeys({LIBRARIES}))"


def python(code: str) -> str:
    done = subprocess.run(  # noqa: S603  # our own interpreter and code
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def test_the_bot_without_a_model_imports_none_of_its_libraries() -> None:
    loaded = python(
        "import sys, bot.__main__, bot.cli.writing, bot.explain.model, bot.explain.review\n"
        f"print([name for name in {LIBRARIES} if name in sys.modules])"
    )
    assert loaded.strip() == "[]"


def test_a_model_without_its_libraries_is_a_complaint_with_the_command_that_installs_them() -> None:
    said = python(
        f"{BLOCKED}\n"
        "from bot.cli.writing import writer_of\n"
        "from bot.config import Settings, SettingsError\n"
        "settings = Settings.read({'EXPLAINER_MODEL': 'ollama:llama3.2'}, {})\n"
        "try:\n    writer_of(settings)\n"
        "except SettingsError as error:\n    print(error)\n"
    )
    assert said.startswith("EXPLAINER_MODEL asks for a model by ollama")
    assert "pip install 'pydantic-ai-slim[openai]>=2.68,<3'" in said
    assert "run make llm," in said


@pytest.mark.parametrize("provider", ["anthropic", "google"])
def test_a_provider_of_its_own_library_names_that(provider: str) -> None:
    pytest.importorskip("pydantic_ai", reason="asking a model takes the dependencies 'llm'")
    said = python(
        "import sys; sys.modules.update({'anthropic': None, 'google.genai': None})\n"
        "from bot.cli.writing import writer_of\n"
        "from bot.config import Settings, SettingsError\n"
        f"env = {{'EXPLAINER_MODEL': '{provider}:m', 'EXPLAINER_API_KEY': 'sk-s3cr3t'}}\n"
        "try:\n    writer_of(Settings.read(env, {}))\n"
        "except SettingsError as error:\n    print(error)\n"
    )
    assert f"'pydantic-ai-slim[openai,{provider}]" in said
    assert "s3cr3t" not in said


def test_without_a_model_there_is_no_writer() -> None:
    assert writer_of(Settings.read({}, {})) is None


def test_a_model_that_is_set_has_a_writer() -> None:
    pytest.importorskip("pydantic_ai", reason="asking a model takes the dependencies 'llm'")
    settings = Settings.read({"EXPLAINER_MODEL": "ollama:llama3.2"}, {})
    made = writer_of(settings)
    assert made is not None
    assert made.name == "llama3.2"


def test_the_command_names_what_the_project_declares() -> None:
    declared = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert 'llm = ["pydantic-ai-slim[openai]>=2.68,<3"]' in declared


def test_the_logs_hold_neither_the_key_nor_what_a_model_is_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("EXPLAINER_MODEL", "openai:gpt-5-mini")
    monkeypatch.setenv("EXPLAINER_API_KEY", "sk-s3cr3t")
    monkeypatch.setenv("LOG_LEVEL", "debug")
    monkeypatch.setenv("DISCORD_TOKEN", "one.two.three")
    said = python(
        "import logging, bot.__main__ as program\n"
        "def command(_, settings):\n"
        "    program.log.warning('the key is ' + settings.explainer_key)\n"
        "    for name in ('openai._base_client', 'httpcore2.http11', 'anthropic'):\n"
        "        logging.getLogger(name).debug('every word')\n"
        "    logging.getLogger('bot').debug('our own')\n"
        "    return 0\n"
        "program._command = command\n"
        "program.main(['run'])\n"
    )
    assert "the key is [secret]" in said
    assert "s3cr3t" not in said
    assert "our own" in said
    assert "every word" not in said
