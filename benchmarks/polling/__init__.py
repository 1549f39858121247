"""What the benchmark of the feed side needs: documents, their server, and those that poll it."""
