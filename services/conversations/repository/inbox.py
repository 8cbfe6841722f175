"""SQL of the inbox list: one query on one table, by keyset."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from libs.auth.visibility import Visibility
from libs.channels.registry import CHANNELS
from libs.db.repository import Repository
from services.conversations.models import CONVERSATION_COLUMNS, AdSource, Conversation
from services.conversations.repository.values import conversation_of

_C = ", ".join(f"c.{name}" for name in CONVERSATION_COLUMNS)
_STATUSES = ("open", "processing", "closed")
# For more values of a filter than this the index is not asked for each: reading past what does not match costs less.
_MOST_RUNS = 10
# Each of the newest ads is looked up once; a seller whose customers came from none of these came from old ones.
_ADS_TRIED = 200


@dataclass(frozen=True)
class InboxFilter:
    """What a list is narrowed to; empty means any. assignee: None any, "none" nobody, else a teammate's id.
    from_ad: those that came from any ad."""

    statuses: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    account_ids: tuple[str, ...] = ()
    unread_only: bool = False
    starred_only: bool = False
    archived: bool = False
    assignee: UUID | str | None = None
    from_ad: bool = False
    ad_id: str = ""
    without_channels: tuple[str, ...] = ()

    @property
    def wanted_channels(self) -> tuple[str, ...]:
        """Without some means all the others there are: what is wanted has its index ranges, what is not has none."""
        if not self.without_channels:
            return self.channels
        left = tuple(name for name in self.channels or sorted(CHANNELS) if name not in self.without_channels)
        return left or ("",)


class InboxRepository(Repository):
    """Inbox rows of one tenant that one teammate may see.

    Every index of the list begins with tenant, archived and status, may have one more column, and ends in the list's
    order. So a page is merged from a few runs, each the head of an index range: one for each status and, where there
    are several, each value of one more filter. Nothing is read that need not be, and nothing long is sorted.
    """

    async def page(
        self, wanted: InboxFilter, visibility: Visibility, after: tuple[datetime, UUID] | None, limit: int
    ) -> list[Conversation]:
        """Rows newest first, beginning after the given sort_at and id."""
        sql, params = self.statement(wanted, visibility, after, limit)
        return [conversation_of(row) for row in await self.unit.fetch_named(sql, params)]

    def statement(
        self, wanted: InboxFilter, visibility: Visibility, after: tuple[datetime, UUID] | None, limit: int
    ) -> tuple[str, dict[str, Any]]:
        """The query of a page, and its parameters by name."""
        conditions, params = self._conditions(wanted, visibility)
        if after is not None:
            conditions.append("(c.sort_at, c.id) < (:after_at, :after_id)")
            params |= {"after_at": after[0], "after_id": after[1]}
        runs = "unnest(CAST(:statuses AS text[])) AS s (status)"
        conditions.append("c.status = s.status")
        params["statuses"] = list(dict.fromkeys(wanted.statuses or _STATUSES))
        column, values = _run_column(wanted, visibility)
        if column:
            runs += " CROSS JOIN unnest(CAST(:run_values AS text[])) AS v (value)"
            conditions.append(f"c.{column} = v.value")
            params["run_values"] = list(dict.fromkeys(values))
        # The limit stands in the text: with a parameter the planner would prepare for a tenth of the table.
        order = f"ORDER BY c.sort_at DESC, c.id DESC LIMIT {int(limit)}"
        sql = (
            f"SELECT {_C} FROM {runs} CROSS JOIN LATERAL"
            f" (SELECT {_C} FROM conversations c WHERE {' AND '.join(conditions)} {order}) c {order}"
        )
        return sql, params

    async def ad_sources(self, visibility: Visibility, limit: int) -> list[AdSource]:
        """Ads that visible conversations came from, the newest first, each as its newest customer told it. When that
        was is told of visible ones only."""
        seen, params = visibility.sql("c")
        found = await self.unit.fetch_named(
            "SELECT a.tenant_id, a.channel, a.ad_id, a.title, a.url, a.picture_url, c.ad_at AS seen_at FROM ("
            f"SELECT * FROM ad_sources a WHERE a.tenant_id = :tenant ORDER BY a.seen_at DESC LIMIT {_ADS_TRIED}) a"
            " CROSS JOIN LATERAL (SELECT c.ad_at FROM conversations c WHERE c.tenant_id = :tenant"
            " AND c.ad_id = a.ad_id AND c.channel = a.channel AND c.ad_id IS NOT NULL AND c.sort_at IS NOT NULL"
            f" AND {seen} ORDER BY c.ad_at DESC LIMIT 1) c ORDER BY c.ad_at DESC, a.ad_id LIMIT {int(limit)}",
            params | {"tenant": self.tenant_id},
        )
        return [AdSource(**row) for row in found]

    async def count_unread(self, visibility: Visibility, at_most: int) -> int:
        """Unread conversations outside the archive, counted up to at_most."""
        conditions, params = self._conditions(InboxFilter(unread_only=True), visibility)
        counted = await self.unit.scalar(
            "SELECT count(*) FROM (SELECT 1 FROM conversations c"
            f" WHERE {' AND '.join(conditions)} LIMIT {int(at_most)}) AS counted",
            params,
        )
        return int(counted)

    def _conditions(self, wanted: InboxFilter, visibility: Visibility) -> tuple[list[str], dict[str, Any]]:
        """Everything but the statuses."""
        seen, params = visibility.sql("c")
        conditions = ["c.tenant_id = :tenant", "c.sort_at IS NOT NULL", "c.archived = :archived", seen]
        params |= {"tenant": self.tenant_id, "archived": wanted.archived}
        for column, values in (("channel", wanted.wanted_channels), ("account_id", wanted.account_ids)):
            if len(values) == 1:
                conditions.append(f"c.{column} = :{column}")
                params[column] = values[0]
            elif values:
                conditions.append(f"c.{column} = ANY (CAST(:{column} AS text[]))")
                params[column] = list(values)
        if wanted.unread_only:
            conditions.append("c.unread_count > 0")
        if wanted.starred_only:
            conditions.append("c.starred")
        if wanted.ad_id:
            conditions.append("c.ad_id = :ad_id")
            params["ad_id"] = wanted.ad_id
        elif wanted.from_ad:
            conditions.append("c.ad_id IS NOT NULL")
        if wanted.assignee == "none":
            conditions.append("c.assignee_id IS NULL")
        elif wanted.assignee is not None:
            conditions.append("c.assignee_id = :assignee")
            params["assignee"] = wanted.assignee
        return conditions, params


def _run_column(wanted: InboxFilter, visibility: Visibility) -> tuple[str, tuple[str, ...]]:
    """The filter that gets a run for each of its values, and these; "" where an index serves the others as they are."""
    stores = visibility.store_ids if not visibility.everything else ()
    if 0 < len(stores) <= _MOST_RUNS:
        return "store_id", stores
    narrow = wanted.unread_only or wanted.starred_only or isinstance(wanted.assignee, UUID)
    narrow = narrow or wanted.from_ad or bool(wanted.ad_id)
    several = (("account_id", wanted.account_ids), ("channel", wanted.wanted_channels))
    fitting = [(column, values) for column, values in several if 1 < len(values) <= _MOST_RUNS]
    return fitting[0] if fitting and not narrow else ("", ())
