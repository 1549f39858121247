"""Pure rules on stories: which entries are new, and which tell of the same event."""
