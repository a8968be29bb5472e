"""Following the merges and unmerges of identity, wired."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from loyalty.identity.v1 import merge_service_pb2

from chassis.runtime.application import Worker
from chassis.runtime.channel import connect
from chassis.runtime.postgres import Database
from chassis.runtime.tokens import TokenProvider
from chassis.runtime.transport import Peer
from chassis.runtime.workers import repeating
from ledger_service.app.parts import Parts
from ledger_service.lanes.keeper import LaneKeeper
from ledger_service.peers.links import IdentityLinks
from ledger_service.store.link_cursors import PostgresLinkCursors
from ledger_service.use_cases.follow_links import FollowLinks
from ledger_service.workers.link_follower import LinkFollower

_MERGES = merge_service_pb2.DESCRIPTOR.services_by_name["MergeService"]
_FIRST_LANE = 0
IDLE_SECONDS = 0.5
LONGEST_BACKOFF_SECONDS = 10.0


@asynccontextmanager
async def links_worker(
    identity: Peer, token: TokenProvider, parts: Parts, database: Database, keeper: LaneKeeper
) -> AsyncIterator[Worker]:
    """The worker; the owner of the first lane follows, the others stand by."""

    def leads() -> bool:
        return any(lane.partition == _FIRST_LANE for lane in keeper.own)

    async with connect(identity, _MERGES, token) as channel:
        follow = FollowLinks(
            parts.admission,
            parts.programs,
            parts.members,
            IdentityLinks(channel),
            PostgresLinkCursors(database),
            parts.lanes,
            parts.clock,
            leads,
        )
        yield repeating(
            "follow-links", LinkFollower(follow), idle_seconds=IDLE_SECONDS, max_backoff_seconds=LONGEST_BACKOFF_SECONDS
        )
