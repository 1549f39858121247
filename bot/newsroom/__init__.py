"""The conductor: calls the parts in their order; what it decides itself are limits of work.

feed ─fetch─▶ bytes ─parse─▶ entries ─identify─▶ new articles ─group─▶ stories    (watch)
                                    │ one transaction: articles, stories, deliveries, validators
                                    ▼
due deliveries ─explain─▶ explained story ─render─▶ body ─publish─▶ Discord       (deliver)
                                    ▲                                 │
                                    └──────── settle(outcome) ◀───────┘
"""

from bot.newsroom.asking import Asker, NotExplained, TooOften
from bot.newsroom.newsroom import (
    AlreadySubscribed,
    Listed,
    Newsroom,
    NoStory,
    Subscribed,
    TooMany,
    UnknownTopic,
)
from bot.newsroom.parts import Limits, Parts, Publisher, Writer

__all__ = [
    "AlreadySubscribed",
    "Asker",
    "Limits",
    "Listed",
    "Newsroom",
    "NoStory",
    "NotExplained",
    "Parts",
    "Publisher",
    "Subscribed",
    "TooMany",
    "TooOften",
    "UnknownTopic",
    "Writer",
]
