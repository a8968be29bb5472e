"""Limits, and what they come to for awards → protobuf."""

from loyalty.rules.v1 import evaluation_pb2
from loyalty.rules.v1 import program_pb2 as pb

from rules_service.domain.limit_terms import LimitTerm
from rules_service.domain.limits import Limit, LimitHolder, LimitWindow
from rules_service.wire.numbers import money

_HOLDERS = {
    LimitHolder.LINE: pb.LIMIT_HOLDER_LINE,
    LimitHolder.ORDER: pb.LIMIT_HOLDER_ORDER,
    LimitHolder.MEMBER: pb.LIMIT_HOLDER_MEMBER,
    LimitHolder.PROGRAM: pb.LIMIT_HOLDER_PROGRAM,
    LimitHolder.LOCATION: pb.LIMIT_HOLDER_LOCATION,
}
_WINDOWS = {
    LimitWindow.EVER: pb.LIMIT_WINDOW_EVER,
    LimitWindow.DAY: pb.LIMIT_WINDOW_DAY,
    LimitWindow.WEEK: pb.LIMIT_WINDOW_WEEK,
    LimitWindow.MONTH: pb.LIMIT_WINDOW_MONTH,
    LimitWindow.QUARTER: pb.LIMIT_WINDOW_QUARTER,
    LimitWindow.YEAR: pb.LIMIT_WINDOW_YEAR,
}


def limit_message(limit: Limit) -> pb.Limit:
    """A cap or budget."""
    return pb.Limit(
        limit_id=limit.limit_id,
        offer_id=limit.offer_id,
        rule_ids=limit.rule_ids,
        holder=_HOLDERS[limit.holder],
        window=_WINDOWS[limit.window],
        points=limit.points,
        money=money(limit.money) if limit.money is not None else None,
        soft=limit.soft,
        warn_at_basis_points=limit.warn_at,
    )


def limit_term(term: LimitTerm) -> evaluation_pb2.LimitTerm:
    """A limit as the ledger counts an award against it."""
    return evaluation_pb2.LimitTerm(
        limit_id=term.limit.limit_id,
        holder=_HOLDERS[term.limit.holder],
        window_key=term.window_key,
        points=term.points,
        minor_units=term.minor_units,
        soft=term.limit.soft,
        warn_at_basis_points=term.limit.warn_at,
    )
