"""A pair that a rule cannot judge is left to people as far as that rule goes, and what speaks for it now."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from chassis.runtime.clock import SystemClock
from identity_service.domain.duplicates import Clause, Duplicate, MergeRule
from identity_service.use_cases.decide_duplicate import JudgeByRule
from tests.unit.identity.test_duplicates import found


@dataclass
class Pairs:
    """One pair and the rule of its program; whoever follows it to its members fails, and then `meanwhile` happens."""

    meanwhile: Callable[["Pairs"], None]
    pair: Duplicate
    version: int = 1

    async def pending(self) -> Any:
        return SimpleNamespace(pairs=True)

    async def change(self, work: Callable[["Pairs"], Awaitable[bool]]) -> bool:
        try:
            return await work(self)
        except RuntimeError:
            self.meanwhile(self)
            raise

    async def to_judge(self) -> Duplicate:
        return self.pair

    async def lock_duplicate(self, _program: str, _pair: str) -> Duplicate:
        return self.pair

    async def rule(self, _program: str, _version: int) -> MergeRule:
        return MergeRule(self.version, (Clause((), 0),))

    async def follow(self, _members: object) -> None:
        raise RuntimeError("not this one")

    async def save_duplicate(self, pair: Duplicate) -> None:
        self.pair = pair


def another_rule(pairs: Pairs) -> None:
    pairs.version = 2


def more_evidence(pairs: Pairs) -> None:
    pairs.pair = replace(pairs.pair, evidence_version=2)


@pytest.mark.parametrize(
    ("meanwhile", "judged"),
    [(lambda _pairs: None, 1), (another_rule, 1), (more_evidence, 0)],
    ids=["nothing", "rule", "evidence"],
)
async def test_what_came_meanwhile_is_judged_yet(meanwhile: Callable[[Pairs], None], judged: int) -> None:
    pairs = Pairs(meanwhile, found())
    with pytest.raises(RuntimeError):
        await JudgeByRule(cast(Any, pairs), cast(Any, None), SystemClock())()
    assert pairs.pair.judged_rule_version == judged
