"""An entry as the article that is shown."""

from __future__ import annotations

import pytest

from bot.stories.articles import publisher_name


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("BBC News", "BBC News"),
        ("Rest of World -", "Rest of World"),
        ("Al Jazeera – Breaking News, World News and Video from Al Jazeera", "Al Jazeera"),
        ("World - CBSNews.com", "World - CBSNews.com"),
        ("Hacker News: Front Page", "Hacker News: Front Page"),
        ("—", ""),
    ],
)
def test_a_feeds_title_becomes_a_publishers_name(title: str, name: str) -> None:
    assert publisher_name(title) == name
