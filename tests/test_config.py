"""The settings: what is refused, how it is said, and that nothing secret is."""

from __future__ import annotations

from pathlib import Path

import pytest
from dotenv import dotenv_values
from hypothesis import given
from hypothesis import strategies as st

from bot.config import Settings, SettingsError, read_dotenv, variables

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GhTkLm.s3cr3t-s3cr3t_s3cr3t"
EXAMPLE = Path(__file__).parents[1] / ".env.example"


def problems(environ: dict[str, str], dotenv: dict[str, str | None] | None = None) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        Settings.read(environ, dotenv or {})
    assert str(caught.value) == "\n".join(caught.value.problems)
    return list(caught.value.problems)


def test_the_database_is_the_file_itself_also_where_its_usual_place_is_a_link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert Settings.read({}, {}).database == Path("data/wherefore.db")
    (tmp_path / "data").mkdir()
    Path("data/wherefore.db").symlink_to(tmp_path / "real.db")
    assert Settings.read({}, {}).database == tmp_path / "real.db"


def test_without_any_setting_the_defaults_stand() -> None:
    assert Settings.read({}, {}) == Settings()
    assert Settings().token is None
    assert Settings().database == Path("data/wherefore.db")
    assert Settings().feed_min_interval == 900_000


def test_every_setting_is_read_into_its_own_kind(tmp_path: Path) -> None:
    topics = tmp_path / "topics.toml"
    topics.touch()
    settings = Settings.read(
        {
            "DISCORD_TOKEN": f"  {TOKEN}\n",
            "DISCORD_API_URL": "http://127.0.0.1:8080/api/v10/",
            "DISCORD_GATEWAY_URL": "ws://127.0.0.1:8081",
            "DATABASE_URL": "sqlite:////var/lib/news.db",
            "TOPICS_FILE": str(topics),
            "FEED_MIN_INTERVAL": "1.5",
            "FEED_ALLOW_NETWORKS": "192.168.7.0/24, fd00::/8,",
            "LOG_LEVEL": "DEBUG",
            "LOG_FORMAT": "json",
        },
        {},
    )
    assert settings.token == TOKEN
    assert settings.api_url == "http://127.0.0.1:8080/api/v10"
    assert settings.gateway_url == "ws://127.0.0.1:8081"
    assert settings.database == Path("/var/lib/news.db")
    assert settings.topics_file == topics
    assert settings.feed_min_interval == 1_500
    assert [str(network) for network in settings.feed_allow_networks] == [
        "192.168.7.0/24",
        "fd00::/8",
    ]
    assert (settings.log_level, settings.log_format) == ("debug", "json")


def test_every_problem_is_told_at_once() -> None:
    found = problems(
        {"DISCORD_TOKEN": "no token", "FEED_MIN_INTERVAL": "0", "LOG_LEVEL": "loud"},
        {"DATABASE_URL": "postgres://host/db", "LOG_FROMAT": "json"},
    )
    named = {line.split()[0] for line in found}
    assert named == {
        "DISCORD_TOKEN", "FEED_MIN_INTERVAL", "LOG_LEVEL", "DATABASE_URL", "LOG_FROMAT",
    }  # fmt: skip
    assert len(found) == 5


@pytest.mark.parametrize(
    ("variable", "value", "way_out"),
    [
        ("DISCORD_TOKEN", "one.two", "Reset Token"),
        ("DISCORD_TOKEN", "Bot one.two.three", "Reset Token"),
        ("DISCORD_API_URL", "discord.com/api", "https://"),
        ("DISCORD_API_URL", "https://", "https://"),
        ("DISCORD_API_URL", "https://[::1/api", "https://"),
        ("DISCORD_API_URL", "https://127.0.0.1:port", "https://"),
        ("DISCORD_GATEWAY_URL", "https://gateway.example", "wss://"),
        ("DATABASE_URL", "sqlite://data.db", "sqlite:///"),
        ("DATABASE_URL", "sqlite:///", "sqlite:///"),
        ("DATABASE_URL", "sqlite:///:memory:", "sqlite:///"),
        ("DATABASE_URL", "data.db", "sqlite:///"),
        ("TOPICS_FILE", "/nowhere/topics.toml", "correct the path"),
        ("TOPICS_FILE", "x" * 5_000, "correct the path"),
        ("FEED_MIN_INTERVAL", "soon", "1 to 86400"),
        ("FEED_MIN_INTERVAL", "0.9", "1 to 86400"),
        ("FEED_MIN_INTERVAL", "86401", "1 to 86400"),
        ("FEED_MIN_INTERVAL", "nan", "1 to 86400"),
        ("FEED_MIN_INTERVAL", "-inf", "1 to 86400"),
        ("FEED_ALLOW_NETWORKS", "10.0.0.0/8,here", "192.168.7.0/24"),
        ("FEED_ALLOW_NETWORKS", "10.0.0.1/8", "192.168.7.0/24"),
        ("LOG_LEVEL", "verbose", "debug, info, warning, error"),
        ("LOG_FORMAT", "xml", "console, json"),
    ],
)
def test_a_bad_value_is_named_with_the_way_out(variable: str, value: str, way_out: str) -> None:
    (problem,) = problems({variable: value})
    assert problem.startswith(f"{variable} ")
    assert way_out in problem
    assert problem.endswith(".")


