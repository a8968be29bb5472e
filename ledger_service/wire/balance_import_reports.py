"""What imports of balances come to, as messages."""

from collections.abc import Mapping
from datetime import datetime

from google.protobuf.timestamp_pb2 import Timestamp
from loyalty.ledger.v1 import balance_import_pb2 as nouns

from chassis.values.integers import MOST_AMOUNT, checked
from ledger_service.domain.balance_import import (
    BalanceImport,
    Cell,
    Fault,
    Header,
    ImportState,
    StagedLine,
    Sum,
    Totals,
    old_points_back,
)

FAULTS: dict[Fault, nouns.BalanceFault.ValueType] = {
    Fault.NONE: nouns.BALANCE_FAULT_UNSPECIFIED,
    **{fault: nouns.BalanceFault.Value(f"BALANCE_FAULT_{fault.name}") for fault in Fault if fault is not Fault.NONE},
}

_STATES = {state: nouns.BalanceImportState.Value(f"BALANCE_IMPORT_STATE_{state.name}") for state in ImportState}

_RULES = {
    Fault.NONE: "the points round to none",
    Fault.MALFORMED: "the field is malformed",
    Fault.MEMBER_NOT_FOUND: "identity knows nobody of that external id",
    Fault.BRAND_NOT_FOUND: "the header has no terms for the line's brand",
    Fault.EXPIRED: "the points have expired",
    Fault.LADDER_NOT_FOUND: "the program has no such ladder or tier",
    Fault.TIER_ENDED: "the tier has ended",
    Fault.TOO_MANY_POINTS: f"the points would be more than {MOST_AMOUNT}",
}


def import_message(found: BalanceImport) -> nouns.BalanceImport:
    """An import."""
    return nouns.BalanceImport(
        program_id=found.header.program,
        import_id=found.header.import_id,
        source_program_id=found.header.source,
        dry_run=found.header.dry_run,
        state=_STATES[found.state],
        last_line_number=found.last_line,
        totals=totals_message(found.totals),
        done_line_number=found.done_line,
        born=_cells(found.born),
        proven=found.proven,
        begin_time=_stamp(found.begin_time),
        commit_time=None if found.commit_time is None else _stamp(found.commit_time),
    )


def totals_message(totals: Totals) -> nouns.BalanceTotals:
    """What the lines come to. Sums that do not fit 64 bits are refused AMOUNT_OUT_OF_RANGE."""
    return nouns.BalanceTotals(
        lines=totals.lines,
        tiers=totals.tiers,
        empty_lines=totals.empty,
        refused=[
            nouns.RefusedBalances(fault=FAULTS[fault], lines=totals.refused[fault])
            for fault in Fault
            if totals.refused.get(fault)
        ],
        balances=_cells(totals.balances),
    )


def line_message(line: StagedLine) -> nouns.BalanceLine:
    """A line of the report."""
    rule = f"refused when it was committed: {line.refusal}" if line.refusal else _RULES[line.fault]
    return nouns.BalanceLine(
        line_number=line.number, fault=FAULTS[line.fault], field=line.field, rule=rule, member_id=line.home
    )


def withdrawn_message(header: Header, line: StagedLine) -> nouns.WithdrawnBalance:
    """What goes back of a line."""
    terms = header.terms(line.brand)
    assert terms is not None, "the line was taken"
    return nouns.WithdrawnBalance(
        line_number=line.number,
        member_id=line.home,
        brand_id=line.brand,
        new_points=line.new_points,
        withdrawn_points=line.withdrawn or 0,
        old_points=old_points_back(line, terms),
        expire_time=None if line.expire_time is None else _stamp(line.expire_time),
    )


def _cells(cells: Mapping[Cell, Sum]) -> list[nouns.BalanceTotal]:
    return [
        nouns.BalanceTotal(
            brand_id=cell.brand,
            expire_month=cell.expire_month,
            lines=found.lines,
            old_points=checked(found.old_points, "old points"),
            new_points=checked(found.new_points, "new points"),
            remainder_parts=checked(found.remainder, "remainder"),
        )
        for cell, found in sorted(cells.items())
    ]


def _stamp(value: datetime) -> Timestamp:
    stamp = Timestamp()
    stamp.FromDatetime(value)
    return stamp
