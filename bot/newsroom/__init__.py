"""The conductor: calls the parts in their order; what it decides itself are limits of work.

feed ─fetch─▶ bytes ─parse─▶ entries ─identify─▶ new articles ─group─▶ stories    (watch)
                                    │ one transaction: articles, stories, deliveries, validators
                                    ▼
due deliveries ─explain─▶ explained story ─render─▶ body ─publish─▶ Discord       (deliver)
                                    ▲                                 │
                                    └──────── settle(outcome) ◀───────┘
"""

from bot.newsroom.newsroom import (
    AlreadySubscribed,
    Listed,
    Newsroom,
    NoStory,
    Subscribed,
    TooMany,
    UnknownTopic,
)
from bot.newsroom.parts import Parts, Publisher

__all__ = [
    "AlreadySubscribed",
    "Listed",
    "Newsroom",
    "NoStory",
    "Parts",
    "Publisher",
    "Subscribed",
    "TooMany",
    "UnknownTopic",
]
