"""Which corrections take an explainer back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.models import Article, Block, BlockKind
from bot.stories.changes import is_material

WORDS = " ".join(f"word{'abcdefghij'[n % 10]}" for n in range(200))


def said(text: str) -> tuple[Block, ...]:
    return (Block(BlockKind.PARAGRAPH, text),)


OLD = Article("Bridge opens", "https://a.example/1", "A teaser.", "P", 0, "i.png", said(WORDS))


@pytest.mark.parametrize(
    "new",
    [
        replace(OLD, image="other.png"),
        replace(OLD, link="https://a.example/1?x"),
        replace(OLD, teaser="Another teaser."),
        replace(OLD, title="Bridge opens!"),
        replace(OLD, blocks=said(WORDS.upper() + " …")),
        replace(OLD, blocks=said(WORDS.replace("worda", "wrda", 1))),
    ],
)
def test_what_says_the_same_keeps_its_explainer(new: Article) -> None:
    assert not is_material(OLD, new)


@pytest.mark.parametrize(
    "new",
    [
        replace(OLD, title="Bridge closes"),
        replace(OLD, publisher="Q"),
        replace(OLD, link="https://a.example/2"),
        replace(OLD, blocks=said(f"{WORDS} 7")),
        replace(OLD, blocks=said(WORDS[: len(WORDS) // 2])),
        replace(OLD, blocks=()),
    ],
)
def test_what_says_something_else_is_explained_again(new: Article) -> None:
    assert is_material(OLD, new)


def test_without_a_text_the_teaser_is_what_is_said() -> None:
    bare = replace(OLD, blocks=())
    assert is_material(bare, replace(bare, teaser="Quite another."))
