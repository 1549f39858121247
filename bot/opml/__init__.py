"""OPML, the format in which feed readers exchange lists of feeds: read and written."""

from bot.opml.read import Imported, LeftOut, OpmlError, read_opml
from bot.opml.write import write_opml

__all__ = ["Imported", "LeftOut", "OpmlError", "read_opml", "write_opml"]
