"""The shape of program files, section by section (docs/PROGRAM_FILES.md is its reference). Unknown keys are refused.

The docstrings of fields are what an editor shows (`file_schema`).
"""

from typing import Annotated

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from rules_service.domain.effects import Basis
from rules_service.domain.program import LATE_UPLOAD_DAYS, ExpiryMode
from rules_service.domain.stacking import StackingMode
from rules_service.wire.file_entities import EntitySection
from rules_service.wire.file_exchange_rates import ExchangeRateSection
from rules_service.wire.file_ladders import LadderSection
from rules_service.wire.file_limits import BudgetSection, CapSection
from rules_service.wire.file_policies import Points, PoliciesSection
from rules_service.wire.file_rule_terms import NEVER, ExpiryChoice
from rules_service.wire.file_rules import EarnRuleSection
from rules_service.wire.file_scalars import one_or_many
from rules_service.wire.file_section import Section, SomeIds, exactly_one
from rules_service.wire.file_settlement import SettlementSection
from rules_service.wire.file_types import (
    Currency,
    Id,
    Moment,
    Name,
    Sentence,
    Share,
    TimeZone,
    Truth,
    Worth,
    whole_number,
)

PRICES = ("share_of_face", "share_of_liability", "price_per_point")
"""What an agreement may price by."""

UploadDays = Annotated[int, whole_number(0, 36_500)]


class ProgramSection(PoliciesSection):
    """What holds for the program as a whole."""

    id: Id
    """The program; the one that calls name."""
    name: Name
    """Its name."""
    point_name: Name = "point"
    """What one point is called. Default: point."""
    sandbox: Truth = False
    """Never mixes with live programs; fixed by the first revision. Default: false."""
    replay_clock: Truth = False
    """The ledger's clock follows the orders' times; only in a sandbox. Default: false."""
    late_upload_days: UploadDays = LATE_UPLOAD_DAYS
    """So many days after the sale an upload is still taken. Default: 400."""
    time_zone: TimeZone = "UTC"
    """Where bare dates of point values and agreements begin, an IANA time zone. Default: UTC."""
    expiry: ExpiryChoice = NEVER
    """When points expire, unless a rule says otherwise. Default: never."""
    expiry_mode: ExpiryMode = ExpiryMode.UNIFORM
    """`uniform`: all rules expire alike, differing ones are refused. `brand_tiered`: they may differ. Default:
    uniform."""


class _Dated(Section):
    start: Moment | None = Field(default=None, alias="from")
    """First moment in force; a bare date is its start in the program's time zone. Default: always was."""
    until: Moment | None = None
    """First moment no longer in force. Default: until further notice."""


class PointValueSection(_Dated):
    """What a point is worth at a brand for a time."""

    worth: Worth
    """What one point buys here, of any precision."""
    reason: Sentence | None = None
    """Why, as a sentence for quotes and receipts."""


class NamedPointSection(_Dated):
    """What a brand calls its points for a time."""

    name: Name
    """The name of one, for quotes and receipts."""
    per_point: Points
    """So many of them are shown for one point of the program."""


class BrandSection(Section):
    """A division with its own rules and books."""

    name: Name
    """Its name."""
    entity: Id
    """The entity that issues its points, and redeems here unless the program's operators do."""
    point_values: list[PointValueSection] = Field(default_factory=list)
    """What a point is worth when spent here; one a currency at any time. Default: points cannot be spent here."""
    minimum_points: Points = 1
    """The fewest points a redemption takes here. Default: 1."""
    block_points: Points = 1
    """A redemption here is a multiple of so many points. Default: 1."""
    points: Annotated[
        list[NamedPointSection],
        BeforeValidator(one_or_many, json_schema_input_type=NamedPointSection | list[NamedPointSection]),
    ] = Field(default_factory=list)
    """What the brand calls points, and how many it shows for one of the program's; one name at any time. Points are
    kept, earned and spent as the program's. Default: no name of its own."""
    liability: Annotated[list[Worth], BeforeValidator(one_or_many, json_schema_input_type=Worth | list[Worth])] = Field(
        default_factory=list
    )
    """What a point stands for in the issuer's books; needed in every currency in which a rule of the brand may pay."""


