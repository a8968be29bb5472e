"""Payments from state to state: by two people, one step after the other, booked when the money has moved."""

import asyncio
from collections.abc import Sequence

import pytest
from loyalty.settlement.v1 import netting_pb2 as pb
from loyalty.settlement.v1 import netting_service_pb2 as messages

from chassis.values.refusal import Refusal
from settlement_service.domain.program_facts import SettlementTerms
from tests.integration.settlement.house import sql
from tests.integration.settlement.office import Office, Owed, the_twelve

RIGHT = (("C", "A", 400), ("D", "A", 220), ("D", "B", 230))
"""Another set that clears the twelve flows."""


async def proposed(office: Office) -> list[str]:
    await office.owe(the_twelve())
    await office.close(1)
    return [payment.payment_id for payment in (await office.propose()).payments]


async def sent(office: Office) -> list[str]:
    ids = await proposed(office)
    await office.approve(ids)
    await office.send(ids)
    return ids


async def submit(office: Office, payments: Sequence[tuple[str, str, int]]) -> list[pb.Payment]:
    async with office.stub("bank") as stub:
        request = messages.SubmitPaymentsRequest(
            program_id=office.program, netting_id="NET-000001", request_id=office.request_id(), signed_name="Cid"
        )
        for debtor, creditor, amount in payments:
            each = request.payments.add(debtor_entity_id=debtor, creditor_entity_id=creditor)
            each.amount.currency_code, each.amount.minor_units = "USD", amount
        return list((await stub.SubmitPayments(request)).payments)


def states(payments: Sequence[pb.Payment]) -> list[str]:
    return [pb.PaymentState.Name(each.state).removeprefix("PAYMENT_STATE_") for each in payments]


async def test_a_payment_is_confirmed_step_by_step_and_each_step_has_a_name(office: Office) -> None:
    first, *_ = await sent(office)
    payment = await office.confirm(first)
    names = [(pb.PaymentState.Name(step.state)[14:], step.signed_name, step.caller) for step in payment.steps]
    assert names == [
        ("PROPOSED", "Ann", "treasury"),
        ("APPROVED", "Bob", "controlling"),
        ("SENT", "Ann", "treasury"),
        ("CONFIRMED", "Ann", "treasury"),
    ]


async def test_when_all_is_paid_only_cash_is_left_to_clear(office: Office) -> None:
    for payment_id in await sent(office):
        await office.confirm(payment_id)
    assert await office.balances() == {
        "A cash_clearing USD": 620,
        "B cash_clearing USD": 230,
        "C cash_clearing USD": -400,
        "D cash_clearing USD": -450,
    }


@pytest.mark.parametrize(
    ("name", "subject"),
    [("Bob", "treasury"), ("  aNN ", "controlling"), ("A\u200bnn", "controlling"), ("Ann", "treasury")],
)
async def test_who_proposed_does_not_approve(office: Office, name: str, subject: str) -> None:
    ids = await proposed(office)
    with pytest.raises(Refusal, match="APPROVER_IS_PROPOSER"):
        await office.approve(ids, name, subject)


async def test_payments_are_approved_all_or_none(office: Office) -> None:
    first, *others = await proposed(office)
    await office.approve([first])
    with pytest.raises(Refusal, match="PAYMENT_STATE") as told:
        await office.approve([*others, first])
    assert told.value.metadata["payment_id"] == first
    async with office.stub() as stub:
        wanted = messages.ListPaymentsRequest(program_id=office.program, state=pb.PAYMENT_STATE_PROPOSED, page_size=1)
        page = await stub.ListPayments(wanted)
        rest = await stub.ListPayments(
            messages.ListPaymentsRequest(
                program_id=office.program,
                state=pb.PAYMENT_STATE_PROPOSED,
                page_size=1,
                page_token=page.next_page_token,
            )
        )
    assert [each.payment_id for each in (*page.payments, *rest.payments)] == others
    assert rest.next_page_token == ""


async def test_approvals_that_race_approve_once(office: Office) -> None:
    ids = await proposed(office)
    async with office.stub("controlling") as stub:
        calls = [
            messages.ApprovePaymentsRequest(
                program_id=office.program, payment_ids=ids, request_id=office.request_id(), signed_name="Bob"
            )
            for _ in range(8)
        ]
        outcomes = await asyncio.gather(*map(stub.ApprovePayments, calls), return_exceptions=True)
    assert [each.reason for each in outcomes if isinstance(each, Refusal)] == ["PAYMENT_STATE"] * 7
    assert await office.counts("payment_step") == [6]


async def test_an_approval_sent_again_is_the_same_approval(office: Office) -> None:
    ids = await proposed(office)
    first = await office.approve(ids, request_id="once")
    assert await office.approve([*reversed(ids)], request_id="once") == first


async def test_a_repetition_says_so(office: Office) -> None:
    ids = await proposed(office)
    async with office.stub("controlling") as stub:
        request = messages.ApprovePaymentsRequest(
            program_id=office.program, payment_ids=ids, request_id="once", signed_name="Bob"
        )
        first, second = stub.ApprovePayments(request), stub.ApprovePayments(request)
        await first
        await second
        told = [dict((await call.trailing_metadata()) or ()).get("replayed") for call in (first, second)]
    assert sorted(told, key=str) == [None, "true"]


