"""Asks the bot beside it whether it is well, for a container's HEALTHCHECK."""

from __future__ import annotations

import http.client
import os
import sys

_SECONDS = 5.0


def ask(port: int) -> tuple[bool, str]:
    """Return whether the bot that serves /healthz on a port of loopback is well, and its words."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_SECONDS)
    try:
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        return answer.status == http.client.OK, answer.read(4_000).decode("utf-8", "replace")
    except (OSError, http.client.HTTPException) as error:
        return False, f"no answer on port {port} ({type(error).__name__})"
    finally:
        connection.close()


def main() -> int:
    """Say what it answers; return 0 where it is well or HEALTH_PORT is empty, else 1."""
    port = os.environ.get("HEALTH_PORT", "").strip()
    if not port:
        sys.stdout.write("HEALTH_PORT is not set: nobody can be asked.\n")
        return 0
    well, words = ask(int(port))
    sys.stdout.write(words.rstrip() + "\n")
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
