"""What a record says of a message, and how many refusals are recorded."""

import asyncio
from collections.abc import Sequence
from typing import Any, cast

import pytest
from google.rpc import error_details_pb2
from loyalty.ledger.v1 import correction_requests_pb2, ledger_service_pb2
from loyalty.type.v1 import audit_pb2, member_pb2, order_pb2
from structlog.testing import capture_logs

from chassis.runtime.audit.bounded import MOST_CALLERS, OTHERS, RECORDED_A_MINUTE, RECORDED_IN_ALL, BoundedRefusals
from chassis.runtime.audit.calls import origin_of
from chassis.runtime.audit.log import AuditLog
from chassis.runtime.audit.record import Call, Entry, Link, Phase, Record, Subject, recorded
from chassis.runtime.audit.subjects import MOST_SUBJECTS, IdRules, nested_text, subjects_of
from chassis.runtime.clock import SystemClock
from chassis.runtime.reasons import unavailable
from chassis.values.canonical import GENESIS
from chassis.values.refusal import Refusal

RULES = IdRules({"member_id": "mem_"}, frozenset({"segment_ids"}))


def test_ids_are_found_where_they_stand_and_no_other_text_is() -> None:
    request = ledger_service_pb2.PostOrderRequest(
        program_id="p",
        request_id="r",
        member=member_pb2.MemberRef(member_id="mem_1"),
        order=order_pb2.Order(source="till", document_id="D-1", location_id="shop", channel="store"),
    )
    assert subjects_of(RULES, request) == (
        Subject("member", "mem_1"),
        Subject("document", "D-1"),
        Subject("location", "shop"),
    )


def test_an_identifier_is_never_looked_at() -> None:
    ref = member_pb2.MemberRef(
        identifier=member_pb2.Identifier(kind=member_pb2.IDENTIFIER_KIND_EMAIL, value="a@example.org")
    )
    assert subjects_of(RULES, ledger_service_pb2.GetWalletRequest(program_id="p", member=ref)) == ()


def test_there_are_never_more_than_sixteen() -> None:
    lines = [order_pb2.OrderLine(line_number=n, brand_id=f"B{n}") for n in range(1, 40)]
    request = ledger_service_pb2.PostOrderRequest(order=order_pb2.Order(lines=lines))
    assert len(subjects_of(RULES, request)) == MOST_SUBJECTS


def test_a_message_without_such_fields_names_nothing() -> None:
    assert subjects_of(RULES, error_details_pb2.ErrorInfo(reason="x", metadata={"member_id": "mem_1"})) == ()
    assert nested_text(correction_requests_pb2.PlanCorrectionRequest(program_id="a b"), "program_id") == "withheld"


def test_the_port_of_a_peer_is_left_out() -> None:
    assert origin_of("ipv4:10.0.0.7:49152") == "10.0.0.7"
    assert origin_of("ipv6:%5B::1%5D:49152") == "::1"
    assert origin_of("unix:/run/x") == "unix"
    assert origin_of(None) == ""


class Clock:
    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_what_is_too_much_is_counted_and_told_once_when_its_minute_is_over() -> None:
    clock = Clock()
    refusals = BoundedRefusals(clock)
    assert sum(refusals.admits("till") for _ in range(RECORDED_A_MINUTE + 7)) == RECORDED_A_MINUTE
    assert not refusals.take()
    clock.seconds = 60.0
    assert refusals.take() == {"till": 7}
    assert not refusals.take()
    assert refusals.admits("till")


def test_all_callers_together_are_bounded_too() -> None:
    refusals = BoundedRefusals(Clock())
    admitted = sum(refusals.admits(f"till-{n % 500}") for n in range(RECORDED_IN_ALL + 100))
    assert admitted == RECORDED_IN_ALL
    assert sum(refusals.take(final=True).values()) == 100


def test_callers_beyond_those_counted_apart_are_counted_together() -> None:
    refusals = BoundedRefusals(Clock())
    for n in range(MOST_CALLERS + 50):
        refusals.lost(f"till-{n}")
    counts = refusals.take(final=True)
    assert len(counts) <= MOST_CALLERS + 1
    assert counts[OTHERS] == 50


async def test_counts_that_cannot_be_written_are_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    log = AuditLog(cast(Any, None), SystemClock(), audit_pb2.audit, RULES)
    for caller in ("a", "b", "c"):
        log._refusals.lost(caller, 2)
    written: list[Entry] = []

    async def put(entry: Entry) -> Record:
        if written:
            raise unavailable("database")
        written.append(entry)
        return recorded(Link(0, b""), entry)

    monkeypatch.setattr(log, "_put", put)
    with pytest.raises(Refusal, match="UNAVAILABLE"):
        await log._sum_up(final=True)
    assert [(entry.call.caller, entry.suppressed) for entry in written] == [("a", 2)]
    assert log._refusals.take(final=True) == {"b": 2, "c": 2}


class Store:
    """A chain whose appender hears of its commit later than whoever asks for the head."""

    def __init__(self) -> None:
        self.link = Link(0, GENESIS)
        self.committed, self.answers = asyncio.Event(), asyncio.Event()

    async def append(self, entries: Sequence[Entry]) -> Sequence[Record]:
        records = [recorded(Link(self.link.number + number, b""), entry) for number, entry in enumerate(entries)]
        self.link = records[-1].link
        self.committed.set()
        await self.answers.wait()
        return records

    async def head(self) -> Link:
        return self.link


async def test_a_head_that_is_read_while_a_record_comes_back_says_nothing_of_a_tail_cut_off() -> None:
    log = AuditLog(cast(Any, None), SystemClock(), audit_pb2.audit, RULES)
    log.store = store = cast(Any, Store())
    with capture_logs() as said:
        writing = asyncio.create_task(log.write(Phase.READ, Call(method="m", caller="a")))
        await store.committed.wait()
        await log.anchor()
        store.answers.set()
        await writing
        await log.write(Phase.READ, Call(method="m", caller="a"))
    assert [line["event"] for line in said] == ["audit head"]
    assert log.last.number == 2
