"""What a sale earns: each award, as far as limits leave it, becomes an accrual of its own (docs/adr/0039)."""

from dataclasses import dataclass
from datetime import datetime

from chassis.values.ids import made_id
from ledger_service.domain.accrual import Accrual
from ledger_service.domain.answers import EarnedPoints
from ledger_service.domain.apply.draft import Draft
from ledger_service.domain.apply.facts import require_facts
from ledger_service.domain.commands import Award, OrderPart, Origin
from ledger_service.domain.explanation import Judgement
from ledger_service.domain.limits import CountedLimit, Trimmed
from ledger_service.domain.order import TrimmedGrant
from ledger_service.domain.sentences import trimmed_text


@dataclass(frozen=True, slots=True)
class Earned:
    """What a sale earned: its accruals, every award as answers show it, and what limits took; in accrual order."""

    accruals: tuple[Accrual, ...]
    points: tuple[EarnedPoints, ...]
    trimmed: tuple[TrimmedGrant, ...]


def earn(draft: Draft, part: OrderPart) -> Earned:
    """Lets every award of a sale become an accrual, in accrual order: what one uses of a limit is gone for the next.
    One of which nothing is left becomes none; why it was given is kept all the same. STALE_FACTS if what the sale was
    judged by has changed."""
    require_facts(draft, part.read, part.local_day)
    accruals: list[Accrual] = []
    points: list[EarnedPoints] = []
    taken: list[TrimmedGrant] = []
    for award in part.awards:
        trimmed = draft.limits.granted(award)
        accrual = accrual_of(draft.origin, part.order_id, award, part.document.occur_time, trimmed.points)
        if trimmed.by:
            taken.append(TrimmedGrant(award.line_number, award.rule_id, award.points, trimmed.points))
        born = trimmed.points > 0 or not trimmed.by
        if born:
            draft.bear(accrual, part.order_id)
            accruals.append(accrual)
        points.append(shown(award, trimmed, accrual.accrual_id if born else ""))
        draft.judge([_judged(award, trimmed)])
    draft.limits.tell(term for award in part.awards for term in award.limits)
    return Earned(tuple(accruals), tuple(points), tuple(taken))


def shown(award: Award, trimmed: Trimmed, accrual_id: str) -> EarnedPoints:
    """An award as answers show it; `accrual_id` is empty where there is none."""
    return EarnedPoints(
        accrual_id=accrual_id,
        line_number=award.line_number,
        brand=award.brand,
        rule_id=award.rule_id,
        desired=max(award.points, award.untrimmed),
        granted=trimmed.points,
        expire_time=award.expire_time,
        available_time=award.available_time,
        trimmed_by=trimmed.by or award.trimmed_by,
    )


def _judged(award: Award, trimmed: Trimmed) -> Judgement:
    """Why the award was given, and what a limit left of it."""
    term = next((term for term in award.limits if term.limit_id == trimmed.by), None)
    if term is None:
        return award.judgement
    told = trimmed_text(award.points, trimmed.points, term, award.liability.currency)
    sentence = f"{award.explanation} {told}".lstrip()
    return award.judgement._replace(sentence=sentence)


def accrual_of(origin: Origin, order_id: str, award: Award, earn_time: datetime, granted: int) -> Accrual:
    """The accrual that an award of a sale becomes, not yet born; its id is made from home, order, line and rule.
    `earn_time` is the sale's, whenever the points are given."""
    line = str(award.line_number)
    return Accrual(
        program=origin.program,
        accrual_id=made_id("acc", origin.program, origin.home, order_id, line, award.rule_id),
        home=origin.home,
        order_id=order_id,
        line_number=award.line_number,
        brand=award.brand,
        issuer=award.issuer,
        rule_id=award.rule_id,
        rule_version=award.rule_version,
        rule_ordinal=award.rule_ordinal,
        kind=award.kind,
        revision=origin.revision,
        offer_id=award.offer_id,
        funders=award.funders,
        location_id=origin.location_id,
        operator=origin.operator,
        region=origin.region,
        channel=origin.channel,
        liability=award.liability,
        scope=award.scope,
        desired=award.points,
        granted=granted,
        earn_time=earn_time,
        available_time=award.available_time,
        expire_time=award.expire_time,
        rolling_months=award.rolling_months,
        rolling_days=award.rolling_days,
        limits=tuple(
            CountedLimit(term.limit_id, term.holder, term.window, term.minor_units is not None) for term in award.limits
        ),
        settlement_policy=origin.settlement_policy,
        reserve_entity=origin.reserve_entity,
    )
