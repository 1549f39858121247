"""👍 and 👎 below explainers, and the form that asks what is wrong."""

from __future__ import annotations

from bot.newsroom import Newsroom
from bot.publish import answers
from bot.publish import feedback as words_of
from cogs.presses import Press
from cogs.replies import ask, asker_of, reply


class Feedback:
    """Takes what members think of explainers."""

    def __init__(self, newsroom: Newsroom) -> None:
        self._newsroom = newsroom

    async def judge(self, press: Press) -> None:
        """Answer 👍 with thanks, and 👎 with a form."""
        interaction, story_id = press.interaction, int(press["story"])
        if press["verdict"] == "down":
            await ask(interaction, words_of.form(story_id))
            return
        await interaction.response.defer(ephemeral=True, thinking=True)
        kept = await self._newsroom.feedback.praise(story_id, asker_of(interaction))
        await reply(interaction, words_of.thanks() if kept else answers.story_gone())

    async def object(self, press: Press) -> None:
        """Take the form."""
        interaction, filled = press.interaction, press.filled
        await interaction.response.defer(ephemeral=True, thinking=True)
        kept = await self._newsroom.feedback.object(
            int(press["story"]),
            asker_of(interaction),
            filled.get(words_of.REASON, ""),
            filled.get(words_of.COMMENT, ""),
        )
        await reply(interaction, words_of.noted() if kept else answers.story_gone())
