"""What every command passes before it is decided: its stored answer, its program, its time, its origin."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from chassis.values.canonical import Plain
from ledger_service.domain import refusals
from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.commands import Origin, RequestKey
from ledger_service.domain.fingerprints import Fingerprints
from ledger_service.domain.order import DocumentRef
from ledger_service.use_cases.pace import Pace, Pacing, Spend
from ledger_service.use_cases.ports import Clock, Outcome, Outcomes, ProgramFacts, Programs, Resolution
from ledger_service.use_cases.times import check_time, time_on_arrival


@dataclass(frozen=True, slots=True)
class Asked:
    """A mutating call as it came in."""

    program: str
    caller: str
    request_id: str
    intent: Plain


@dataclass(frozen=True, slots=True)
class Where:
    """The place of a command and the revision that judged it."""

    location_id: str
    operator: str
    region: str
    channel: str
    revision: str


def nowhere(revision: str) -> Where:
    """Of what happens at no place."""
    return Where("", "", "", "", revision)


class Admission:
    """Shared by the use cases that make commands."""

    def __init__(
        self,
        outcomes: Outcomes,
        programs: Programs,
        fingerprints: Fingerprints,
        clock: Clock,
        traceparent: Callable[[], str],
        pace: Pace | None = None,
    ) -> None:
        self._outcomes = outcomes
        self._programs = programs
        self._fingerprints = fingerprints
        self._clock = clock
        self._traceparent = traceparent
        self._pace = pace

    async def kept(self, asked: Asked) -> tuple[RequestKey, Outcome | None]:
        """The call's directory entry and, if it was made before, its outcome; raises the refusal it got then."""
        key = self.key_of(asked)
        return key, await self._outcomes.of_request(key, asked.request_id)

    def pacing(self, asked: Asked) -> Pacing:
        """What counts the call as a spend. Asked only if there is no stored answer."""

        def spend_at(root: str, location_id: str, operator: str) -> Spend:
            return Spend(asked.program, asked.caller, location_id, operator, root)

        return Pacing(self._pace, spend_at)

    def key_of(self, asked: Asked) -> RequestKey:
        """The call's directory entry."""
        return self._fingerprints.request(asked.program, asked.caller, asked.request_id, asked.intent)

    async def posted(self, request: RequestKey, document_key: bytes, ref: DocumentRef) -> Outcome | None:
        """The first answer to a document that was posted before; ORDER_CONFLICT if its content was another.

        The lane finds this out by itself. Asked for where a call would be refused on its way to the lane, so that a
        duplicate is answered as it was, whatever its place, rules or member have become.
        """
        posted = await self._outcomes.of_document(document_key)
        if posted is None:
            return None
        if posted.fingerprint != request.fingerprint:
            raise refusals.order_conflict(ref)
        return None if posted.answer is None else Outcome(posted.answer, replayed=True)

    def program_at(self, program: str, occur_time: datetime) -> ProgramFacts:
        """The program, if it exists and takes something of that time."""
        facts = self._programs.facts(program)
        check_time(facts, occur_time, self._clock.now())
        return facts

    def program_on_arrival(self, program: str, occur_time: datetime) -> tuple[ProgramFacts, datetime]:
        """The program and the time it takes something at: that of its arrival if it lies ahead. For uploads: the till
        cannot be asked to mend its clock and sell again."""
        facts, now = self._programs.facts(program), self._clock.now()
        when = time_on_arrival(facts, occur_time, now)
        check_time(facts, when, now)
        return facts, when

    def origin(
        self,
        asked: Asked,
        key: RequestKey,
        facts: ProgramFacts,
        resolution: Resolution,
        where: Where,
        occur_time: datetime,
    ) -> Origin:
        """Where the command comes from and whose wallet it moves."""
        return Origin(
            program=asked.program,
            caller=asked.caller,
            request_id=asked.request_id,
            request=key,
            home=resolution.member_id,
            wallet=MemberKey(asked.program, resolution.root),
            homes=resolution.homes,
            merge_seq=resolution.merge_seq,
            member_home_location=resolution.home_location_id,
            location_id=where.location_id,
            operator=where.operator,
            region=where.region,
            channel=where.channel,
            revision=where.revision,
            occur_time=occur_time,
            replay_clock=facts.replay_clock,
            traceparent=self._traceparent(),
            settlement_policy=facts.policies.settlement,
            reserve_entity=facts.policies.reserve_entity,
        )