def test_the_environment_wins_over_the_file_and_an_empty_one_counts_as_unset() -> None:
    assert Settings.read({"LOG_LEVEL": "error"}, {"LOG_LEVEL": "debug"}).log_level == "error"
    for empty in ("", "  "):
        assert Settings.read({"LOG_LEVEL": empty}, {"LOG_LEVEL": "debug"}).log_level == "debug"
    assert Settings.read({}, {"LOG_LEVEL": None}).log_level == "info"


def test_a_bad_value_in_the_file_does_not_matter_where_the_environment_has_a_good_one() -> None:
    assert Settings.read({"LOG_LEVEL": "error"}, {"LOG_LEVEL": "loud"}).log_level == "error"


def test_variables_of_the_environment_that_are_not_ours_are_no_complaint() -> None:
    assert Settings.read({"PATH": "/bin", "DISCORD_TOKN": "x"}, {}) == Settings()


def test_a_misspelt_variable_of_the_file_is_a_complaint_with_the_nearest_name() -> None:
    (problem,) = problems({}, {"DISCORD_TOKN": TOKEN})
    assert "DISCORD_TOKN" in problem
    assert "did you mean DISCORD_TOKEN?" in problem
    assert TOKEN not in problem


def test_a_variable_that_resembles_none_is_a_complaint_with_a_way_out() -> None:
    (problem,) = problems({}, {"ZZZ": "1"})
    assert problem == "ZZZ in .env is not a setting of this program: take the line out."


def test_the_token_is_in_no_text_of_the_settings() -> None:
    settings = Settings.read({"DISCORD_TOKEN": TOKEN}, {})
    assert settings.token == TOKEN
    assert TOKEN not in f"{settings} {settings!r} {settings!s}"


