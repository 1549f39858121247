"""How stories are shown, and where posts go."""
