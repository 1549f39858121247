"""Secrets in files of their own: a container's secrets, a service's credentials."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.config import Settings, SettingsError
from tests.bot_process import bot

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GhTkLm.s3cr3t-s3cr3t_s3cr3t"
KEY = "sk-s3cr3t-s3cr3t"
PLACE = "/run/secrets/token"


def holding(content: bytes) -> Callable[[Path], bytes]:
    """A disk with one file."""

    def read(path: Path) -> bytes:
        if path != Path(PLACE):
            raise FileNotFoundError(2, "No such file or directory")
        return content

    return read


def token_of(content: bytes, **environ: str) -> str | None:
    return Settings.read({"DISCORD_TOKEN_FILE": PLACE, **environ}, {}, holding(content)).token


def problem_of(environ: dict[str, str], content: bytes = b"") -> str:
    with pytest.raises(SettingsError) as caught:
        Settings.read(environ, {}, holding(content))
    (problem,) = caught.value.problems
    return problem


@pytest.mark.parametrize(
    "content",
    [TOKEN.encode(), f"{TOKEN}\n".encode(), f"\ufeff  {TOKEN}\r\n\r\n".encode()],
    ids=["bare", "with a line end", "as Windows saves it"],
)
def test_a_secret_is_what_its_file_holds_less_what_editors_put_around_it(content: bytes) -> None:
    assert token_of(content) == TOKEN


def test_the_key_of_a_model_may_be_in_a_file_too() -> None:
    environ = {"EXPLAINER_MODEL": "openai:gpt-5-mini", "EXPLAINER_API_KEY_FILE": PLACE}
    assert Settings.read(environ, {}, holding(KEY.encode())).explainer_key == KEY


def test_the_dotenv_file_may_name_the_file_of_a_secret() -> None:
    assert Settings.read({}, {"DISCORD_TOKEN_FILE": PLACE}, holding(TOKEN.encode())).token == TOKEN


def test_a_secret_that_is_set_twice_is_a_complaint() -> None:
    problem = problem_of({"DISCORD_TOKEN": TOKEN, "DISCORD_TOKEN_FILE": PLACE}, TOKEN.encode())
    assert problem == "DISCORD_TOKEN and DISCORD_TOKEN_FILE are both set: take one of them away."


def test_the_environment_wins_over_the_dotenv_file_whichever_of_the_two_it_sets() -> None:
    read = holding(TOKEN.encode())
    assert Settings.read({"DISCORD_TOKEN_FILE": PLACE}, {"DISCORD_TOKEN": "x"}, read).token == TOKEN
    inline = Settings.read({"DISCORD_TOKEN": TOKEN}, {"DISCORD_TOKEN_FILE": "/gone"}, read)
    assert inline.token == TOKEN


def test_an_empty_variable_names_no_file() -> None:
    assert token_of(TOKEN.encode(), DISCORD_TOKEN_FILE=" ") is None


def test_a_file_that_cannot_be_read_is_named_with_the_way_out() -> None:
    problem = problem_of({"DISCORD_TOKEN_FILE": "/run/secrets/other"})
    assert problem == (
        "DISCORD_TOKEN_FILE is '/run/secrets/other', which can't be read (No such file or "
        "directory): correct the path, or let the user that runs the bot read the file."
    )


@pytest.mark.parametrize("path", ["secrets\0token", "x" * 5_000, "."])
def test_a_path_that_no_file_can_have_is_a_complaint(path: str) -> None:
    with pytest.raises(SettingsError, match=r"DISCORD_TOKEN_FILE is .* can't be read"):
        Settings.read({"DISCORD_TOKEN_FILE": path}, {})


def test_an_empty_file_does_not_start_the_demo_in_silence() -> None:
    problem = problem_of({"DISCORD_TOKEN_FILE": PLACE}, b"\n")
    assert "which is empty" in problem


def test_a_file_that_powershell_wrote_in_utf_16_is_a_complaint_with_the_way_out() -> None:
    problem = problem_of({"DISCORD_TOKEN_FILE": PLACE}, TOKEN.encode("utf-16"))
    assert "save the file as UTF-8" in problem


def test_what_a_file_holds_is_checked_and_not_repeated() -> None:
    problem = problem_of({"DISCORD_TOKEN_FILE": PLACE}, f"Bot {TOKEN}".encode())
    assert problem.startswith(f"DISCORD_TOKEN_FILE is '{PLACE}', and what is in it is not a bot ")
    assert "s3cr3t" not in problem


def test_a_token_in_the_place_of_a_path_is_not_repeated() -> None:
    assert "s3cr3t" not in problem_of({"DISCORD_TOKEN_FILE": TOKEN})


def test_a_secret_from_a_file_is_in_no_text_of_the_settings() -> None:
    settings = Settings.read({"DISCORD_TOKEN_FILE": PLACE}, {}, holding(TOKEN.encode()))
    assert "s3cr3t" not in f"{settings} {settings!r}"


def test_the_program_says_which_file_it_cannot_read_and_does_not_start(tmp_path: Path) -> None:
    async def start() -> tuple[int, str]:
        async with bot({"DISCORD_TOKEN_FILE": str(tmp_path / "gone")}, tmp_path, "run") as process:
            return await process.ended(), process.log

    code, said = asyncio.run(start())
    assert code == 3
    assert "DISCORD_TOKEN_FILE" in said
    assert "gone" in said