class LocationSection(Section):
    """A place of sale."""

    name: Name
    """Its name."""
    operator: Id
    """The entity that runs it."""
    region: Id | None = None
    """Its region."""
    brands: SomeIds
    """The brands sold there."""
    currency: Currency
    """Its currency, ISO 4217."""
    time_zone: TimeZone
    """Its IANA time zone; dates and hours of rules are local to it."""


class CategorySection(Section):
    """A category of goods."""

    name: Name
    """Its name."""
    parent: Id | None = None
    """The category above: rules for that one select goods of this one too. Default: none."""


class StackingSection(Section):
    """Rules that name this group are decided among themselves, those of each brand apart."""

    mode: StackingMode
    """`stack`: all pay. `best_of`: the one that pays most. `first`: the one of highest priority that pays."""
    per: Basis = Basis.LINE
    """What is decided over: each `line`, or all lines of the brand in the `order`. Default: line."""


class AgreementSection(_Dated):
    """What an issuer pays when its points are spent elsewhere. Exactly one of `share_of_face`, `share_of_liability` and
    `price_per_point`."""

    model_config = ConfigDict(json_schema_extra=exactly_one(*PRICES))

    issuer: Id | None = None
    """The entity whose points are spent. Default: anyone."""
    redeemer: Id | None = None
    """The entity that gives value for them. Default: anyone."""
    share_of_face: Share | None = None
    """The price as a share of what the points were worth where they were spent, at most 200%."""
    share_of_liability: Share | None = None
    """The price as a share of what the points stand for in the issuer's books, at most 200%."""
    price_per_point: Annotated[
        list[Worth] | None,
        Field(min_length=1),
        BeforeValidator(one_or_many, json_schema_input_type=Worth | Annotated[list[Worth], Field(min_length=1)]),
    ] = None
    """The price of a point, of any precision, in every currency that points are spent in; one or many."""
    fee: Share | None = None
    """What the issuer pays on top for handling, as a part of the price, at most 100%. Default: nothing."""
    cap_of_face: Share | None = None
    """The most that price and fee come to, as a part of what the points were worth where they were spent, above 0% and
    at most 200%. Default: no matter."""

    @model_validator(mode="after")
    def _one_price(self) -> "AgreementSection":
        if sum(getattr(self, name) is not None for name in PRICES) != 1:
            raise ValueError(f"should have exactly one of {', '.join(PRICES)}")
        return self


class FileSections(Section):
    """A file of a loyalty program (docs/PROGRAM_FILES.md). Any file of a program may hold any of its sections."""

    program: ProgramSection
    """What holds for the program as a whole; in one of its files."""
    entities: dict[Id, EntitySection]
    """Parties that keep books and can owe money, by id."""
    brands: dict[Id, BrandSection]
    """Divisions with their own rules and books, by id."""
    locations: dict[Id, LocationSection]
    """Places of sale, by id."""
    categories: dict[Id, CategorySection]
    """The tree of categories of goods, by id; with one, rules name only categories of it."""
    stacking: dict[Id, StackingSection]
    """Groups of rules that do not simply add up, by id."""
    earn_rules: dict[Id, EarnRuleSection]
    """What lines of a brand earn, by id."""
    caps: dict[Id, CapSection]
    """The most that a line, an order or a member is given by some rules, by id."""
    budgets: dict[Id, BudgetSection]
    """The most that all members together are given by some rules, by id."""
    ladders: dict[Id, LadderSection]
    """Tiers that members reach, by id of the ladder."""
    exchange_rates: dict[Id, ExchangeRateSection]
    """What money of one currency is worth in another, for ladders and settlement, by id."""
    agreements: dict[Id, AgreementSection]
    """What an issuer pays when its points are spent elsewhere, by id."""
    settlement: SettlementSection
    """How entities settle with each other, and what their books are called; in one of the files."""
