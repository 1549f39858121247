"""The bot's own words in the reader's language.

Which language that is belongs to the task at hand, as all that one task writes is for one reader:
`speaking` sets it around a post, `speak` for the rest of an interaction. Texts are looked up by
their English (gettext); what nobody has translated yet is said in English.
"""

from bot.words.languages import (
    ENGLISH,
    LANGUAGES,
    best,
    speak,
    speaking,
    spoken,
)
from bot.words.retelling import retold
from bot.words.saying import described, mark, named, tr, trn

__all__ = [
    "ENGLISH",
    "LANGUAGES",
    "best",
    "described",
    "mark",
    "named",
    "retold",
    "speak",
    "speaking",
    "spoken",
    "tr",
    "trn",
]
