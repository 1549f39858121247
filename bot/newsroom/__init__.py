"""The conductor: calls the parts in their order; what it decides itself are limits of work.

feed ─fetch─▶ bytes ─parse─▶ entries ─identify─▶ new articles ─group─▶ stories    (watch)
                                    │ one transaction: articles, stories, deliveries, validators
                                    ▼
due deliveries ─explain─▶ explained story ─render─▶ body ─publish─▶ Discord       (deliver)
                                    ▲                                 │
                                    └──────── settle(outcome) ◀───────┘
"""

from bot.newsroom.asking import Asker, NotExplained, TooOften
from bot.newsroom.flows import Filtered, Flowing, NothingFlows, Proof
from bot.newsroom.newsroom import Listed, Newsroom, NoStory
from bot.newsroom.offering import Begun, Ended, Offer, Wanted
from bot.newsroom.parts import Limits, Parts, Publisher, Writer
from bot.newsroom.subscribing import (
    Adjusted,
    AlreadySubscribed,
    Subscribed,
    TooMany,
    UnknownTopic,
)

__all__ = [
    "Adjusted",
    "AlreadySubscribed",
    "Asker",
    "Begun",
    "Ended",
    "Filtered",
    "Flowing",
    "Limits",
    "Listed",
    "Newsroom",
    "NoStory",
    "NotExplained",
    "NothingFlows",
    "Offer",
    "Parts",
    "Proof",
    "Publisher",
    "Subscribed",
    "TooMany",
    "TooOften",
    "UnknownTopic",
    "Wanted",
    "Writer",
]
