"""The program's merge rule: stated version by version, by a person, and kept for ever."""

from dataclasses import dataclass, replace

from chassis.values.canonical import Plain
from identity_service.domain import refusals
from identity_service.domain.caller import Caller
from identity_service.domain.duplicates import NO_RULE, MergeRule, plain_clauses
from identity_service.domain.fingerprints import Fingerprints
from identity_service.domain.members import MemberKey
from identity_service.domain.programs import ProgramDirectory
from identity_service.domain.requests import Outcome, RequestName
from identity_service.use_cases.admission import admit
from identity_service.use_cases.duplicate_ports import DuplicateChanges, DuplicateRegistry
from identity_service.use_cases.ports import Clock


@dataclass(frozen=True, slots=True)
class SetMergeRule:
    """The use case: the next version replaces the last one."""

    registry: DuplicateRegistry
    programs: ProgramDirectory
    fingerprints: Fingerprints
    clock: Clock

    async def __call__(self, caller: Caller, request_id: str, program_id: str, rule: MergeRule) -> bool:
        """True if an earlier call under this id set the version. Raises PROGRAM_NOT_FOUND, VERSION_CHANGED or
        REQUEST_ID_REUSED."""
        admit(caller, program_id, self.programs)
        name = RequestName(program_id, caller.subject, request_id)
        asked: list[Plain] = [program_id, rule.version, plain_clauses(rule.clauses), rule.reason, rule.decided_by]
        intent = self.fingerprints.of_intent("set_merge_rule", asked)

        async def work(changes: DuplicateChanges) -> bool:
            now = self.clock.now()
            kept = await changes.claim_request(name.key_hash(), program_id, intent, now)
            if kept is not None:
                kept.outcome_for(name, intent)
                return True
            last = await changes.rule(program_id, 0) or NO_RULE
            dated = replace(rule, set_time=now)
            if last.version != rule.version - 1 or not await changes.append_rule(program_id, dated, caller, request_id):
                raise refusals.version_changed("merge rule", max(last.version, rule.version))
            # No member is concerned; a request is settled with the name of what it led to.
            concerned = MemberKey.of(program_id, f"merge-rule-{rule.version}")
            outcome = Outcome(concerned.member_id, created=False, identifier_count=0)
            await changes.settle_request(name.key_hash(), concerned, outcome)
            return False

        return await self.registry.change(work)


@dataclass(frozen=True, slots=True)
class GetMergeRule:
    """The use case."""

    registry: DuplicateRegistry
    programs: ProgramDirectory

    async def __call__(self, caller: Caller, program_id: str, version: int) -> MergeRule:
        """A version, 0 for the last: `NO_RULE` if none was ever set. Raises PROGRAM_NOT_FOUND or VERSION_CHANGED."""
        admit(caller, program_id, self.programs)

        async def work(changes: DuplicateChanges) -> MergeRule:
            rule = await changes.rule(program_id, version)
            if rule is None and version:
                raise refusals.version_changed("merge rule", (await changes.rule(program_id, 0) or NO_RULE).version)
            return rule or NO_RULE

        return await self.registry.change(work)
