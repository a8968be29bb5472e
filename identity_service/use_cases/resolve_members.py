"""Following references to members, many at once: one statement, and a second one only if merges are met."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chassis.values.refusal import Refusal
from identity_service.domain import refusals
from identity_service.domain.caller import Caller
from identity_service.domain.fingerprints import Fingerprints
from identity_service.domain.members import Found, MemberKey, MemberRef, Resolution
from identity_service.domain.programs import ProgramDirectory
from identity_service.use_cases.admission import refusal_of
from identity_service.use_cases.ports import References, Registry


@dataclass(frozen=True, slots=True)
class ResolveMembers:
    """The use case."""

    registry: Registry
    programs: ProgramDirectory
    fingerprints: Fingerprints

    async def __call__(
        self, caller: Caller, questions: Sequence[MemberRef | Refusal]
    ) -> Sequence[Resolution | Refusal]:
        """One answer per question, in order. A question that is a refusal already (malformed) stays what it is."""
        refused = self._refused(caller, questions)
        asked = {
            position: question
            for position, question in enumerate(questions)
            if isinstance(question, MemberRef) and position not in refused
        }
        found = await self.registry.find(self._references(asked)) if asked else {}
        followed = await self._followed(found)
        answers: list[Resolution | Refusal] = []
        for position, question in enumerate(questions):
            if isinstance(question, Refusal):
                answers.append(question)
            elif position in refused:
                answers.append(refused[position])
            elif position in found:
                answers.append(_resolution(found[position], followed))
            else:
                answers.append(_not_found(question))
        return answers

    def _refused(self, caller: Caller, questions: Sequence[MemberRef | Refusal]) -> Mapping[int, Refusal]:
        """Questions about programs the caller may not see, or that do not exist."""
        programs = {question.program_id for question in questions if isinstance(question, MemberRef)}
        by_program = {program: refusal_of(caller, program, self.programs) for program in programs}
        return {
            position: refusal
            for position, question in enumerate(questions)
            if isinstance(question, MemberRef) and (refusal := by_program[question.program_id]) is not None
        }

    def _references(self, asked: Mapping[int, MemberRef]) -> References:
        by_id: list[tuple[int, MemberKey]] = []
        by_fingerprint: list[tuple[int, bytes]] = []
        for position, question in asked.items():
            if isinstance(question.member, str):
                by_id.append((position, MemberKey.of(question.program_id, question.member)))
            else:
                fingerprint = self.fingerprints.of_identifier(question.program_id, question.member)
                by_fingerprint.append((position, fingerprint))
        return References(by_id, by_fingerprint)

    async def _followed(self, found: Mapping[int, Found]) -> Mapping[MemberKey, Resolution]:
        merged = {member.key for member in found.values() if member.merge_seq > 0}
        return await self.registry.follow(merged) if merged else {}


def _resolution(found: Found, followed: Mapping[MemberKey, Resolution]) -> Resolution:
    """KeyError, a fault of ours, if merges lead to no root: they never make a circle."""
    return followed[found.key] if found.merge_seq > 0 else found.unmerged()


def _not_found(question: MemberRef) -> Refusal:
    named = question.member if isinstance(question.member, str) else None
    return refusals.member_not_found(question.program_id, named)
