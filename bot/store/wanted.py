"""What a delivery has to be for in order to be sent, as conditions in SQL."""

from __future__ import annotations


def followed(row: str, *, running: bool = False) -> str:
    """Tell of a delivery's row whether it carries on a story that its member follows.

    `running`: and whether that is not paused.
    """
    return (
        "EXISTS (SELECT 1 FROM follow AS f JOIN follow_story AS t ON t.follow_id = f.id"  # noqa: S608  # our own names
        f" WHERE f.channel_id = {row}.channel_id AND t.story_id = {row}.story_id"
        f" AND f.story_id <> {row}.story_id{_RUNS if running else ''})"
    )


_RUNS = " AND f.paused_reason IS NULL"

# Direct messages belong to no server: 0. Nothing else is looked for among what members follow.
WANTED_STORY = (
    "(EXISTS (SELECT 1 FROM subscription AS s WHERE s.channel_id = d.channel_id"  # noqa: S608  # our own names
    " AND s.topic = d.topic AND s.paused_reason IS NULL)"
    f" OR (d.guild_id = 0 AND {followed('d', running=True)}))"
)
"""A delivery `d` of a story, which its channel wants and is not paused."""

WANTED = (
    "(EXISTS (SELECT 1 FROM subscription AS s WHERE s.channel_id = d.channel_id"  # noqa: S608  # our own names
    " AND (s.topic = d.topic OR d.story_id IS NULL) AND s.paused_reason IS NULL)"
    f" OR (d.guild_id = 0 AND ({followed('d', running=True)} OR (d.story_id IS NULL AND EXISTS"
    f" (SELECT 1 FROM follow AS f WHERE f.channel_id = d.channel_id{_RUNS})))))"
)
"""A delivery `d` of a story or a digest, which its channel wants and is not paused."""
