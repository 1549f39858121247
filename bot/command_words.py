"""What commands are called and described as, in the languages that the bot speaks."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.words import best, described, named


class CommandWords(app_commands.Translator):
    """Describes commands in the languages that the bot speaks.

    What is typed, their names, stays as it is; names in menus are read.
    """

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        """Return a description, or the name of a choice or in a menu, in a member's language.

        None, which is English on Discord: it is another text, or has no words in that language,
        or more of them than Discord takes.
        """
        if locale.value.startswith("en"):
            return None
        if isinstance(context.data, app_commands.ContextMenu):
            return named(string.message, best(locale.value))
        if context.location not in _DESCRIBED:
            return None
        return described(string.message, best(locale.value))


_DESCRIBED = {
    app_commands.TranslationContextLocation.command_description,
    app_commands.TranslationContextLocation.group_description,
    app_commands.TranslationContextLocation.parameter_description,
    app_commands.TranslationContextLocation.choice_name,
}
