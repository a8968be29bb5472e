"""A refused call leaves no trace, whatever was asked: corrected, it comes under its id, and then the id is used."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, NamedTuple

import pytest
import pytest_asyncio
from loyalty.identity.v1 import duplicate_service_pb2 as pairs
from loyalty.identity.v1 import import_pb2, import_service_pb2
from loyalty.identity.v1 import merge_service_pb2 as merging
from loyalty.identity.v1 import proof_service_pb2 as proofs
from loyalty.type.v1 import member_pb2, proof_pb2

from chassis.values.refusal import Refusal
from tests.integration.identity import proving
from tests.integration.identity.calls import card, email, enroll, link, move, unlink, verify
from tests.integration.identity.house import House, People, Stub
from tests.integration.identity.importing import commit, messages, open_imports, person
from tests.integration.identity.merging.desk import open_desk, ref
from tests.integration.identity.people import consent, consents, erase, preferences, profile

NOBODY = "mem_nobody"


class Case(NamedTuple):
    """A call that is refused, and the same one mended. `other` is another under the id, if not the first."""

    call: Callable[[Any], Awaitable[object]]
    refused: Any
    reason: str
    mended: Any
    other: Any = None


async def reason_of(call: Awaitable[object]) -> str:
    with pytest.raises(Refusal) as refusal:
        await call
    return refusal.value.reason


async def judge(number: int, case: Case) -> None:
    """The four calls."""
    other = case.other or case.refused
    for request in (case.refused, case.mended, other):
        request.request_id = f"mended-{number}"
    assert await reason_of(case.call(case.refused)) == case.reason, case
    assert await case.call(case.mended) == await case.call(case.mended), case
    assert await reason_of(case.call(other)) == "REQUEST_ID_REUSED", case


@pytest_asyncio.fixture
async def desk(house: House) -> AsyncIterator[Stub]:
    """Headquarters, which may move identifiers."""
    async with house.stub("mended", roles=("HEADQUARTERS_ADMIN", "SERVICE")) as stub:
        yield stub


async def test_what_is_refused_about_a_person_may_be_mended(desk: Stub, office: People) -> None:
    one, other, gone = [
        (await desk.EnrollMember(enroll(email(f"mended-{n}"), card(f"MENDED{n}")))).member.member_id for n in range(3)
    ]
    await office.EraseMember(erase(gone))
    cases = [
        Case(desk.VerifyIdentifier, verify(one, card("MENDED1")), "IDENTIFIER_NOT_FOUND", verify(one, card("MENDED0"))),
        Case(desk.LinkIdentifier, link(gone, card("MENDED9")), "MEMBER_ERASED", link(one, card("MENDED9"))),
        Case(desk.MoveIdentifier, move(one, gone, card("MENDED9")), "MEMBER_ERASED", move(one, other, card("MENDED9"))),
        Case(desk.UnlinkIdentifier, unlink(one, card("MENDED9")), "IDENTIFIER_NOT_FOUND", unlink(one, card("MENDED0"))),
        Case(office.UpdateProfile, profile(gone, given_name="A"), "MEMBER_ERASED", profile(one, given_name="A")),
        Case(office.SetConsents, consents(gone, consent()), "MEMBER_ERASED", consents(one, consent())),
        Case(office.SetPreferences, preferences(gone, {"a": "b"}), "MEMBER_ERASED", preferences(one, {"a": "b"})),
        Case(office.EraseMember, erase(NOBODY), "MEMBER_NOT_FOUND", erase(other)),
    ]
    for number, case in enumerate(cases):
        await judge(number, case)


async def test_what_is_refused_about_two_persons_may_be_mended(till: Stub, house: House) -> None:
    names = [email(name) for name in ("mended.pair", "mended.pair+two", "mended-merge")]
    one, two, three = [(await till.EnrollMember(enroll(name))).member.member_id for name in names]
    decision: dict[str, Any] = {"program_id": "grove", "reason": "came with both", "decided_by": "Ada Admin"}
    async with open_desk(house) as desk:

        def merge(absorbed: str) -> merging.MergeMembersRequest:
            return merging.MergeMembersRequest(survivor=ref(one), absorbed=ref(absorbed), **decision)

        def unmerge(member_id: str) -> merging.UnmergeMemberRequest:
            return merging.UnmergeMemberRequest(absorbed_member_id=member_id, **decision)

        def decide(duplicate_id: str) -> pairs.DecideDuplicateRequest:
            verdict = pairs.DUPLICATE_VERDICT_DISTINCT
            return pairs.DecideDuplicateRequest(duplicate_id=duplicate_id, verdict=verdict, **decision)

        def state(replaced: int) -> pairs.SetMergeRuleRequest:
            return pairs.SetMergeRuleRequest(**{**decision, "program_id": "isle"}, replaced_version=replaced)

        await desk.find(one)
        [pair] = (await desk.find(two)).duplicates
        rules, merges = desk.duplicates, desk.merges
        cases = [
            Case(rules.DecideDuplicate, decide("dup_none"), "DUPLICATE_NOT_FOUND", decide(pair.duplicate_id)),
            Case(rules.SetMergeRule, state(7), "VERSION_CHANGED", state(0)),
            Case(merges.MergeMembers, merge(one), "SAME_MEMBER", merge(three)),
            Case(merges.UnmergeMember, unmerge(one), "NOT_MERGED", unmerge(three)),
        ]
        for number, case in enumerate(cases):
            await judge(number, case)


async def test_what_is_refused_about_a_proof_may_be_mended(till: Stub, office: People, house: House) -> None:
    async with proving.open_desk(house, till) as desk:
        member_id, name = await desk.member()
        await till.EnrollMember(enroll(email("mended-proof")))
        gone = (await till.EnrollMember(enroll(email("mended-gone")))).member.member_id
        await office.EraseMember(erase(gone))

        def pin(member: str) -> proofs.SetPinRequest:
            return proofs.SetPinRequest(program_id="grove", member=ref(member), pin="271828", reason="at the desk")

        def code(to: member_pb2.Identifier, purpose: proofs.ProofPurpose.ValueType) -> proofs.IssueOneTimeCodeRequest:
            return proofs.IssueOneTimeCodeRequest(program_id="grove", deliver_to=to, purpose=purpose)

        def proof(method: proof_pb2.ProofMethod.ValueType, value: str) -> proofs.VerifyProofRequest:
            given = proof_pb2.MemberProof(method=method, value=value)
            place = {"program_id": "grove", "member_id": member_id, "location_id": "mall-1"}
            return proofs.VerifyProofRequest(proof=given, purpose=proving.SPEND, **place)

        cases = [
            Case(desk.headquarters.SetPin, pin(gone), "MEMBER_ERASED", pin(member_id)),
            Case(
                desk.service.IssueOneTimeCode,
                code(email("mended-proof"), proving.SPEND),
                "MEMBER_NOT_FOUND",
                code(email(name), proving.SPEND),
                code(email(name), proving.SET_PIN),
            ),
            Case(
                desk.service.VerifyProof,
                proof(proving.PIN, "314159"),
                "PROOF_REFUSED",
                proof(proving.PIN, "271828"),
                proof(proving.CARD, name),
            ),
        ]
        for number, case in enumerate(cases):
            await judge(number, case)


async def test_what_is_refused_about_an_import_may_be_mended(house: House) -> None:
    async with open_imports(house, "mending") as imports:
        for import_id in ("mended-a", "mended-b"):
            await imports.ImportMembers(iter(messages(import_id, [person(import_id)])))
        totals = import_pb2.ImportTotals(lines=1, new_members=1)

        def bring(totals: import_pb2.ImportTotals) -> import_service_pb2.CommitImportRequest:
            return import_service_pb2.CommitImportRequest(program_id="grove", import_id="mended-a", totals=totals)

        def drop(import_id: str) -> import_service_pb2.AbandonImportRequest:
            return import_service_pb2.AbandonImportRequest(program_id="grove", import_id=import_id)

        wrong = import_pb2.ImportTotals(lines=2, new_members=2)
        await judge(0, Case(imports.CommitImport, bring(wrong), "CONTROL_TOTALS_DIFFER", bring(totals)))
        await commit(imports, "mended-a", totals)
        await judge(1, Case(imports.AbandonImport, drop("mended-a"), "IMPORT_STATE", drop("mended-b")))
