"""Pure: what the facts of a checkup mean, and what to do about each."""