async def test_a_payment_is_not_confirmed_before_it_was_sent(office: Office) -> None:
    ids = await proposed(office)
    await office.approve(ids)
    with pytest.raises(Refusal, match="PAYMENT_STATE") as told:
        await office.confirm(ids[0])
    assert (told.value.metadata["state"], told.value.metadata["allowed"]) == ("APPROVED", "SENT")


@pytest.mark.parametrize("step", ["confirm", "fail", "withdraw"])
async def test_what_was_confirmed_stays(office: Office, step: str) -> None:
    first, *_ = await sent(office)
    await office.confirm(first)
    with pytest.raises(Refusal, match="PAYMENT_STATE"):
        await getattr(office, step)(first)


async def test_confirming_twice_at_once_books_once(office: Office) -> None:
    first, *_ = await sent(office)
    outcomes = await asyncio.gather(office.confirm(first), office.confirm(first), return_exceptions=True)
    assert sum(isinstance(each, Refusal) for each in outcomes) == 1
    assert (await office.balances())["D cash_clearing USD"] == -450


async def test_money_on_its_way_is_not_withdrawn(office: Office) -> None:
    first, *_ = await sent(office)
    with pytest.raises(Refusal, match="PAYMENT_STATE"):
        await office.withdraw(first)


async def test_a_payment_that_failed_is_sent_again_without_a_new_approval(office: Office) -> None:
    first, *_ = await sent(office)
    failed = await office.fail(first)
    assert failed.steps[-1].reason == "AC04 closed account"
    async with office.stub() as stub:
        request = messages.ResendPaymentRequest(
            program_id=office.program, payment_id=first, request_id=office.request_id(), signed_name="Ann"
        )
        assert states([(await stub.ResendPayment(request)).payment]) == ["APPROVED"]
    await office.send([first])
    assert states([await office.confirm(first)]) == ["CONFIRMED"]


async def test_what_a_withdrawn_payment_was_to_pay_is_owed_again_and_netted_next(office: Office) -> None:
    first, *others = await sent(office)
    await office.fail(first)
    await office.withdraw(first)
    for payment_id in others:
        await office.confirm(payment_id)
    books = await office.balances()
    assert (books["D due_to A USD"], books["A due_from D USD"]) == (-450, 450)
    assert not any("netting_clearing" in name for name in books)
    [line] = await office.lines()
    assert (line.line_id, line.payment_number) == (f"payment#{first}", first)
    await office.owe([Owed("A", "D", 50, sequence=2)])
    await office.close(2)
    [payment] = (await office.propose(2)).payments
    assert (payment.debtor_entity_id, payment.amount.minor_units) == ("D", 400)


async def test_unknown_payments_are_not_found(office: Office) -> None:
    ids = await proposed(office)
    with pytest.raises(Refusal, match="PAYMENT_NOT_FOUND"):
        await office.approve([*ids, "PAY-9"])


async def test_a_treasurers_own_payments_take_the_place_of_ours(office: Office) -> None:
    before = await proposed(office)
    payments = await submit(office, RIGHT)
    assert [(each.debtor_entity_id, each.creditor_entity_id, each.amount.minor_units) for each in payments] == [*RIGHT]
    assert [each.debtor_net.after_minor_units for each in payments] == [0, -230, 0]
    async with office.stub() as stub:
        listed = await stub.ListPayments(
            messages.ListPaymentsRequest(program_id=office.program, netting_id="NET-000001")
        )
    assert states(listed.payments) == ["REPLACED"] * 3 + ["PROPOSED"] * 3
    with pytest.raises(Refusal, match="PAYMENT_STATE"):
        await office.approve(before)
    with pytest.raises(Refusal, match="APPROVER_IS_PROPOSER"):
        await office.approve([each.payment_id for each in payments], "Cid", "controlling")
    await office.approve([each.payment_id for each in payments], "Ann", "treasury")


async def test_pairwise_payments_made_elsewhere_say_which_pair_they_clear(office: Office) -> None:
    office.settle_by(SettlementTerms(multilateral=False))
    await office.owe([Owed("A", "B", 30), Owed("B", "A", 10), Owed("A", "C", 5)])
    await office.close(1)
    await office.propose()
    payments = await submit(office, [("A", "C", 5), ("A", "B", 20)])
    assert [each.debtor_net.net_minor_units for each in payments] == [-5, -20]


async def test_payments_that_do_not_clear_are_told_all_that_is_wrong(office: Office) -> None:
    await proposed(office)
    with pytest.raises(Refusal, match="PAYMENTS_DO_NOT_CLEAR") as told:
        await submit(office, [("C", "A", 399), ("D", "A", 220), ("D", "B", 230)])
    assert [violation.field for violation in told.value.violations] == ["payments[A]", "payments[C]"]
    assert await office.counts("payment", "payment_step") == [3, 3]


async def test_once_one_is_approved_no_others_are_taken(office: Office) -> None:
    first, *_ = await proposed(office)
    await office.approve([first])
    with pytest.raises(Refusal, match="PAYMENT_STATE"):
        await submit(office, RIGHT)


async def test_the_serving_role_changes_no_step_and_no_netting(office: Office) -> None:
    await proposed(office)
    async with sql(office.database) as connection:
        for table in ("netting", "netting_line", "payment", "payment_step", "invoice"):
            for change in ("UPDATE {} SET program = program", "DELETE FROM {}"):
                with pytest.raises(Exception, match="permission denied"):
                    await connection.execute(change.format(table))
