"""Makes the gallery: pictures of each kind of post and answer, as they were really sent."""
