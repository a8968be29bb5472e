"""Why points were given is kept in the event that gave them, and in those of corrections (docs/adr/0035)."""

from dataclasses import replace

import pytest

from chassis.values.rounding import Ratio, Rounding
from ledger_service.domain.commands import Award
from ledger_service.domain.event import Event
from ledger_service.domain.explanation import Breakdown, Counted, Judgement, TierFactor, judgement_on
from ledger_service.store import codec
from tests.support.pure_ledger import PureLedger, award, sold
from tests.support.pure_people import People
from tests.support.pure_returns import Returns, whole
from tests.support.pure_sales import anonymous_sale, claimed

PAID = Breakdown(Counted.PAID, Ratio(4000, 1), "USD", Ratio(1, 100), Ratio(40, 1), Rounding.FLOOR, by_order=False)


def told(points: int, sentence: str, rule: str = "base") -> Award:
    return replace(award(1, points, "north", rule=rule), breakdown=PAID, explanation=sentence)


FORTY = told(40, "40.00 USD at 1 point per 1.00 USD = 40")
KEPT = Judgement(1, "base", "v1", 40, PAID, FORTY.explanation)


@pytest.fixture
def ledger() -> PureLedger:
    """A sale that earned 40 points."""
    ledger = PureLedger()
    ledger.post_order("ana", "sale", [sold(1, 4000, "north")], [FORTY])
    return ledger


def last(ledger: PureLedger) -> Event:
    return ledger.events[-1]


def test_a_sale_keeps_why_it_earned(ledger: PureLedger) -> None:
    assert last(ledger).judgements == (KEPT,)


def test_a_sale_of_nobody_keeps_it_at_its_claim() -> None:
    ledger = PureLedger()
    ledger.run(anonymous_sale(ledger, "sale", [sold(1, 4000, "north")]))
    assert last(ledger).judgements == ()
    claimed(ledger, "ana", "sale", [FORTY])
    assert last(ledger).judgements == (KEPT,)


def test_an_exchange_keeps_why_the_new_goods_earned(ledger: PureLedger) -> None:
    sale = ledger.order_command("ana", "new", [sold(1, 4000, "north")], [FORTY])
    Returns(ledger).exchange("back", {1: whole("sale", 1)}, sale)
    assert last(ledger).judgements == (KEPT,)


def test_a_correction_keeps_why_the_points_changed(ledger: PureLedger) -> None:
    less = told(30, "30.00 USD at 1 point per 1.00 USD = 30")
    People(ledger).correct("ana", "sale", [less], sold(1, 3000, "north"))
    assert last(ledger).judgements == (less.judgement,)


def test_a_correction_that_moves_no_points_keeps_why_it_does_not(ledger: PureLedger) -> None:
    same = told(40, "40.90 USD at 1 point per 1.00 USD = 40.9, rounded down to 40")
    People(ledger).correct("ana", "sale", [same], sold(1, 4090, "north"))
    assert (last(ledger).movements, last(ledger).judgements) == ((), (same.judgement,))


def test_a_correction_keeps_that_a_rule_does_not_pay_any_more(ledger: PureLedger) -> None:
    other = told(12, "12 points for each order", rule="other")
    People(ledger).correct("ana", "sale", [other])
    assert last(ledger).judgements == (other.judgement, Judgement(1, "base", "", 0, None, ""))


def test_what_gives_nothing_keeps_nothing(ledger: PureLedger) -> None:
    Returns(ledger).bring("ana", "back", whole("sale", 1))
    assert last(ledger).judgements == ()


def test_each_correction_of_a_sale_has_an_entry_of_its_own(ledger: PureLedger) -> None:
    people = People(ledger)
    first, second = people.correction("ana", "sale", [FORTY]), people.correction("ana", "sale", [FORTY])
    assert first.correction_id != second.correction_id
    [one], [other] = first.entries, second.entries
    assert one.key != other.key
    # A plan corrects many sales.
    [elsewhere] = replace(first, order_id="ord_other").entries
    assert elsewhere.key != one.key


def test_an_event_comes_out_of_the_log_as_it_went_in(ledger: PureLedger) -> None:
    assert codec.decode_event(codec.encode(last(ledger))) == last(ledger)


def test_an_event_from_before_they_were_kept_has_none(ledger: PureLedger) -> None:
    event = replace(last(ledger), judgements=())
    older = codec.encode(event).replace(b'"judgements":[],', b"")
    assert b"judgements" not in older
    assert codec.decode_event(older) == event


def test_a_tiers_multiplier_is_kept_with_the_figures(ledger: PureLedger) -> None:
    gold = PAID._replace(tier=TierFactor("stars", "gold", Ratio(3, 2)), exact=Ratio(60, 1))
    ledger.post_order("bob", "other", [sold(1, 4000, "north")], [replace(told(60, "as Gold"), breakdown=gold)])
    assert codec.decode_event(codec.encode(last(ledger))).judgements[0].breakdown == gold


def test_figures_from_before_there_were_tiers_have_none(ledger: PureLedger) -> None:
    kept = codec.encode(last(ledger))
    older = kept.replace(b'"floor",false,null]', b'"floor",false]')
    assert older != kept
    assert codec.decode_event(older) == last(ledger)


def test_a_judgement_is_found_by_line_and_rule() -> None:
    judgements = [Judgement(line, rule, "v", 1, None, "") for line in (1, 2) for rule in ("a", "b")]
    assert judgement_on(judgements, 2, "a") == judgements[2]
    assert judgement_on(judgements, 3, "a") is None
