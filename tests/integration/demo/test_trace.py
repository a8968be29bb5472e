"""One trace spans till, ledger, identity, rules, PostgreSQL, Valkey and settlement, each span under the right one."""

from collections.abc import Sequence

import pytest

from deploy.local.demo.chapters.receipt import REQUEST_ID
from deploy.local.trace.find import by_id
from deploy.local.trace.spans import Span, read_spans
from tests.integration.demo.conftest import Told

LEDGER, IDENTITY, RULES = (
    "loyalty.ledger.v1.LedgerService",
    "loyalty.identity.v1.IdentityService",
    "loyalty.rules.v1.RulesService",
)


class Checkout:
    """The spans of the checkout's trace, by name, service and kind."""

    def __init__(self, spans: Sequence[Span]) -> None:
        found = by_id(spans, REQUEST_ID)
        assert found is not None
        self.spans = [span for span in spans if span.trace_id == found.trace_id]

    def only(self, name: str, service: str, kind: str = "INTERNAL") -> Span:
        [span] = [s for s in self.spans if (s.name, s.service, s.kind) == (name, service, kind)]
        return span

    def starting(self, name: str, service: str) -> Span:
        [span] = [s for s in self.spans if s.name.startswith(name) and s.service == service]
        return span

    def below(self, parent: Span) -> list[Span]:
        return [span for span in self.spans if span.parent_id == parent.span_id]


@pytest.fixture(scope="module")
def checkout(told: Told) -> Checkout:
    return Checkout(read_spans(told.traces))


def test_the_till_is_the_root(checkout: Checkout) -> None:
    assert [span.name for span in checkout.spans if not span.parent_id] == ["till checkout"]


@pytest.mark.parametrize(("action", "rpc"), [("till quote", "QuoteRedemption"), ("till redemption", "RedeemPoints")])
def test_the_ledger_serves_the_tills_call(checkout: Checkout, action: str, rpc: str) -> None:
    root, step = checkout.only("till checkout", "till"), checkout.only(action, "till")
    asked = checkout.only(f"{LEDGER}/{rpc}", "till", "CLIENT")
    served = checkout.only(f"{LEDGER}/{rpc}", "ledger", "SERVER")
    assert (step.parent_id, asked.parent_id, served.parent_id) == (root.span_id, step.span_id, asked.span_id)


def test_rules_serve_the_ledgers_call(checkout: Checkout) -> None:
    quote = checkout.only(f"{LEDGER}/QuoteRedemption", "ledger", "SERVER")
    [asked] = [span for span in checkout.below(quote) if span.name == f"{RULES}/QuoteRedemption"]
    [served] = checkout.below(asked)
    assert (asked.service, served.service, served.name) == ("ledger", "rules", asked.name)


def test_identity_serves_the_ledgers_batch(checkout: Checkout) -> None:
    quote = checkout.only(f"{LEDGER}/QuoteRedemption", "ledger", "SERVER")
    batch = checkout.only("batch identity", "ledger")
    asked = checkout.only(f"{IDENTITY}/BatchResolveMembers", "ledger", "CLIENT")
    served = checkout.only(f"{IDENTITY}/BatchResolveMembers", "identity", "SERVER")
    assert (batch.parent_id, asked.parent_id, served.parent_id) == (quote.span_id, batch.span_id, asked.span_id)


def test_identity_asks_its_own_database(checkout: Checkout) -> None:
    served = checkout.only(f"{IDENTITY}/BatchResolveMembers", "identity", "SERVER")
    assert {(span.service, span.database) for span in checkout.below(served)} == {("identity", "postgresql")}


def test_the_lane_works_under_the_redemption(checkout: Checkout) -> None:
    redeem = checkout.only(f"{LEDGER}/RedeemPoints", "ledger", "SERVER")
    assert checkout.starting("batch lane ", "ledger").parent_id == redeem.span_id


def test_the_lane_asks_valkey_for_the_lease_and_postgresql_for_the_rest(checkout: Checkout) -> None:
    lane = checkout.starting("batch lane ", "ledger")
    assert checkout.only("acquire_leases", "ledger", "CLIENT").database == "redis"
    assert {span.database for span in checkout.below(lane)} == {"redis", "postgresql"}


def test_settlement_books_under_the_redemption(checkout: Checkout) -> None:
    redeem = checkout.only(f"{LEDGER}/RedeemPoints", "ledger", "SERVER")
    booked = [span for span in checkout.spans if span.name == "book events"]
    assert {(span.service, span.parent_id) for span in booked} == {("settlement", redeem.span_id)}
    assert any(span.database == "postgresql" for one in booked for span in checkout.below(one))


def test_a_child_begins_within_its_parent(checkout: Checkout) -> None:
    by_span = {span.span_id: span for span in checkout.spans}
    parents = [(span, by_span[span.parent_id]) for span in checkout.spans if span.parent_id]
    assert [child.name for child, parent in parents if child.start_ns < parent.start_ns] == []


@pytest.mark.parametrize("wanted", [REQUEST_ID, "B-1", "CJ-31198678455", None])
def test_the_command_draws_a_trace(told: Told, wanted: str | None) -> None:
    drawn = told.person.types("deploy.local.trace", *([wanted] if wanted else []))
    assert drawn.returncode == 0, drawn.stderr
    for words in ("till → ledger", "ledger → PostgreSQL", "settlement → PostgreSQL"):
        assert words in drawn.stdout


def test_an_unknown_id_is_told(told: Told) -> None:
    drawn = told.person.types("deploy.local.trace", "no-such-order")
    assert drawn.returncode == 1
    assert "no-such-order" in drawn.stderr
