"""What a sale would earn, with explanations; changes nothing."""

from collections.abc import Callable
from dataclasses import dataclass

from ledger_service.domain.order import OrderDocument
from ledger_service.domain.standing.view import StandingView
from ledger_service.use_cases.get_standing import StandingsOfMember
from ledger_service.use_cases.judging_ports import Previews
from ledger_service.use_cases.member_facts import Judging
from ledger_service.use_cases.ports import Clock, Evaluation, MemberRef, Members, Programs
from ledger_service.use_cases.preview_grants import Grants, PreviewGrants
from ledger_service.use_cases.times import check_time
from ledger_service.use_cases.together import together


@dataclass(frozen=True, slots=True)
class Preview:
    """What rules would give a sale, what of that the member would be granted now, and where the member stands on the
    day of the sale."""

    evaluation: Evaluation
    grants: Grants
    standings: tuple[StandingView, ...] = ()


class PreviewOrder:
    """Judges a sale as posting it would."""

    def __init__(
        self,
        programs: Programs,
        members: Members,
        rules: Previews,
        judging: Judging,
        grants: PreviewGrants,
        standings: StandingsOfMember,
        clock: Clock,
    ) -> None:
        self._programs = programs
        self._members = members
        self._rules = rules
        self._judging = judging
        self._grants = grants
        self._standings = standings
        self._clock = clock

    async def __call__(
        self,
        program: str,
        member: MemberRef,
        document: OrderDocument,
        covers_brand: Callable[[str], bool],
        explain: bool = False,
    ) -> Preview:
        """What it would earn; with `explain` also why other rules of the lines' brands do not select them. Standings on
        ladders of brands that concern the caller."""
        facts = self._programs.facts(program)
        check_time(facts, document.occur_time, self._clock.now())
        judged = await self._judging.asked(
            facts,
            document,
            self._members.resolve(program, member),
            lambda told: self._rules.preview(program, document, explain, told),
        )
        evaluation, resolution = judged.evaluation, judged.resolution
        granted = self._grants(program, resolution, evaluation.awards)
        standings = self._standings(program, resolution, covers_brand, evaluation.local_day)
        return Preview(evaluation, *await together(granted, standings))
