"""Request ids: one name for one intent, per program and caller, for ever (docs/DOMAIN.md §3 'Idempotency').

Only what changed something is kept. A refusal leaves no trace: it told the caller to correct something, here or in
the member base, and the corrected call may come under the same id.
"""

from dataclasses import dataclass

from chassis.values.ids import hash_of
from identity_service.domain import refusals


@dataclass(frozen=True, slots=True)
class RequestName:
    """Who named an intent, and how. `caller` is the subject of the token: the integrating system."""

    program_id: str
    caller: str
    request_id: str

    def key_hash(self) -> bytes:
        """The key of the request in its directory, 32 bytes."""
        return hash_of(self.program_id, self.caller, self.request_id)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an intent led to: all that is needed to give its answer again, and no personal data.

    The answer showed the member after `identifier_count` entries of the history of its identifiers, with its profile
    number `profile`, 0: none; and what the intent led to besides has the number `number`.
    """

    member_id: str
    created: bool
    identifier_count: int
    profile: int = 0
    number: int = 0


@dataclass(frozen=True, slots=True)
class KeptRequest:
    """An intent carried out before."""

    intent: bytes
    outcome: Outcome

    def outcome_for(self, name: RequestName, intent: bytes) -> Outcome:
        """The outcome, if it is that of the same intent; else REQUEST_ID_REUSED."""
        if self.intent != intent:
            raise refusals.request_id_reused(name.request_id)
        return self.outcome
