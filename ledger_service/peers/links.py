"""Identity's merges and unmerges, in their order."""

from collections.abc import AsyncGenerator, Mapping
from datetime import UTC

import grpc
from loyalty.identity.v1 import merge_pb2
from loyalty.identity.v1 import merge_service_pb2 as messages
from loyalty.identity.v1.merge_service_pb2_grpc import MergeServiceStub

from ledger_service.use_cases.link_ports import LinkChange


class IdentityLinks:
    """See `use_cases.link_ports.LinkFeed`."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = MergeServiceStub(channel)

    async def changes(self, after: Mapping[str, int]) -> AsyncGenerator[LinkChange]:
        """Of all programs, those that are not in `after` from their beginning, up to where identity stands."""
        places = [messages.LinkPosition(program_id=program, position=at) for program, at in sorted(after.items())]
        request = messages.StreamLinksRequest(after=places, stop_at_head=True)
        stream = self._stub.StreamLinks(request)
        try:
            async for response in stream:
                if response.HasField("change"):
                    yield _change(response.change)
        finally:
            # Who reads no further ends the call; one that has ended already does not mind.
            stream.cancel()


def _change(change: merge_pb2.LinkChange) -> LinkChange:
    return LinkChange(
        program=change.program_id,
        position=change.position,
        merged=change.kind == merge_pb2.LINK_KIND_MERGED,
        absorbed=change.absorbed_member_id,
        survivor=change.survivor_member_id,
        change_time=change.change_time.ToDatetime(tzinfo=UTC),
    )
