"""Kills the program at every moment, and counts afterwards what stands in Discord."""
