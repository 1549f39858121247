"""Gathers the bot's words for translators, and makes the catalogues that it speaks by.

`python -m tools.words` brings the catalogues up to date: each language's `wherefore.po`, with the
translations that are there, what the bot reads (`wherefore.mo`), and the templates of kept
sentences. `--check` changes nothing, and names what is not up to date, not translated, or not
translated soundly.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po, write_po

from bot.words.languages import DOMAIN, ENGLISH, FOLDER, LANGUAGES
from bot.words.retelling import CONTEXT, TEMPLATES
from tools.words_found import Found, gather
from tools.words_sound import faults_of, forms_of

_WIDTH = 96
_SHOWN = 12
"""How many faults of a kind are named one by one."""


class Words(Catalog):
    """A catalogue whose header says nothing that changes by itself."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        """Return what catalogues need to be read."""
        return [
            ("Language", str(self.locale_identifier)),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
            ("Plural-Forms", get_plural(str(self.locale_identifier)).plural_forms),
        ]


def main(arguments: list[str] | None = None) -> int:
    """Run as the module says; exit code 1: `--check` has found something."""
    parser = argparse.ArgumentParser(prog="python -m tools.words", description=__doc__)
    parser.add_argument("--check", action="store_true", help="only say what is wrong")
    wanted = parser.parse_args(arguments)
    found = gather()
    catalogues = {language: renewed(language, found) for language in languages()}
    files = made(found, catalogues)
    if not wanted.check:
        for path, content in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        _say(f"{len(found)} texts in {len(catalogues)} languages")
        return 0
    faults = [f"{_name(path)}: not up to date, run `make words`" for path in stale(files)]
    for language, words in catalogues.items():
        faults += [f"{language}: {fault}" for fault in faults_in(words)]
    for fault in faults:
        _say(fault)
    return 1 if faults else 0


def languages() -> list[str]:
    """List the languages that English is translated to."""
    return [language for language in LANGUAGES if language != ENGLISH]


def made(found: Iterable[Found], catalogues: dict[str, Words]) -> dict[Path, bytes]:
    """Return all files as they should be, by their paths."""
    files = {TEMPLATES: templates(found)}
    for language, words in catalogues.items():
        folder = FOLDER / language / "LC_MESSAGES"
        files[folder / f"{DOMAIN}.po"] = _written(
            lambda file, words=words: write_po(file, words, width=_WIDTH, include_lineno=False)  # type: ignore[misc]  # mypy can't infer a lambda with a default
        )
        files[folder / f"{DOMAIN}.mo"] = _written(
            lambda file, words=words: write_mo(file, words)  # type: ignore[misc]  # as above
        )
    return files


def stale(files: dict[Path, bytes]) -> list[Path]:
    """Return the files that are not as they should be."""
    return [p for p, content in files.items() if not p.exists() or p.read_bytes() != content]


def templates(found: Iterable[Found]) -> bytes:
    """Return the templates of kept sentences, as `bot.words.retelling` reads them."""
    kept = [(one.text, one.many) for one in found if one.context == CONTEXT]
    lines = (json.dumps(template, ensure_ascii=False) for template in sorted(kept, key=str))
    return ("[\n" + ",\n".join(lines) + "\n]\n").encode()


def renewed(language: str, found: Iterable[Found]) -> Words:
    """Return a language's catalogue of these texts, with the translations that it has.

    What is not said any more is kept aside: it may come back.
    """
    words = Words(language, domain=DOMAIN, fuzzy=False)
    words.header_comment = f"# Wherefore's words: {LANGUAGES[language]}."
    old = _read(FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.po", language)
    for one in found:
        before = old.pop((one.context, one.text), None)
        kept = before if before is not None and _forms(before) == _forms_of(one) else None
        words.add(
            one.id,
            kept.string if kept else "" if one.many is None else ("",) * words.num_plurals,
            locations=[(file, 0) for file in one.files],
            flags=(kept.flags & {"fuzzy"} if kept else set()) | {"python-brace-format"},
            auto_comments=one.comments,
            user_comments=kept.user_comments if kept else (),
            context=one.context,
        )
    for key, message in old.items():
        if _is_translated(message):
            words.obsolete[key] = message  # type: ignore[index]  # it takes any key
    return words


def _read(path: Path, language: str) -> dict[tuple[str | None, str], Message]:
    if not path.exists():
        return {}
    with path.open("rb") as file:
        old = read_po(file, locale=language, domain=DOMAIN)
    messages = [message for message in old if message.id]
    return {_key(message): message for message in (*old.obsolete.values(), *messages)}


def _key(message: Message) -> tuple[str | None, str]:
    text = message.id if isinstance(message.id, str) else message.id[0]
    return message.context, text


def _forms(message: Message) -> bool:
    return isinstance(message.id, str)


def _forms_of(found: Found) -> bool:
    return found.many is None


def _is_translated(message: Message) -> bool:
    return all(forms_of(message))


def faults_in(words: Words) -> list[str]:
    """Name what is not translated, or not soundly."""
    messages = [message for message in words if message.id]
    missing = [m for m in messages if not _is_translated(m)]
    faults = [f"not translated: {_key(m)[1]!r}" for m in missing[:_SHOWN]]
    if len(missing) > _SHOWN:
        faults.append(f"not translated: {len(missing) - _SHOWN} more")
    for message in messages:
        if message.fuzzy:
            faults.append(f"uncertain (fuzzy): {_key(message)[1]!r}")
        if _is_translated(message):
            faults += [f"{fault}: {_key(message)[1]!r}" for fault in faults_of(message)]
    return faults


def _written(write: Callable[[Any], None]) -> bytes:
    file = BytesIO()
    write(file)
    return file.getvalue()


def _name(path: Path) -> str:
    return path.relative_to(FOLDER).as_posix()


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main())
