"""Sentences that are made in English and kept, to be said again in a reader's language later.

Logs, the command line and the database have them as they are made; `bot.words.retold` says them
again. It knows them by their templates, which `tools.words` finds by the names of these functions:
so the texts stand where they are called, as literals. A gap whose name begins with `reason` holds
another such sentence or piece of one; what any other gap holds is never touched. The gap `n` is a
whole number.
"""

from __future__ import annotations

from collections.abc import Sequence


def said(text: str, /, **filled: object) -> str:
    """Say a sentence, or a piece of one, in English; what stands in braces is filled in.

    Without anything to fill in, the text is returned as it is, braces and all.
    """
    return text.format(**filled) if filled else text


def saidn(one: str, many: str, number: int, /, **filled: object) -> str:
    """Say something about a number of things in English; `{n}` is the number."""
    return (one if number == 1 else many).format(n=number, **filled)


def said_all(names: Sequence[str]) -> str:
    """Name several things, each of them `said`, in a sentence: "A, B and C"."""
    *most, last = names or [""]
    if not most:
        return last
    return said("{reason_1} and {reason_2}", reason_1=said_each(most), reason_2=last)


def said_each(names: Sequence[str]) -> str:
    """Name several things, each of them `said`, one after the other: "A, B, C"."""
    *most, last = names or [""]
    if not most:
        return last
    return said("{reason_1}, {reason_2}", reason_1=said_each(most), reason_2=last)
