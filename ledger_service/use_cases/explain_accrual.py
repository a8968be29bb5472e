"""Why an accrual is what it is: what gave it, and everything that happened to it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from ledger_service.domain import refusals
from ledger_service.domain.sentences import movement_sentence
from ledger_service.use_cases.history_ports import History, RuleBook, Story
from ledger_service.use_cases.list_movements import PageKey
from ledger_service.use_cases.ports import MemberRef, Members, Programs


@dataclass(frozen=True, slots=True)
class Explanation:
    """An accrual's story, with its rule's sentence, one sentence per movement, and where the next page of movements
    goes on."""

    story: Story
    rule_description: str
    sentences: tuple[str, ...]
    next: PageKey | None


class ExplainAccrual:
    """Looks among all homes of the member's wallet."""

    def __init__(self, programs: Programs, members: Members, history: History, rules: RuleBook) -> None:
        self._programs = programs
        self._members = members
        self._history = history
        self._rules = rules

    async def __call__(
        self,
        program: str,
        member: MemberRef,
        accrual_id: str,
        after: PageKey | None,
        limit: int,
        sees: Callable[[str], bool],
    ) -> Explanation:
        """The explanation with at most `limit` movements after a page's end; ACCRUAL_NOT_FOUND if the wallet has no
        such accrual of a brand that the caller `sees`."""
        self._programs.facts(program)
        resolution = await self._members.resolve(program, member)
        start = after.sequence if after else 0
        # One more than asked for tells whether there is a next page.
        story = await self._history.story(program, resolution.homes, accrual_id, start, limit + 1)
        if story is None or not sees(story.accrual.brand):
            raise refusals.accrual_not_found(accrual_id)
        accrual = story.accrual
        described = ""
        if accrual.rule_id and accrual.revision:
            described = await self._rules.rule_description(program, accrual.revision, accrual.rule_id)
        page = story.movements[:limit]
        last = page[-1].movement if len(story.movements) > limit else None
        return Explanation(
            story=replace(story, movements=page),
            rule_description=described,
            sentences=tuple(movement_sentence(view.movement, accrual, story.order) for view in page),
            next=PageKey(last.home, last.sequence) if last else None,
        )
