"""What the program is deployed with agrees with the program."""

from __future__ import annotations

import plistlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from bot import __main__ as command_line
from bot import __version__
from bot.config import Settings, variables
from deploy import healthcheck

_ROOT = Path(__file__).parents[1]


def text(*path: str) -> str:
    return _ROOT.joinpath(*path).read_text(encoding="utf-8")


def unit(name: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in text("deploy", name).splitlines():
        key, is_setting, value = line.partition("=")
        if is_setting and key.isalpha():
            found.setdefault(key, []).append(value)
    return found


def test_the_image_is_of_one_release_of_a_python_that_is_tested() -> None:
    (base,) = re.findall(
        r"^ARG BASE=python:(\d+\.\d+)\.\d+-slim-[a-z]+", text("Dockerfile"), re.MULTILINE
    )
    assert f'"{base}"' in text(".github", "workflows", "test.yml")
    assert set(re.findall(r"^FROM (\S+)", text("Dockerfile"), re.MULTILINE)) == {"${BASE}"}


def test_the_image_says_its_version_and_what_it_copies_is_let_into_it() -> None:
    dockerfile, ignored = text("Dockerfile"), text(".dockerignore").splitlines()
    assert f'image.version="{__version__}"' in dockerfile
    assert f"image: wherefore:{__version__}\n" in text("compose.yaml")
    assert ignored[1] == "*", "what is not named stays outside: a .env, a database"
    copied = re.findall(r"^COPY (?!--from)(\S+)", dockerfile, re.MULTILINE)
    assert {f"!{path}" for path in copied} <= set(ignored)
    assert all(list(_ROOT.glob(path)) for path in copied)


def test_image_and_compose_file_keep_the_database_in_the_volume_and_ask_for_health() -> None:
    for file in ("Dockerfile", "compose.yaml"):
        url, port = re.findall(r"(?:DATABASE_URL|HEALTH_PORT)(?:=|: )\"?([^\s\"]+)", text(file))
        settings = Settings.read({"DATABASE_URL": url, "HEALTH_PORT": port}, {})
        assert settings.database == Path("/data/wherefore.db")
        assert settings.health_port == 9464
    assert "\nVOLUME /data\n" in text("Dockerfile")
    assert "\n      - data:/data\n" in text("compose.yaml")


def test_the_container_is_nobody_in_particular_and_may_write_nothing_but_its_data() -> None:
    assert "\nUSER 10001:10001\n" in text("Dockerfile")
    compose = text("compose.yaml")
    for line in ("read_only: true", "cap_drop: [ALL]", '["no-new-privileges:true"]', "mem_limit:"):
        assert line in compose


@pytest.mark.parametrize("name", ["wherefore.service", "wherefore-backup.service"])
def test_a_service_sets_what_the_program_reads_and_ends_where_no_restart_helps(name: str) -> None:
    service = unit(name)
    for pair in service["Environment"]:
        assert pair.partition("=")[0] in {*variables(), "PYTHONPATH"}
    assert service["NoNewPrivileges"] == ["yes"]
    assert service["CapabilityBoundingSet"] == [""]
    if name == "wherefore.service":
        codes = {int(code) for code in service["RestartPreventExitStatus"][0].split()}
        lost = {command_line.USAGE, command_line.SETTINGS, command_line.DISCORD}
        assert codes == lost | {command_line.DATABASE}
        assert int(service["TimeoutStopSec"][0]) > command_line.DEADLINE


def test_a_command_of_the_service_is_given_the_secrets_that_the_service_is_given() -> None:
    given = set(re.findall(r"([A-Z_]+_FILE)=/etc/wherefore/", text("deploy", "wherefore")))
    loaded = re.findall(
        r"Environment=([A-Z_]+_FILE)=/run/credentials/%n/", text("deploy", "wherefore.service")
    )
    assert given == set(loaded) > set()
    assert "%d" not in "".join(unit("wherefore.service")["Environment"]), "Ubuntu 22.04 has 249"


def test_the_launch_agent_can_be_read() -> None:
    agent = plistlib.loads(_ROOT.joinpath("deploy", "org.wherefore.plist").read_bytes())
    assert agent["ProgramArguments"][1:] == ["-m", "bot", "run"]
    assert agent["ExitTimeOut"] > command_line.DEADLINE


def test_actions_are_pinned_to_commits() -> None:
    for workflow in (_ROOT / ".github" / "workflows").glob("*.yml"):
        for used in re.findall(r"uses: (\S+)", workflow.read_text(encoding="utf-8")):
            assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", used), f"{workflow.name}: {used}"


# ── the question that a container is asked ───────────────────────────────────────────────


@contextmanager
def _answering(status: int) -> Iterator[int]:
    class Health(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/healthz" else 404)
            self.end_headers()
            self.wfile.write(b"as it is")

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Health) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1)])
def test_a_container_is_as_well_as_the_bot_in_it_says(
    status: int, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with _answering(status) as port:
        monkeypatch.setenv("HEALTH_PORT", str(port))
        assert healthcheck.main() == code
    assert capsys.readouterr().out == "as it is\n"
    assert healthcheck.main() == 1, "nobody is there any more"


def test_a_container_without_a_health_port_is_not_called_ill(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HEALTH_PORT", "")
    assert healthcheck.main() == 0
