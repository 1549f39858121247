"""The rules by which a claim is held against the sentences that it cites, one module a rule."""
