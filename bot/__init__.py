"""Wherefore: a Discord bot that tells a server why the news matters."""

__version__ = "0.1.0"
