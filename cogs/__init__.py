"""The bot's faces on Discord: a command parses, makes one call, and gives one answer."""
