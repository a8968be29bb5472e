"""What a change comes to, place by place → protobuf, so much of it that an answer stays small."""

from collections.abc import Sequence

from loyalty.rules.v1 import rules_service_pb2 as pb

from rules_service.domain.difference import Difference

MOST_CHARACTERS = 10_000
"""Of one value; what is longer is cut, and stands in the files."""
MOST_BYTES = 2 << 20
"""Of all that are told."""
_CUT = "…"


def difference_messages(places: Sequence[Difference]) -> list[pb.ProgramDifference]:
    """The first places, as many as are told."""
    told: list[pb.ProgramDifference] = []
    left = MOST_BYTES
    for place in places:
        message = pb.ProgramDifference(path=place.path, before=_cut(place.before), after=_cut(place.after))
        left -= message.ByteSize()
        if left < 0:
            break
        told.append(message)
    return told


def _cut(value: str) -> str:
    return value if len(value) <= MOST_CHARACTERS else value[: MOST_CHARACTERS - 1] + _CUT
