"""Feeds: fetched politely, from guarded addresses, parsed in a process that can be killed."""
