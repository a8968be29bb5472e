"""Deciding that a pair of members is one person, or two: by a person, or by the rule that the program has stated."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from chassis.values.canonical import Plain
from chassis.values.refusal import Refusal
from identity_service.domain import refusals
from identity_service.domain.audit import Action, AuditRecord, distinct_detail
from identity_service.domain.caller import EVERY_PROGRAM, SERVICE, Caller
from identity_service.domain.duplicates import Duplicate, State
from identity_service.domain.fingerprints import Fingerprints
from identity_service.domain.members import MemberKey, Resolution
from identity_service.domain.merging import Decision, LinkChange
from identity_service.domain.programs import ProgramDirectory
from identity_service.domain.requests import Outcome, RequestName
from identity_service.use_cases.admission import admit
from identity_service.use_cases.duplicate_ports import DuplicateChanges, DuplicateRegistry
from identity_service.use_cases.linking import Doing, linking, merge_in
from identity_service.use_cases.once import Request
from identity_service.use_cases.ports import Clock

RULE_CALLER = Caller("identity-merge-rule", (SERVICE,), frozenset({EVERY_PROGRAM}), "")
"""In whose name rules merge: the service's own."""
MOST_BY_RULE = 20
"""Homes of a wallet that a rule may make: beyond it a person should look."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What somebody says about a pair. `survivor` is empty where he does not say who stays, `evidence_version` 0 where
    he decides whatever the evidence is."""

    program_id: str
    duplicate_id: str
    evidence_version: int
    one_person: bool
    survivor: str
    decision: Decision


@dataclass(frozen=True, slots=True)
class Decided:
    """The pair as it stands; the merge, if one was made; whether an earlier call made it."""

    duplicate: Duplicate
    change: LinkChange | None
    replayed: bool


@dataclass(frozen=True, slots=True)
class DecideDuplicate:
    """The use case. The pair, the merge and its records are one transaction."""

    registry: DuplicateRegistry
    programs: ProgramDirectory
    fingerprints: Fingerprints
    clock: Clock

    async def __call__(self, caller: Caller, request_id: str, verdict: Verdict) -> Decided:
        """The outcome. Raises PROGRAM_NOT_FOUND, DUPLICATE_NOT_FOUND, DUPLICATE_DECIDED, VERSION_CHANGED, what a merge
        raises, or REQUEST_ID_REUSED."""
        admit(caller, verdict.program_id, self.programs)
        decision = verdict.decision
        asked: list[Plain] = [
            *(verdict.program_id, verdict.duplicate_id, verdict.evidence_version, verdict.one_person),
            *(verdict.survivor, decision.reason, decision.decided_by),
        ]
        name = RequestName(verdict.program_id, caller.subject, request_id)
        request = Request(name, self.fingerprints.of_intent("decide_duplicate", asked))

        async def work(changes: DuplicateChanges) -> Decided:
            now = self.clock.now()
            kept = await changes.claim_request(name.key_hash(), name.program_id, request.intent, now)
            if kept is not None:
                kept.outcome_for(name, request.intent)
            pair = await changes.lock_duplicate(verdict.program_id, verdict.duplicate_id)
            if pair is None:
                raise refusals.duplicate_not_found(verdict.duplicate_id)
            if kept is not None:
                return Decided(pair, await changes.change_if_any(name.key_hash()), replayed=True)
            return await _decide(changes, Doing(caller, request, now), pair, verdict)

        return await linking(self.registry.change, work)


async def _decide(changes: DuplicateChanges, doing: Doing, pair: Duplicate, verdict: Verdict) -> Decided:
    if verdict.evidence_version not in (0, pair.evidence_version):
        raise refusals.version_changed("evidence", pair.evidence_version)
    if pair.state is State.MERGED or (pair.state is State.DISTINCT and not verdict.one_person):
        raise refusals.duplicate_decided(pair.duplicate_id, pair.state.name)
    decision = replace(verdict.decision, duplicate_id=pair.duplicate_id)
    if verdict.one_person:
        settled = _settled(pair, State.MERGED, decision, doing.now)
        return Decided(settled, await _merge(changes, doing, settled, decision, verdict.survivor), replayed=False)
    low, high = _keys(pair)
    if await changes.erased([low, high]):
        decision = decision.without_words()
    settled = _settled(pair, State.DISTINCT, decision, doing.now)
    await changes.save_duplicate(settled)
    for member in sorted((low, high), key=MemberKey.place):
        await changes.lock_member(member)
        detail = distinct_detail(pair.duplicate_id, pair.evidence_version)
        request_id = doing.request.name.request_id
        record = AuditRecord(Action.DUPLICATE_DECIDED, member, detail, doing.caller, request_id, doing.now)
        await changes.append_audit(record)
    outcome = Outcome(low.member_id, created=False, identifier_count=0)
    await changes.settle_request(doing.request.name.key_hash(), low, outcome)
    return Decided(settled, None, replayed=False)