@given(st.text(min_size=6).filter(lambda t: len(t.split()) == 1 and len(t.strip()) >= 6))
def test_no_refused_token_is_repeated_in_the_complaint(value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.read({"DISCORD_TOKEN": f"Bot {value}"}, {})
    error = caught.value
    assert value.strip() not in f"{error} {error!r} {error.problems}"


def test_a_token_on_a_line_of_its_own_is_a_complaint_that_does_not_show_it(tmp_path: Path) -> None:
    file = tmp_path / "env"
    file.write_text(f"LOG_LEVEL=info\n{TOKEN}\n")
    (problem,) = problems({}, dict(dotenv_values(file)))
    assert "NAME=" in problem
    assert not any(part in problem for part in TOKEN.split("."))


@pytest.mark.parametrize("line", ["gsk_4f9aQx7ZpLm2", "c2VjcmV0c2VjcmV0==", f"{'k' * 50}=x"])
def test_a_key_on_a_line_of_its_own_is_not_shown_though_it_could_be_a_name(line: str) -> None:
    (problem,) = problems({}, read_dotenv(f"EXPLAINER_API_KEY=\n{line}\n".encode()))
    assert "NAME=" in problem
    assert line[:8] not in problem


def test_the_password_of_a_database_that_is_refused_is_not_repeated() -> None:
    (problem,) = problems({"DATABASE_URL": "postgresql://news:pa@ss@host/db"})
    assert "ss@" not in problem
    assert "host/db" in problem


def test_the_example_file_names_exactly_the_variables_that_are_read() -> None:
    assert tuple(dotenv_values(EXAMPLE)) == variables()


def test_the_example_file_holds_exactly_the_defaults() -> None:
    assert Settings.read({}, dotenv_values(EXAMPLE)) == Settings()


def test_every_value_of_the_example_file_is_its_default_written_out() -> None:
    written = {name: value for name, value in dotenv_values(EXAMPLE).items() if value}
    assert written == {
        "DATABASE_URL": "sqlite:///data/wherefore.db",
        "EXPLAINER_DAILY_LIMIT": "500",
        "EXPLAINER_DAILY_TOKENS": "2000000",
        "EXPLAINER_SECONDS": "60",
        "EXPLAINER_SERVER_LIMIT": "50",
        "FEED_MIN_INTERVAL": "900",
        "FETCH_PAGES": "on",
        "LOG_LEVEL": "info",
    }


@pytest.mark.parametrize(("text", "value"), [("on", True), ("OFF", False)])
def test_a_switch_is_on_or_off(text: str, *, value: bool) -> None:
    assert Settings.read({"FETCH_PAGES": text}, {}).fetch_pages is value
    (problem,) = problems({"FETCH_PAGES": "perhaps"})
    assert problem == "FETCH_PAGES is 'perhaps': write on or off."


# ── the model that writes explainers ─────────────────────────────────────────────────────

KEY = "sk-s3cr3t-s3cr3t"


def model(spec: str, url: str = "", key: str = "") -> dict[str, str]:
    return {"EXPLAINER_MODEL": spec, "EXPLAINER_BASE_URL": url, "EXPLAINER_API_KEY": key}


def test_the_settings_of_a_model_are_read_into_their_own_kinds() -> None:
    settings = Settings.read(
        {
            **model("openai:gpt-5-mini", "https://models.example/v1/", KEY),
            "EXPLAINER_DAILY_LIMIT": "0",
            "EXPLAINER_DAILY_TOKENS": "100000",
            "EXPLAINER_SERVER_LIMIT": "7",
            "EXPLAINER_SECONDS": "30",
        },
        {},
    )
    assert settings.explainer_model == "openai:gpt-5-mini"
    assert settings.explainer_url == "https://models.example/v1"
    assert settings.explainer_key == KEY
    assert (settings.explainer_daily_limit, settings.explainer_server_limit) == (0, 7)
    assert (settings.explainer_daily_tokens, settings.explainer_seconds) == (100_000, 30_000)


@pytest.mark.parametrize(
    ("variable", "value", "way_out"),
    [
        ("EXPLAINER_MODEL", "llama3.2", "ollama:llama3.2"),
        ("EXPLAINER_MODEL", "ollama:", "provider:model"),
        ("EXPLAINER_MODEL", "https://host/v1", "provider:model"),
        ("EXPLAINER_MODEL", "nobody:some-model", "EXPLAINER_BASE_URL"),
        ("EXPLAINER_MODEL", "openai:gpt-5-mini", "EXPLAINER_API_KEY"),
        ("EXPLAINER_BASE_URL", "http://127.0.0.1:8000/v1", "EXPLAINER_MODEL"),
        ("EXPLAINER_BASE_URL", "host/v1", "https://"),
        ("EXPLAINER_BASE_URL", "https://me:pass@host/v1", "EXPLAINER_API_KEY"),
        ("EXPLAINER_BASE_URL", "https://host/v1?key=pass", "EXPLAINER_API_KEY"),
        ("EXPLAINER_API_KEY", "s3cr3t", "EXPLAINER_MODEL"),
        ("EXPLAINER_API_KEY", "s3 cr3t", "copy it again"),
        ("EXPLAINER_DAILY_LIMIT", "-1", "in digits"),
        ("EXPLAINER_DAILY_TOKENS", "2e6", "in digits"),
        ("EXPLAINER_SERVER_LIMIT", "many", "in digits"),
        ("EXPLAINER_SECONDS", "4", "5 to 300"),
        ("EXPLAINER_SECONDS", "301", "5 to 300"),
    ],
)
def test_a_bad_value_for_the_model_is_named_with_the_way_out(
    variable: str, value: str, way_out: str
) -> None:
    (problem,) = problems({variable: value})
    assert problem.startswith(f"{variable} ")
    assert way_out in problem
    assert "pass" not in problem
    assert "cr3t" not in problem


@pytest.mark.parametrize(
    "url",
    [
        "https://models.example/v1",
        "http://127.0.0.1:8000/v1",
        "http://192.168.7.4/v1",
        "http://[::1]:8000/v1",
        "http://localhost:8000/v1",
        "http://vllm:8000/v1",
        "http://box.local/v1",
    ],
)
def test_a_key_may_go_where_nobody_else_reads_it(url: str) -> None:
    assert Settings.read(model("any:one", url, KEY), {}).explainer_url == url


@pytest.mark.parametrize("url", ["http://models.example/v1", "http://203.0.114.9/v1"])
def test_a_key_that_everybody_on_the_way_could_read_is_a_complaint(url: str) -> None:
    (problem,) = problems(model("any:one", url, KEY))
    assert problem.startswith("EXPLAINER_BASE_URL ")
    assert "https://" in problem
    assert Settings.read(model("any:one", url), {}).explainer_key is None


def test_a_local_model_needs_neither_key_nor_address() -> None:
    settings = Settings.read(model("ollama:llama3.2"), {})
    assert (settings.explainer_url, settings.explainer_key) == (None, None)


def test_a_bad_address_of_a_model_is_one_complaint_beside_the_others() -> None:
    found = problems({**model("any:one", "host", KEY), "LOG_LEVEL": "loud"})
    assert [line.split()[0] for line in found] == ["EXPLAINER_BASE_URL", "LOG_LEVEL"]


def test_a_key_is_in_no_text_of_the_settings() -> None:
    settings = Settings.read(model("openai:gpt-5-mini", key=KEY), {})
    assert settings.explainer_key == KEY
    assert KEY not in f"{settings} {settings!r}"
