"""From when on what points to a member proves whose points may be spent (docs/adr/0072)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from identity_service.domain.caller import HEADQUARTERS_ADMIN, LOCATION_MANAGER, REGIONAL_ADMIN, SERVICE, Caller
from identity_service.domain.linked import IdentifierProof, IdentifierProofMethod
from identity_service.domain.members import MemberKey

FRESH_LINK = timedelta(hours=24)
"""Where a program's files say nothing else."""

_MAY_STATE = {
    IdentifierProofMethod.DOCUMENT_SEEN: frozenset({HEADQUARTERS_ADMIN, REGIONAL_ADMIN, LOCATION_MANAGER}),
    IdentifierProofMethod.OTHER_SYSTEM: frozenset({HEADQUARTERS_ADMIN, SERVICE}),
}
"""Whose word it is that a person, or another system, has looked."""

_SEEN = frozenset({IdentifierProofMethod.CARD_SEEN, IdentifierProofMethod.DOCUMENT_SEEN})


@dataclass(frozen=True, slots=True)
class Standing:
    """How an identifier points to a member. `settled`: the member began with it, a service answers for the link, or she
    proved herself to it. `merged`: the member took part in merges, so that its root may be another."""

    member: MemberKey
    link_time: datetime
    settled: bool
    verified: bool
    merged: bool

    def proves(self, fresh_link: timedelta, now: datetime) -> bool:
        """Whether it is hers by now as far as her points are concerned; a fresh link is the word of who made it."""
        return self.settled or now >= self.link_time + fresh_link


def may_state(caller: Caller, method: IdentifierProofMethod) -> frozenset[str]:
    """Nothing if the caller may say that an identifier was proved so; else the roles of those who may."""
    allowed = _MAY_STATE.get(method, frozenset(caller.roles))
    return frozenset() if allowed & set(caller.roles) else allowed


def is_settled_by_move(caller: Caller, proof: IdentifierProof) -> bool:
    """Whether a moved identifier proves at once: a service answers for it, and did not merely hear that somebody looked
    at a card or a document."""
    return caller.is_service and proof.method not in _SEEN