async def _merge(
    changes: DuplicateChanges, doing: Doing, pair: Duplicate, decision: Decision, survivor: str
) -> LinkChange:
    """Merges the pair; who is not said to be absorbed is the one whose root was enrolled first."""
    low, high = _keys(pair)
    followed = await changes.follow([low, high])
    first, second = sorted((low, high), key=lambda key: _seniority(followed[key]))
    if survivor == second.member_id:
        first, second = second, first
    elif survivor not in ("", first.member_id):
        raise refusals.member_not_found(pair.program_id, survivor)
    await changes.save_duplicate(pair)
    return await merge_in(changes, doing, first, second, decision)


@dataclass(frozen=True, slots=True)
class JudgeByRule:
    """Holding proposed pairs against the last rule of their program, one at a time. A rule merges nobody who was ever
    taken apart, and its name and version are in the lineage. A pair that cannot be judged is left to people, and holds
    up no other."""

    registry: DuplicateRegistry
    fingerprints: Fingerprints
    clock: Clock

    async def __call__(self) -> bool:
        """True if there was a pair to judge. Raises what kept it from being judged."""
        if not (await self.registry.pending()).pairs:
            return False
        taken: list[Duplicate] = []
        try:
            return await linking(self.registry.change, partial(self._judge, taken))
        except Exception as error:
            if taken and not (isinstance(error, Refusal) and error.transient):
                await self.registry.change(partial(_leave_to_people, taken[-1]))
            raise

    async def _judge(self, taken: list[Duplicate], changes: DuplicateChanges) -> bool:
        """`taken` learns which pair it is, and by which rule it is judged, also if it fails."""
        pair = await changes.to_judge()
        if pair is None:
            return False
        rule = await changes.rule(pair.program_id, 0)
        assert rule is not None, "the pair was read with it"
        now = self.clock.now()
        judged = replace(pair, judged_rule_version=rule.version)
        taken.append(judged)
        if not rule.merges(pair) or not await _may_merge(changes, pair):
            await changes.save_duplicate(judged)
            return True
        decision = Decision(
            f"merge rule version {rule.version}", f"rule of {pair.program_id}", "", pair.duplicate_id, rule.version
        )
        request_id = f"rule:{rule.version}:{pair.duplicate_id}:{pair.evidence_version}"
        name = RequestName(pair.program_id, RULE_CALLER.subject, request_id)
        request = Request(name, self.fingerprints.of_intent("merge_by_rule", [pair.duplicate_id, rule.version]))
        if await changes.claim_request(name.key_hash(), name.program_id, request.intent, now) is None:
            settled = _settled(judged, State.MERGED, decision, now)
            await _merge(changes, Doing(RULE_CALLER, request, now), settled, decision, "")
        else:
            await changes.save_duplicate(judged)
        return True


async def _leave_to_people(judged: Duplicate, changes: DuplicateChanges) -> None:
    """The pair stays proposed, until there is another rule, something new speaks for it or somebody decides."""
    found = await changes.lock_duplicate(judged.program_id, judged.duplicate_id)
    if found is not None and found.evidence_version == judged.evidence_version:
        await changes.save_duplicate(replace(found, judged_rule_version=judged.judged_rule_version))


async def _may_merge(changes: DuplicateChanges, pair: Duplicate) -> bool:
    """False for two who are one already, were erased, or of whose homes any two were ever taken apart."""
    low, high = _keys(pair)
    followed = await changes.follow([low, high])
    one, other = followed[low], followed[high]
    if one.root_member_id == other.root_member_id or await changes.erased([low, high]):
        return False
    for home in one.home_member_ids:
        if await changes.parted(pair.program_id, home, other.home_member_ids):
            return False
    return len(one.home_member_ids) + len(other.home_member_ids) <= MOST_BY_RULE


def _settled(pair: Duplicate, state: State, decision: Decision, now: datetime) -> Duplicate:
    return replace(
        pair,
        state=state,
        change_time=now,
        reason=decision.reason,
        decided_by=decision.decided_by,
        rule_version=decision.rule_version,
    )


def _keys(pair: Duplicate) -> tuple[MemberKey, MemberKey]:
    return MemberKey.of(pair.program_id, pair.low), MemberKey.of(pair.program_id, pair.high)


def _seniority(resolution: Resolution) -> tuple[datetime, str]:
    return resolution.enroll_time, resolution.root_member_id
