"""Settlement over the wire: applied, told by every way there is, exported, quoted."""

import pytest
import pytest_asyncio
from google.protobuf.timestamp_pb2 import Timestamp
from loyalty.rules.v1 import evaluation_pb2, rules_service_pb2
from loyalty.rules.v1 import program_pb2 as pb
from loyalty.type.v1 import money_pb2

from tests.integration.rules.house import Stub, apply_request

TABLE = """
program: {id: table, name: Table, sandbox: true}
entities:
  north: {name: North, country: GB, address: 1 Mill Rd, iban: GB29 NWBK 6016 1331 9268 19}
  south: {name: South, account_number: 12-34}
brands:
  NORTH: {name: North, entity: north, liability: 0.008 EUR}
  SOUTH: {name: South, entity: south, liability: 0.008 USD, point_values: [{worth: 0.01 USD}]}
locations:
  mall: {name: Mall, operator: north, brands: NORTH, currency: EUR, time_zone: Europe/Berlin}
  pier: {name: Pier, operator: south, brands: SOUTH, currency: USD, time_zone: America/New_York}
earn_rules:
  north: {brand: NORTH, per_amount: {points: 1, per: 1.00 EUR}}
agreements:
  all: {share_of_liability: 90%, fee: 2%, cap_of_face: 120%}
exchange_rates:
  before: {amount: 1.00 EUR, worth: 1.08 USD, until: 2024-07-06}
  since: {amount: 1.00 EUR, worth: 1.10 USD, from: 2024-07-06}
settlement:
  policy: {reserve: south}
  currency: USD
  breakage: {default: 5%, NORTH: 12.5%}
  accounts: {due_to: {code: 2210, name: Owed to the group}}
  tax: {code: O, reason: Exempt}
"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def applied(rules: Stub) -> rules_service_pb2.ApplyProgramResponse:
    """The program `table`, live."""
    return await rules.ApplyProgram(apply_request("table", TABLE))


async def test_settlement_is_told_as_it_was_applied(
    rules: Stub, applied: rules_service_pb2.ApplyProgramResponse
) -> None:
    got = await rules.GetProgram(rules_service_pb2.GetProgramRequest(program_id="table"))
    assert got.revision == applied.revision
    assert [file.content for file in got.files] == [TABLE]
    told = got.revision.program
    assert told.settlement == pb.Settlement(
        policy=pb.SETTLEMENT_POLICY_RESERVE,
        reserve_entity_id="south",
        netting=pb.NETTING_METHOD_MULTILATERAL,
        settlement_currency="USD",
        time_zone="UTC",
        breakage=[
            pb.Breakage(share=money_pb2.Ratio(numerator=1, denominator=20)),
            pb.Breakage(brand_id="NORTH", share=money_pb2.Ratio(numerator=1, denominator=8)),
        ],
        accounts=[pb.AccountName(account="due_to", code="2210", name="Owed to the group")],
        invoice_tax=pb.InvoiceTax(code="O", reason="Exempt"),
    )
    assert [entity.details for entity in told.entities] == [
        pb.EntityDetails(country="GB", address=["1 Mill Rd"], iban="GB29NWBK60161331926819"),
        pb.EntityDetails(account_number="12-34"),
    ]


async def test_a_follower_hears_of_it(rules: Stub, applied: rules_service_pb2.ApplyProgramResponse) -> None:
    call = rules.StreamProgramRevisions(rules_service_pb2.StreamProgramRevisionsRequest(program_ids=["table"]))
    async for message in call:
        if message.WhichOneof("message") == "revision":
            assert message.revision == applied.revision
            break
    call.cancel()


@pytest.mark.usefixtures("applied")
@pytest.mark.parametrize(
    ("time", "rate", "ratio"), [(1_720_238_399, "before", (27, 25)), (1_720_238_400, "since", (11, 10))]
)
async def test_the_terms_follow_the_rate_of_the_local_day(
    rules: Stub, time: int, rate: str, ratio: tuple[int, int]
) -> None:
    # The sixth of July 2024 begins in New York at 4:00 UTC.
    request = rules_service_pb2.QuoteRedemptionRequest(
        program_id="table",
        location_id="pier",
        brand_id="SOUTH",
        currency_code="USD",
        occur_time=Timestamp(seconds=time),
    )
    terms = (await rules.QuoteRedemption(request)).terms
    share = money_pb2.Ratio
    assert list(terms.settlement_terms) == [
        evaluation_pb2.SettlementTerm(
            issuer_entity_id="north",
            agreement_id="all",
            share_of_liability=share(numerator=9, denominator=10),
            fee=share(numerator=1, denominator=50),
            cap_of_face=share(numerator=6, denominator=5),
        ),
        evaluation_pb2.SettlementTerm(issuer_entity_id="south", share_of_face=share(numerator=1, denominator=1)),
    ]
    assert list(terms.currency_terms) == [
        evaluation_pb2.CurrencyTerm(
            currency_code="EUR", rate_id=rate, minor_units=share(numerator=ratio[0], denominator=ratio[1])
        )
    ]
    bound = Timestamp(seconds=1_720_238_400)
    assert bound in (terms.start_time, terms.end_time)


@pytest.mark.usefixtures("applied")
async def test_a_planned_change_of_policy_is_told(rules: Stub) -> None:
    changed = TABLE.replace("policy: {reserve: south}", "policy: none\n  voucher: {share_of_face: 80%}")
    plan = await rules.ApplyProgram(apply_request("table", changed, dry_run=True))
    assert [(one.path, one.before, one.after) for one in plan.differences] == [
        ("settlement.policy", "reserve", "none"),
        ("settlement.reserve_entity_id", "south", ""),
        ("settlement.voucher_share_of_face", "", "0.8"),
    ]
