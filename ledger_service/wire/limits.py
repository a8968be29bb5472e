"""Limits as messages, and requests about them."""

from typing import NamedTuple

from loyalty.ledger.v1 import limit_pb2

from chassis.runtime.fields import FieldReader
from ledger_service.domain.limits import LimitReached, LimitUsage
from ledger_service.use_cases.limit_ports import BudgetPlace
from ledger_service.use_cases.list_limits import LimitPage
from ledger_service.use_cases.list_movements import PageKey
from ledger_service.wire import pages
from ledger_service.wire.read_requests import DEFAULT_PAGE, LARGEST_PAGE
from ledger_service.wire.values import HOLDERS

_BETWEEN = "\n"
"""No id holds it."""


class LimitsQuestion(NamedTuple):
    """Whose budgets, of which limit (empty: all), and how many to a page."""

    program: str
    limit_id: str
    size: int

    @property
    def text(self) -> str:
        """What ties a page token to it. The page's size does not count."""
        return f"limits:{self.program}:{self.limit_id}"


def limits_question(request: limit_pb2.ListLimitsRequest) -> LimitsQuestion:
    """What is asked for."""
    reader = FieldReader()
    question = LimitsQuestion(
        program=reader.id("program_id", request.program_id),
        limit_id=reader.optional_id("limit_id", request.limit_id),
        size=reader.within("page_size", request.page_size, 0, LARGEST_PAGE) or DEFAULT_PAGE,
    )
    reader.finish()
    return question


def limits_place(question: LimitsQuestion, token: str) -> BudgetPlace | None:
    """Where to go on; CURSOR_INVALID for a token that was not made for this question."""
    key = pages.page_key(question.text, token)
    return None if key is None else BudgetPlace(*key.home.split(_BETWEEN))


def limits_message(question: LimitsQuestion, page: LimitPage) -> limit_pb2.ListLimitsResponse:
    """A page of budgets."""
    key = None if page.next is None else PageKey(_BETWEEN.join(page.next), 1)
    return limit_pb2.ListLimitsResponse(
        limits=map(usage_message, page.limits), next_page_token=pages.page_token(question.text, key)
    )


def reached_message(reached: LimitReached) -> limit_pb2.LimitReached:
    """A mark that was passed."""
    return limit_pb2.LimitReached(
        limit_id=reached.limit_id, window_key=reached.window, basis_points=reached.basis_points
    )


def usage_message(usage: LimitUsage) -> limit_pb2.LimitUsage:
    """How far a limit is used. Money is told where money is limited: else it may be of several currencies."""
    most, used = usage.most, usage.used
    message = limit_pb2.LimitUsage(
        limit_id=usage.limit_id,
        holder=HOLDERS[usage.holder],
        window_key=usage.window,
        used_points=used.points,
    )
    if most.points is not None:
        message.limit_points = most.points
        message.left_points = max(0, most.points - used.points)
    if most.minor_units is not None:
        left = max(0, most.minor_units - used.minor_units)
        told = (
            (message.used_money, used.minor_units),
            (message.limit_money, most.minor_units),
            (message.left_money, left),
        )
        for money, amount in told:
            money.currency_code, money.minor_units = usage.currency, amount
            money.SetInParent()
    return message
