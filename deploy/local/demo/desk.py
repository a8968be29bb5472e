"""The service desk: a person of headquarters who knows members by name. Request ids are always the same."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from loyalty.identity.v1 import (
    duplicate_pb2,
    duplicate_service_pb2,
    merge_service_pb2,
    person_pb2,
    person_service_pb2,
    proof_service_pb2,
)
from loyalty.identity.v1 import identity_service_pb2 as identity
from loyalty.type.v1 import audit_pb2, audit_service_pb2, member_pb2

from chassis.values.refusal import Refusal
from deploy.local.demo.patience import patiently
from deploy.local.registry import Registry

CLERK = "Nora Desk"
_LOOKS = 100
_LOOK_SECONDS = 0.1
_STATES = (duplicate_pb2.DUPLICATE_STATE_PROPOSED, duplicate_pb2.DUPLICATE_STATE_MERGED)


@dataclass(frozen=True, slots=True)
class Desk:
    """One caller in one program."""

    registry: Registry
    program: str

    async def describe(self, member: str, given: str, family: str, born: person_pb2.Birthday) -> None:
        """Writes down who somebody is."""
        request = person_service_pb2.UpdateProfileRequest(
            program_id=self.program,
            request_id=f"describe-{member}",
            member_id=member,
            given_name=given,
            family_name=family,
            birthday=born,
        )
        await patiently(lambda: self.registry.persons.UpdateProfile(request))

    async def agree(self, member: str, consents: Sequence[person_pb2.Consent]) -> None:
        """Writes down what somebody agreed to."""
        request = person_service_pb2.SetConsentsRequest(
            program_id=self.program, request_id=f"agree-{member}", member_id=member, consents=consents
        )
        await patiently(lambda: self.registry.persons.SetConsents(request))

    async def set_pin(self, member: str, pin: str, reason: str) -> None:
        """Gives somebody a PIN who stands at the desk."""
        request = proof_service_pb2.SetPinRequest(
            program_id=self.program,
            request_id=f"pin-{member}",
            member=member_pb2.MemberRef(member_id=member),
            pin=pin,
            reason=reason,
        )
        await patiently(lambda: self.registry.proofs.SetPin(request))

    async def duplicate(self, member: str, signals: int) -> duplicate_pb2.Duplicate:
        """The other member that may be the same person, once so many signals were found: identity looks by itself, a
        moment after somebody is new or known better."""
        who = member_pb2.MemberRef(member_id=member)
        for _ in range(_LOOKS):
            for state in _STATES:
                request = duplicate_service_pb2.ListDuplicatesRequest(program_id=self.program, member=who, state=state)
                for found in (await self.registry.duplicates.ListDuplicates(request)).duplicates:
                    if len(found.evidence) >= signals:
                        return found
            await asyncio.sleep(_LOOK_SECONDS)
        raise AssertionError(f"identity found no duplicate with {signals} signals")

    async def merge(self, duplicate: str, survivor: str, reason: str) -> duplicate_service_pb2.DecideDuplicateResponse:
        """A person says that two members are one."""
        request = duplicate_service_pb2.DecideDuplicateRequest(
            program_id=self.program,
            request_id=f"merge-{duplicate}",
            duplicate_id=duplicate,
            verdict=duplicate_service_pb2.DUPLICATE_VERDICT_MERGE,
            survivor_member_id=survivor,
            reason=reason,
            decided_by=CLERK,
        )
        return await patiently(lambda: self.registry.duplicates.DecideDuplicate(request))

    async def lineage(self, member: str) -> merge_service_pb2.GetMemberLineageResponse:
        """Which members are one person with this one, and how that came."""
        who = member_pb2.MemberRef(member_id=member)
        request = merge_service_pb2.GetMemberLineageRequest(program_id=self.program, member=who)
        return await self.registry.merges.GetMemberLineage(request)

    async def person(self, member: str) -> person_pb2.Person:
        """Somebody, as far as this caller may see."""
        request = identity.GetMemberRequest(program_id=self.program, member_id=member)
        return (await self.registry.members.GetMember(request)).person

    async def consents(self, member: str) -> Sequence[person_pb2.ConsentRecord]:
        """The last word on each matter."""
        request = person_service_pb2.ListConsentsRequest(program_id=self.program, member_id=member)
        return (await self.registry.persons.ListConsents(request)).consents

    async def erase(self, member: str) -> None:
        """Erases somebody who asked for it."""
        request = person_service_pb2.EraseMemberRequest(
            program_id=self.program,
            request_id=f"erase-{member}",
            member_id=member,
            reason=person_pb2.ERASURE_REASON_MEMBER_ASKED,
        )
        await patiently(lambda: self.registry.persons.EraseMember(request))

    async def export(self, member: str) -> str:
        """Everything that identity keeps of somebody, as text."""
        request = person_service_pb2.ExportMemberRequest(program_id=self.program, member_id=member)
        return "\n".join([part.json async for part in self.registry.persons.ExportMember(request)])

    async def knows(self, identifier: member_pb2.Identifier) -> bool:
        """Whether a card or address leads to anybody."""
        who = member_pb2.MemberRef(identifier=identifier)
        try:
            await self.registry.members.ResolveMember(
                identity.ResolveMemberRequest(program_id=self.program, member=who)
            )
        except Refusal as refusal:
            if refusal.reason != "MEMBER_NOT_FOUND":
                raise
            return False
        return True

    async def records(self, service: str, member: str) -> Sequence[audit_pb2.AuditRecord]:
        """What a service's audit log has about somebody, the newest first."""
        request = audit_service_pb2.ListAuditRecordsRequest(program_id=self.program, subject_id=member, page_size=500)
        return (await self.registry.audits[service].ListAuditRecords(request)).records

    async def audit_finding(self, service: str) -> str:
        """What is wrong with a service's audit log, computed anew from its first record; empty if it is whole."""
        stream = self.registry.audits[service].VerifyAuditLog(audit_service_pb2.VerifyAuditLogRequest())
        answers = [answer async for answer in stream]
        return answers[-1].finding if answers and answers[-1].done else "the check broke off"
