"""What a batch may need of limits, before it is applied: what its awards could use, what its commands could free."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from ledger_service.domain.accrual import Accrual
from ledger_service.domain.commands import (
    Award,
    BaseCommand,
    ClaimOrder,
    CorrectOrder,
    ExchangeOrder,
    OrderPart,
    PostOrder,
)
from ledger_service.domain.limits import (
    ALL_FIGURES,
    NO_FIGURES,
    NO_MOST,
    NO_USE,
    BudgetKey,
    CountedLimit,
    Figures,
    LimitHolder,
    LimitTerm,
    MemberLimit,
    Most,
    Use,
    most_of,
    use_of,
)
from ledger_service.domain.slice import Slice


@dataclass(frozen=True, slots=True)
class Want:
    """What a batch wants of a budget: `need` is the most it may use. `most` is what the budget allows by now; what it
    does not state is as it was last allotted or, if it never was, as `at_first` says. `currency` is that of its money,
    empty if nothing in the batch tells. `certain`: it is counted whatever is left, because it is never trimmed, or
    comes back. Awards need only the figures that are stated for their currency: `some` are those that any of the batch
    needs, `every` those that all of them need."""

    need: Use = NO_USE
    most: Most = NO_MOST
    at_first: Most = NO_MOST
    currency: str = ""
    certain: bool = False
    some: Figures = NO_FIGURES
    every: Figures = ALL_FIGURES


@dataclass(slots=True)
class Wants:
    """What a batch wants of limits of members (all homes of each wallet), and of budgets."""

    members: set[MemberLimit] = field(default_factory=set)
    budgets: dict[BudgetKey, Want] = field(default_factory=dict)

    def add(self, key: BudgetKey, more: Want) -> None:
        """Adds to what is wanted of a budget; of a figure that is stated twice the later counts."""
        known = self.budgets.get(key, Want())
        self.budgets[key] = Want(
            need=known.need.plus(more.need),
            most=more.most.over(known.most),
            at_first=known.at_first.over(more.at_first),
            currency=more.currency or known.currency,
            certain=known.certain or more.certain,
            some=known.some.either(more.some),
            every=known.every.both(more.every),
        )


def wants_of(state: Slice, commands: Sequence[BaseCommand]) -> Wants:
    """What commands may need, their slice read but for limits."""
    wants = Wants()
    for command in commands:
        if (part := sale_of(command)) is not None:
            for award in part.awards:
                _want_award(wants, command, award)
        elif isinstance(command, CorrectOrder):
            _want_correction(wants, state, command)
    for accrual in _reversible(state, commands):
        for _, key in _budgets_of(accrual):
            wants.add(key, Want(certain=True))
    return wants


def sale_of(command: BaseCommand) -> OrderPart | None:
    """The sale that a command lets earn."""
    return command.order if isinstance(command, PostOrder | ClaimOrder | ExchangeOrder) else None


def _want_award(wants: Wants, command: BaseCommand, award: Award) -> None:
    _want_members(wants, command, award.limits)
    for term, key in _budget_terms(command, award.limits):
        wants.add(key, replace(_want(award, term), most=most_of(term), certain=term.soft))


def _want_correction(wants: Wants, state: Slice, command: CorrectOrder) -> None:
    """A correction counts against the limits of the accruals there are; only new ones against those of today. It is
    not judged by today's figures: what it adds is never trimmed."""
    program = command.origin.program
    ids = state.order_accruals.get((program, command.order_id), ())
    known = {(one.line_number, one.rule_id): one for one in map(state.accruals.__getitem__, ids)}
    for award in command.awards:
        _want_members(wants, command, award.limits)
        accrual = known.get((award.line_number, award.rule_id))
        if accrual is not None:
            for limit, key in _budgets_of(accrual):
                figures = Figures(points=True, minor_units=limit.counts_money)
                wants.add(key, Want(_need(award, limit), certain=True, some=figures, every=figures))
            continue
        for term, key in _budget_terms(command, award.limits):
            wants.add(key, replace(_want(award, term), certain=True))


def _want(award: Award, term: LimitTerm) -> Want:
    """What an award may use of a budget, should the budget never have been allotted."""
    most = most_of(term)
    currency = "" if term.minor_units is None else award.liability.currency
    return Want(_need(award, term), at_first=most, currency=currency, some=most.figures, every=most.figures)


def _need(award: Award, limit: CountedLimit | LimitTerm) -> Use:
    return use_of(limit, award.points, award.liability.per_point)


def _want_members(wants: Wants, command: BaseCommand, terms: Sequence[LimitTerm]) -> None:
    origin = command.origin
    for term in terms:
        if term.holder is LimitHolder.MEMBER:
            wants.members |= {MemberLimit(origin.program, home, term.limit_id, term.window) for home in origin.homes}


def _budget_terms(command: BaseCommand, terms: Sequence[LimitTerm]) -> Iterator[tuple[LimitTerm, BudgetKey]]:
    program = command.origin.program
    return (
        (term, BudgetKey(program, term.limit_id, term.window))
        for term in terms
        if term.holder is not LimitHolder.MEMBER
    )


def _budgets_of(accrual: Accrual) -> Iterator[tuple[CountedLimit, BudgetKey]]:
    return (
        (limit, BudgetKey(accrual.program, limit.limit_id, limit.window))
        for limit in accrual.limits
        if limit.holder is not LimitHolder.MEMBER
    )


def _reversible(state: Slice, commands: Sequence[BaseCommand]) -> Iterator[Accrual]:
    """Accruals of which the commands may take something back: those of the sales they name, and those they name."""
    ids = {one for accruals in state.order_accruals.values() for one in accruals}
    ids |= {one for command in commands for _, one in command.touches.accruals}
    return (state.accruals[one] for one in sorted(ids & state.accruals.keys()) if state.accruals[one].limits)
