"""One transaction, as its functions see it: the tables by noun."""

from __future__ import annotations

from functools import cached_property

import aiosqlite

from bot.store.accounts import Accounts
from bot.store.archive import Archive
from bot.store.audits import Audits
from bot.store.catchups import Catchups
from bot.store.deliveries import Deliveries
from bot.store.departures import Departures
from bot.store.digests import Digests
from bot.store.feedback import Feedback
from bot.store.feeds import Feeds
from bot.store.flows import Flows
from bot.store.follows import Follows
from bot.store.forecasts import Forecasts
from bot.store.notes import Notes
from bot.store.notices import Notices
from bot.store.own import Own
from bot.store.pages import Pages
from bot.store.privacy import Privacy
from bot.store.publications import Publications
from bot.store.retention import Retention
from bot.store.servers import Servers, Unfinished
from bot.store.spending import Spending
from bot.store.stories import Stories
from bot.store.subscriptions import Subscriptions
from bot.store.vitals import Vitals


class Tx:
    """What may be asked of the database inside one transaction."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection

    @cached_property
    def feeds(self) -> Feeds:
        """Feeds, their validators, schedule and health, and which topics they belong to."""
        return Feeds(self._connection)

    @cached_property
    def stories(self) -> Stories:
        """Stories, their articles and the keys these are recognised by, and explainers."""
        return Stories(self._connection)

    @cached_property
    def pages(self) -> Pages:
        """Pages of stories, and pages that members asked about."""
        return Pages(self._connection)

    @cached_property
    def spending(self) -> Spending:
        """What bounds the asking, and what models cost."""
        return Spending(self._connection)

    @cached_property
    def servers(self) -> Servers:
        """What servers and members have set."""
        return Servers(self._connection)

    @cached_property
    def own(self) -> Own:
        """Topics and feeds that servers have made their own."""
        return Own(self._connection)

    @cached_property
    def audits(self) -> Audits:
        """Who changed what in how servers are served."""
        return Audits(self._connection)

    @cached_property
    def unfinished(self) -> Unfinished:
        """What members have begun and not ended."""
        return Unfinished(self._connection)

    @cached_property
    def archive(self) -> Archive:
        """Stories by the words of their articles."""
        return Archive(self._connection)

    @cached_property
    def subscriptions(self) -> Subscriptions:
        """Which channel gets which topic."""
        return Subscriptions(self._connection)

    @cached_property
    def deliveries(self) -> Deliveries:
        """Stories due in channels."""
        return Deliveries(self._connection)

    @cached_property
    def flows(self) -> Flows:
        """What has flown into channels."""
        return Flows(self._connection)

    @cached_property
    def follows(self) -> Follows:
        """Stories that members follow by direct message."""
        return Follows(self._connection)

    @cached_property
    def forecasts(self) -> Forecasts:
        """What topics have brought lately."""
        return Forecasts(self._connection)

    @cached_property
    def digests(self) -> Digests:
        """What is held back in channels, and the digests that it goes out in."""
        return Digests(self._connection)

    @cached_property
    def publications(self) -> Publications:
        """Posts that are still to be published to the followers of their channels."""
        return Publications(self._connection)

    @cached_property
    def accounts(self) -> Accounts:
        """What became of stories in channels, and what there is to say about why."""
        return Accounts(self._connection)

    @cached_property
    def retention(self) -> Retention:
        """What is not kept any more."""
        return Retention(self._connection)

    @cached_property
    def notes(self) -> Notes:
        """Small facts that the program keeps for itself."""
        return Notes(self._connection)

    @cached_property
    def notices(self) -> Notices:
        """What people are still to be told of channels that can't be posted in."""
        return Notices(self._connection)

    @cached_property
    def departures(self) -> Departures:
        """Servers that the bot is in no more."""
        return Departures(self._connection)

    @cached_property
    def feedback(self) -> Feedback:
        """What members think of explainers."""
        return Feedback(self._connection)

    @cached_property
    def catchups(self) -> Catchups:
        """How far members have caught up with channels."""
        return Catchups(self._connection)

    @cached_property
    def privacy(self) -> Privacy:
        """What is kept of members."""
        return Privacy(self._connection)

    @cached_property
    def vitals(self) -> Vitals:
        """How much there is, and what is due."""
        return Vitals(self._connection)
