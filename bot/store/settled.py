"""The tables of what servers and members have set, and of what is written down of it."""

from __future__ import annotations

MIGRATION: tuple[str, ...] = (
    """
    CREATE TABLE server (
        guild_id BIGINT PRIMARY KEY,
        audience TEXT NOT NULL DEFAULT 'members',
        language TEXT              -- NULL: the one that the server has on Discord
    )
    """,
    # Whom messages come to unasked: in which language, and in which direct messages.
    """
    CREATE TABLE member (
        member_id BIGINT PRIMARY KEY,
        language TEXT NOT NULL,
        channel_id BIGINT NOT NULL
    )
    """,
    "CREATE INDEX member_by_channel ON member (channel_id)",
    """
    CREATE TABLE audit (
        id INTEGER PRIMARY KEY,
        guild_id BIGINT NOT NULL,
        channel_id BIGINT,
        topic TEXT NOT NULL DEFAULT '',
        member_id BIGINT NOT NULL,
        at BIGINT NOT NULL,
        what TEXT NOT NULL,
        before TEXT NOT NULL,      -- as JSON
        after TEXT NOT NULL,
        undone_at BIGINT
    )
    """,
    "CREATE INDEX audit_by_guild ON audit (guild_id, id)",
    "CREATE INDEX audit_by_member ON audit (member_id)",
    # Topics that a server has made itself, named by the server and a name of its own.
    """
    CREATE TABLE own_topic (
        name TEXT PRIMARY KEY,
        guild_id BIGINT NOT NULL,
        title TEXT NOT NULL,
        emoji TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        created_by BIGINT NOT NULL
    )
    """,
    "CREATE INDEX own_topic_by_guild ON own_topic (guild_id)",
    """
    CREATE TABLE own_feed (
        topic TEXT NOT NULL REFERENCES own_topic (name),
        url TEXT NOT NULL,
        added_at BIGINT NOT NULL,
        added_by BIGINT NOT NULL,
        PRIMARY KEY (topic, url)
    )
    """,
    # What members have begun and not ended, by the number that is in the next button.
    """
    CREATE TABLE pending (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        guild_id BIGINT NOT NULL,
        member_id BIGINT NOT NULL,
        body TEXT NOT NULL,
        created_at BIGINT NOT NULL
    )
    """,
    "CREATE INDEX pending_by_time ON pending (created_at)",
    "CREATE INDEX pending_by_member ON pending (member_id)",
    # Stories that members follow, and those that have become of them.
    """
    CREATE TABLE follow (
        id INTEGER PRIMARY KEY,
        member_id BIGINT NOT NULL,
        channel_id BIGINT NOT NULL,
        story_id BIGINT NOT NULL,
        headline TEXT NOT NULL,
        begun_at BIGINT NOT NULL,
        quiet_at BIGINT NOT NULL,
        paused_reason TEXT,        -- these four as a subscription has them
        paused_at BIGINT,
        resumed_at BIGINT,
        relapses INTEGER NOT NULL DEFAULT 0,
        UNIQUE (member_id, story_id)
    )
    """,
    "CREATE INDEX follow_by_end ON follow (quiet_at)",
    "CREATE INDEX follow_by_channel ON follow (channel_id)",
    # What is sent to members by direct message belongs to no server.
    "CREATE INDEX subscription_direct ON subscription (created_by) WHERE guild_id = 0",
    """
    CREATE TABLE follow_story (
        follow_id BIGINT NOT NULL REFERENCES follow (id),
        story_id BIGINT NOT NULL,
        PRIMARY KEY (follow_id, story_id)
    )
    """,
    "CREATE INDEX follow_story_by_story ON follow_story (story_id)",
    # The rare words (stems) of followed stories: what has none of them carries none of them on.
    """
    CREATE TABLE follow_word (
        word TEXT NOT NULL,
        story_id BIGINT NOT NULL,
        PRIMARY KEY (word, story_id)
    )
    """,
    "CREATE INDEX follow_word_by_story ON follow_word (story_id)",
    """
    CREATE TABLE feedback (
        story_id BIGINT NOT NULL,
        member_id BIGINT NOT NULL,
        helpful INTEGER NOT NULL,
        reason TEXT NOT NULL,
        comment TEXT NOT NULL,
        at BIGINT NOT NULL,
        PRIMARY KEY (story_id, member_id)
    )
    """,
    "CREATE INDEX feedback_by_member ON feedback (member_id)",
    # Until when members have caught up with channels.
    """
    CREATE TABLE catchup (
        member_id BIGINT NOT NULL,
        channel_id BIGINT NOT NULL,
        asked_at BIGINT NOT NULL,
        since BIGINT NOT NULL,     -- from when on they were told last
        PRIMARY KEY (member_id, channel_id)
    )
    """,
    "CREATE INDEX catchup_by_time ON catchup (asked_at)",
    "CREATE INDEX catchup_by_channel ON catchup (channel_id)",
    "ALTER TABLE feed ADD COLUMN icon TEXT",
    # When the last server that had brought it took it out; such a feed goes after a while.
    "ALTER TABLE feed ADD COLUMN dropped_at BIGINT",
)
