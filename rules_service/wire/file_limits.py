"""How program files write caps and budgets, and what that means."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from rules_service.domain.check_limits import MOST_LIMITS_A_RULE, TOO_MANY
from rules_service.domain.fault import Path
from rules_service.domain.limits import Limit, LimitHolder, LimitWindow
from rules_service.wire.file_room import ids_size
from rules_service.wire.file_scalars import one_or_many
from rules_service.wire.file_section import Section, SomeIds, exactly_one
from rules_service.wire.file_sources import FileFault, Sources
from rules_service.wire.file_types import Amount, BasisPoints, Id, whole_number

MOST_POINTS = 999_999_999_999
MOST_MARKS = 10

LimitPoints = Annotated[int, whole_number(0, MOST_POINTS)]
_MARKS = Annotated[list[BasisPoints], Field(min_length=1, max_length=MOST_MARKS)]
Marks = Annotated[
    list[BasisPoints],
    Field(min_length=1, max_length=MOST_MARKS),
    BeforeValidator(one_or_many, json_schema_input_type=BasisPoints | _MARKS),
]


class _LimitSection(Section):
    model_config = ConfigDict(
        json_schema_extra={
            "allOf": [exactly_one("offer", "rules"), {"anyOf": [{"required": ["points"]}, {"required": ["money"]}]}]
        }
    )

    offer: Id | None = None
    """It covers what the rules of this offer pay, at every brand. This or `rules`."""
    rules: SomeIds | None = None
    """It covers what these rules pay; one that is written for several brands means all of them. This or `offer`."""
    points: LimitPoints | None = None
    """The most points. Default: as many as there are."""
    money: Amount | None = None
    """The most that the points stand for in their issuers' books (`liability`). Default: as much as there is."""
    window: LimitWindow = LimitWindow.EVER
    """When it begins anew, by the local day of the sale: each `day`, `week` (from Monday), `month`, `quarter`, `year`,
    or never: `ever`. Default: ever."""
    overrun: Literal["trim", "allow"] = "trim"
    """`trim`: no more is given. `allow`: it is only told that the limit is reached. Default: trim."""
    warn_at: Marks = Field(default_factory=list)
    """It is told once when so much of it is used: one or many shares, rising, below 100%, which is always told."""

    @model_validator(mode="after")
    def _limits_something(self) -> "_LimitSection":
        if (self.offer is None) == (self.rules is None):
            raise ValueError("should have either offer or rules")
        if self.points is None and self.money is None:
            raise ValueError("should have points, money or both")
        return self


class CapSection(_LimitSection):
    """The most that one line, order or member is given; at least one of `points` and `money`."""

    per: Literal["line", "order", "member"]
    """Of what it is the most: each `line` of an order, each `order`, or each `member`."""


class BudgetSection(_LimitSection):
    """The most that all members together are given; at least one of `points` and `money`."""

    per: Literal["program", "location"] = "program"
    """Of what it is the most: the whole `program`, or each `location`. Default: program."""


def read_limits(
    caps: Mapping[str, CapSection], budgets: Mapping[str, BudgetSection], sources: Sources, faults: list[FileFault]
) -> Iterator[Limit]:
    """The limits; notes ids that caps and budgets share, and rules that do not exist or are named twice. The rules
    have been read."""
    rules = _NamedRules(sources)
    for limit_id, cap in caps.items():
        yield _limit(limit_id, cap, rules.meant(("caps", limit_id, "rules"), cap.rules or (), faults))
    for limit_id, budget in budgets.items():
        if limit_id in sources.nouns["caps"]:
            faults.append(sources.fault(("budgets", limit_id), "a cap is called so already"))
        else:
            yield _limit(limit_id, budget, rules.meant(("budgets", limit_id, "rules"), budget.rules or (), faults))


class _NamedRules:
    """What limits mean by rules."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._known = sources.known("earn_rules")
        self._written: dict[str, list[str]] = {}
        for made, (rule_id, _) in sources.made_rules.items():
            self._written.setdefault(rule_id, []).append(made)
        self._times: dict[str, int] = {}

    def meant(self, path: Path, rule_ids: Sequence[str], faults: list[FileFault]) -> tuple[str, ...]:
        """The rules that a list at a path means, sorted; those that cannot be are noted and left out, so that what many
        limits mean by one rule for many brands stays bounded."""
        found: set[str] = set()
        for index, rule_id in enumerate(rule_ids):
            meant = self._written.get(rule_id, [rule_id])
            if reason := self._unacceptable(rule_id, meant, found):
                faults.append(self._sources.fault((*path, index), reason))
            elif not self._sources.fits((*path, index), ids_size(meant), faults):
                break
            else:
                self._times[rule_id] = self._times.get(rule_id, 0) + 1
                found.update(meant)
        return tuple(sorted(found))

    def _unacceptable(self, rule_id: str, meant: Iterable[str], earlier: Collection[str]) -> str:
        if self._known is not None and rule_id not in self._known and rule_id not in self._sources.made_rules:
            return f"there is no rule {rule_id}"
        if self._times.get(rule_id, 0) == MOST_LIMITS_A_RULE:
            return TOO_MANY
        return "is named a second time" if any(one in earlier for one in meant) else ""


def _limit(limit_id: str, section: CapSection | BudgetSection, rule_ids: tuple[str, ...]) -> Limit:
    return Limit(
        limit_id=limit_id,
        offer_id=section.offer or "",
        rule_ids=rule_ids,
        holder=LimitHolder(section.per),
        window=section.window,
        points=section.points,
        money=section.money,
        soft=section.overrun == "allow",
        warn_at=tuple(section.warn_at),
    )
