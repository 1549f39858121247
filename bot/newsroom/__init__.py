"""The conductor: calls the parts in their order; what it decides itself are limits of work.

feed ─fetch─▶ bytes ─parse─▶ entries ─identify─▶ new articles ─group─▶ stories    (watch)
                                    │ one transaction: articles, stories, deliveries, validators
                                    ▼
due deliveries ─explain─▶ explained story ─render─▶ body ─publish─▶ Discord       (deliver)
                                    ▲                                 │
                                    └──────── settle(outcome) ◀───────┘
"""

from bot.newsroom.asking import Asker, NotExplained, TooOften
from bot.newsroom.auditing import Author
from bot.newsroom.flows import Flowing, Proof
from bot.newsroom.follows import (
    Followed,
    Following,
    NoDirectMessages,
    OwnStory,
    StoryGone,
    TooManyStories,
)
from bot.newsroom.newsroom import Listed, Newsroom, NoStory
from bot.newsroom.offering import Begun, Ended, Offer, Wanted
from bot.newsroom.own_outcomes import (
    MOST_FEEDS,
    MOST_TOPICS,
    Added,
    AlreadyIn,
    BadName,
    Choosing,
    Full,
    NoFeed,
    NoOwnFeed,
    NoOwnTopic,
    NotBegun,
    Placing,
    Previewed,
    Removed,
    Restored,
    WouldEnd,
)
from bot.newsroom.parts import Limits, Parts, Publisher, Writer
from bot.newsroom.settings import Changed, History, NotChanged
from bot.newsroom.subscribing import (
    Adjusted,
    AlreadySubscribed,
    Subscribed,
    TooMany,
    UnknownTopic,
)

__all__ = [
    "MOST_FEEDS",
    "MOST_TOPICS",
    "Added",
    "Adjusted",
    "AlreadyIn",
    "AlreadySubscribed",
    "Asker",
    "Author",
    "BadName",
    "Begun",
    "Changed",
    "Choosing",
    "Ended",
    "Flowing",
    "Followed",
    "Following",
    "Full",
    "History",
    "Limits",
    "Listed",
    "Newsroom",
    "NoDirectMessages",
    "NoFeed",
    "NoOwnFeed",
    "NoOwnTopic",
    "NoStory",
    "NotBegun",
    "NotChanged",
    "NotExplained",
    "Offer",
    "OwnStory",
    "Parts",
    "Placing",
    "Previewed",
    "Proof",
    "Publisher",
    "Removed",
    "Restored",
    "StoryGone",
    "Subscribed",
    "TooMany",
    "TooManyStories",
    "TooOften",
    "UnknownTopic",
    "Wanted",
    "WouldEnd",
    "Writer",
]
