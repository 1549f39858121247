"""The schema, as an append-only list of migrations; its length is the schema's version.

Times are Unix milliseconds, passed in. What is written here and in the queries beside it keeps to
what SQLite and PostgreSQL share, but for the pragmas, which stand in `door`, and for full text,
which stands in `archive`.
"""

from __future__ import annotations

from bot.store import archive, settled

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """
        CREATE TABLE feed (
            id INTEGER PRIMARY KEY,
            url TEXT NOT NULL UNIQUE,
            title TEXT NOT NULL DEFAULT '',
            language TEXT NOT NULL DEFAULT '',
            etag TEXT,                 -- validators are opaque: kept and sent back byte for byte
            last_modified TEXT,
            body_hash TEXT,            -- moves in the transaction that stores the body's articles
            seeded_at BIGINT,          -- first document read whole; NULL: all it holds is old
            succeeded_at BIGINT,       -- last good answer, a 304 included
            next_poll_at BIGINT NOT NULL,
            failures INTEGER NOT NULL DEFAULT 0,
            error TEXT,
            distrusted_keys TEXT NOT NULL DEFAULT '[]'
        )
        """,
        "CREATE INDEX feed_due ON feed (next_poll_at)",
        """
        CREATE TABLE topic_feed (
            topic TEXT NOT NULL,
            feed_id BIGINT NOT NULL REFERENCES feed (id),
            added_at BIGINT NOT NULL,  -- what the feed held when it joined is no news to the topic
            PRIMARY KEY (topic, feed_id)
        )
        """,
        "CREATE INDEX topic_feed_by_feed ON topic_feed (feed_id)",
        """
        CREATE TABLE story (
            id INTEGER PRIMARY KEY,
            created_at BIGINT NOT NULL
        )
        """,
        """
        CREATE TABLE article (
            id INTEGER PRIMARY KEY,
            feed_id BIGINT NOT NULL REFERENCES feed (id),
            story_id BIGINT NOT NULL REFERENCES story (id),
            event_key TEXT,            -- what another feed's article of the same event shares
            published_at BIGINT NOT NULL,
            first_seen_at BIGINT NOT NULL,
            body TEXT NOT NULL,        -- the article as shown, as JSON
            body_hash TEXT NOT NULL
        )
        """,
        "CREATE INDEX article_newest ON article (feed_id, published_at, id)",
        "CREATE INDEX article_by_story ON article (story_id)",
        "CREATE INDEX article_by_event ON article (event_key, first_seen_at)",
        """
        CREATE TABLE article_key (
            feed_id BIGINT NOT NULL REFERENCES feed (id),
            kind TEXT NOT NULL,
            digest TEXT NOT NULL,
            article_id BIGINT NOT NULL REFERENCES article (id),
            last_seen_at BIGINT NOT NULL,  -- keys outlive an entry: a return is no news
            PRIMARY KEY (feed_id, kind, digest)
        )
        """,
        """
        CREATE TABLE explainer (
            story_id BIGINT PRIMARY KEY REFERENCES story (id),
            body TEXT NOT NULL,
            made_at BIGINT NOT NULL
        )
        """,
        """
        CREATE TABLE subscription (
            channel_id BIGINT NOT NULL,
            topic TEXT NOT NULL,
            guild_id BIGINT NOT NULL,
            created_at BIGINT NOT NULL,
            created_by BIGINT NOT NULL,
            paused_reason TEXT,
            PRIMARY KEY (channel_id, topic)
        )
        """,
        "CREATE INDEX subscription_by_topic ON subscription (topic)",
        "CREATE INDEX subscription_by_guild ON subscription (guild_id)",
        """
        CREATE TABLE delivery (
            id INTEGER PRIMARY KEY,
            story_id BIGINT NOT NULL REFERENCES story (id),
            channel_id BIGINT NOT NULL,
            topic TEXT NOT NULL,
            nonce TEXT NOT NULL UNIQUE,
            state TEXT NOT NULL
                CHECK (state IN ('pending', 'sending', 'sent', 'rejected', 'parked')),
            due_at BIGINT NOT NULL,       -- while sending: when the lease runs out
            attempts INTEGER NOT NULL DEFAULT 0,
            first_attempt_at BIGINT,      -- since when it may stand in the channel unknown to us
            message_id BIGINT,
            reason TEXT,
            UNIQUE (story_id, channel_id)
        )
        """,
        "CREATE INDEX delivery_due ON delivery (due_at, id) WHERE state IN ('pending', 'sending')",
        "CREATE INDEX delivery_by_channel ON delivery (channel_id, id)",
        "CREATE TABLE note (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
    ),
    (
        # What is known of a feed beyond its last answer.
        "ALTER TABLE feed ADD COLUMN host TEXT NOT NULL DEFAULT ''",  # set with the topics
        "ALTER TABLE feed ADD COLUMN validators_url TEXT",
        "ALTER TABLE feed ADD COLUMN reader INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE feed ADD COLUMN read_at BIGINT",
        "ALTER TABLE feed ADD COLUMN whole_at BIGINT",
        "ALTER TABLE feed ADD COLUMN ttl BIGINT",
        "ALTER TABLE feed ADD COLUMN dates TEXT NOT NULL DEFAULT '[]'",
        "ALTER TABLE feed ADD COLUMN quiet_polls INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE feed ADD COLUMN failing_since BIGINT",
        "ALTER TABLE feed ADD COLUMN fresh_until BIGINT",
        "ALTER TABLE feed ADD COLUMN trouble TEXT",
        "ALTER TABLE feed ADD COLUMN move_target TEXT",
        "ALTER TABLE feed ADD COLUMN move_since BIGINT",
        "ALTER TABLE feed ADD COLUMN move_polls INTEGER NOT NULL DEFAULT 0",
        (
            "UPDATE feed SET read_at ="
            " (SELECT max(last_seen_at) FROM article_key WHERE article_key.feed_id = feed.id),"
            " whole_at = succeeded_at"
        ),
        "DROP INDEX feed_due",
        "CREATE INDEX feed_by_host ON feed (host) WHERE failures > 0",
        # Every address that a feed is or was known by, without scheme: one row of `feed` for all.
        """
        CREATE TABLE feed_address (
            canonical TEXT PRIMARY KEY,
            feed_id BIGINT NOT NULL REFERENCES feed (id)
        )
        """,
        "CREATE INDEX feed_address_by_feed ON feed_address (feed_id)",
        # Hosts that are left alone, because they tire of us as a whole.
        "CREATE TABLE host_rest (host TEXT PRIMARY KEY, until BIGINT NOT NULL)",
        # The picture of a story's own page, looked for where the feed has none; NULL: none either.
        """
        CREATE TABLE page_picture (
            story_id BIGINT PRIMARY KEY REFERENCES story (id),
            url TEXT
        )
        """,
        # The entries of each feed's last document by their bytes, with their articles, as JSON.
        """
        CREATE TABLE listing (
            feed_id BIGINT PRIMARY KEY REFERENCES feed (id),
            slices TEXT NOT NULL
        )
        """,
        # A key that its feed's last document lists bears that document's time, `feed.read_at`.
        "CREATE INDEX article_key_by_time ON article_key (feed_id, last_seen_at)",
    ),
    (
        # What explainers are made from and bounded by; they themselves are made again in new form.
        "DELETE FROM explainer",
        # The page that a story leads to, read once: as JSON; NULL: it could not be had.
        """
        CREATE TABLE page (
            story_id BIGINT PRIMARY KEY REFERENCES story (id),
            body TEXT
        )
        """,
        "DROP TABLE page_picture",
        # Pages that members asked about, which no feed has brought.
        """
        CREATE TABLE asked (
            link_key TEXT PRIMARY KEY,
            article TEXT NOT NULL,
            explainer TEXT NOT NULL,
            made_at BIGINT NOT NULL
        )
        """,
        "CREATE INDEX asked_by_time ON asked (made_at)",
        # Since when who asks often has to wait: a member, a server.
        "CREATE TABLE allowance (asker TEXT PRIMARY KEY, spent_until BIGINT NOT NULL)",
        # What models cost, by day and by whom it was spent for; reserved before, settled after.
        """
        CREATE TABLE spending (
            purse TEXT NOT NULL,
            day INTEGER NOT NULL,
            calls INTEGER NOT NULL,
            tokens BIGINT NOT NULL,
            PRIMARY KEY (purse, day)
        )
        """,
        """
        CREATE TABLE endpoint (
            name TEXT PRIMARY KEY,
            plain INTEGER NOT NULL,
            failures INTEGER NOT NULL,
            rest_until BIGINT NOT NULL
        )
        """,
        *archive.MIGRATION,
    ),
    (
        # Digests, what is held back for them, and what comes of posts later.
        "ALTER TABLE subscription ADD COLUMN flow TEXT NOT NULL DEFAULT '{}'",
        "ALTER TABLE subscription ADD COLUMN paused_at BIGINT",
        """
        CREATE TABLE delivery_new (
            id INTEGER PRIMARY KEY,
            story_id BIGINT REFERENCES story (id),  -- NULL: a digest of the channel's held stories
            channel_id BIGINT NOT NULL,
            guild_id BIGINT NOT NULL,
            topic TEXT NOT NULL,
            nonce TEXT NOT NULL UNIQUE,
            state TEXT NOT NULL CHECK (state IN (
                'pending', 'held', 'filtered', 'sending', 'sent', 'rejected', 'parked')),
            planned_at BIGINT NOT NULL,
            due_at BIGINT NOT NULL,       -- while sending: when the lease runs out
            attempts INTEGER NOT NULL DEFAULT 0,
            first_attempt_at BIGINT,      -- since when it may stand in the channel unknown to us
            settled_at BIGINT,
            message_id BIGINT,
            reason TEXT,
            digest_id BIGINT,             -- the digest that a held story is, or was, in
            UNIQUE (story_id, channel_id)
        )
        """,
        """
        INSERT INTO delivery_new (id, story_id, channel_id, guild_id, topic, nonce, state,
            planned_at, due_at, attempts, first_attempt_at, settled_at, message_id, reason)
        SELECT id, story_id, channel_id,
            coalesce((SELECT min(guild_id) FROM subscription AS s
                WHERE s.channel_id = delivery.channel_id), 0),
            topic, nonce, state, due_at, due_at, attempts, first_attempt_at,
            CASE WHEN state IN ('sent', 'rejected') THEN due_at END, message_id, reason
        FROM delivery
        """,
        "DROP TABLE delivery",
        "ALTER TABLE delivery_new RENAME TO delivery",
        "CREATE INDEX delivery_due ON delivery (due_at, id) WHERE state IN ('pending', 'sending')",
        "CREATE INDEX delivery_held ON delivery (due_at, channel_id) WHERE state = 'held'",
        (
            "CREATE INDEX delivery_for_digest ON delivery (channel_id, due_at)"
            " WHERE state = 'held' AND digest_id IS NULL"
        ),
        "CREATE INDEX delivery_by_channel ON delivery (channel_id, id)",
        "CREATE INDEX delivery_by_channel_and_time ON delivery (channel_id, planned_at)",
        "CREATE INDEX delivery_by_digest ON delivery (digest_id) WHERE digest_id IS NOT NULL",
        "CREATE INDEX delivery_by_age ON delivery (planned_at)",
        "CREATE INDEX delivery_parked ON delivery (due_at) WHERE state = 'parked'",
        # Posts in announcement channels that are still to be published to their followers.
        """
        CREATE TABLE publication (
            message_id BIGINT PRIMARY KEY,
            channel_id BIGINT NOT NULL,
            due_at BIGINT NOT NULL,
            attempts INTEGER NOT NULL DEFAULT 0,
            state TEXT NOT NULL CHECK (state IN ('pending', 'published', 'rejected')),
            settled_at BIGINT,
            reason TEXT
        )
        """,
        "CREATE INDEX publication_due ON publication (due_at) WHERE state = 'pending'",
        "CREATE INDEX publication_by_channel ON publication (channel_id, settled_at)",
        "CREATE INDEX publication_settled ON publication (settled_at)",
        # What people are still to be told of a channel that can't be posted in.
        """
        CREATE TABLE notice (
            id INTEGER PRIMARY KEY,
            guild_id BIGINT NOT NULL,
            channel_id BIGINT NOT NULL,
            member_id BIGINT,             -- who is told by direct message; NULL: another channel is
            reason TEXT NOT NULL,
            due_at BIGINT NOT NULL,
            attempts INTEGER NOT NULL DEFAULT 0,
            settled_at BIGINT,
            outcome TEXT,
            story_id BIGINT               -- what can't be posted; NULL: nothing in the channel can
        )
        """,
        "CREATE INDEX notice_due ON notice (due_at) WHERE settled_at IS NULL",
        "CREATE INDEX notice_by_channel ON notice (channel_id, settled_at)",
        "CREATE INDEX notice_settled ON notice (settled_at)",
        # Servers that the bot has left, or was put out of; their data goes after a while.
        "CREATE TABLE departure (guild_id BIGINT PRIMARY KEY, left_at BIGINT NOT NULL)",
        # What an entry is known by may outlive its article.
        """
        CREATE TABLE article_key_new (
            feed_id BIGINT NOT NULL REFERENCES feed (id),
            kind TEXT NOT NULL,
            digest TEXT NOT NULL,
            article_id BIGINT REFERENCES article (id),  -- NULL: it is not kept any more
            last_seen_at BIGINT NOT NULL,  -- keys outlive an entry: a return is no news
            PRIMARY KEY (feed_id, kind, digest)
        )
        """,
        (
            "INSERT INTO article_key_new (feed_id, kind, digest, article_id, last_seen_at)"
            " SELECT feed_id, kind, digest, article_id, last_seen_at FROM article_key"
        ),
        "DROP TABLE article_key",
        "ALTER TABLE article_key_new RENAME TO article_key",
        # A key that its feed's last document lists bears that document's time, `feed.read_at`.
        "CREATE INDEX article_key_by_time ON article_key (feed_id, last_seen_at)",
        "CREATE INDEX article_key_by_article ON article_key (article_id)",
    ),
    (
        # How a channel's subscriptions go on by themselves once it can be posted in again.
        "ALTER TABLE subscription ADD COLUMN resumed_at BIGINT",  # last time, by itself
        # How often one after the other that led to nothing but the next pause.
        "ALTER TABLE subscription ADD COLUMN relapses INTEGER NOT NULL DEFAULT 0",
        (
            "CREATE INDEX subscription_paused ON subscription (guild_id)"
            " WHERE paused_reason IS NOT NULL"
        ),
    ),
    (
        # What servers and members have set, and what is written down of it.
        *settled.MIGRATION,
        *archive.WITH_TEXTS,
    ),
)
