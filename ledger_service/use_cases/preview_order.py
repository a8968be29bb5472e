"""What a sale would earn, with explanations; changes nothing."""

from ledger_service.domain.order import OrderDocument
from ledger_service.use_cases.ports import Clock, Evaluation, MemberRef, Members, Previews, Programs
from ledger_service.use_cases.times import check_time
from ledger_service.use_cases.together import together


class PreviewOrder:
    """Judges a sale as posting it would."""

    def __init__(self, programs: Programs, members: Members, rules: Previews, clock: Clock) -> None:
        self._programs = programs
        self._members = members
        self._rules = rules
        self._clock = clock

    async def __call__(
        self, program: str, member: MemberRef, document: OrderDocument, explain: bool = False
    ) -> Evaluation:
        """What it would earn; with `explain` also why other rules of the lines' brands do not select them."""
        check_time(self._programs.facts(program), document.occur_time, self._clock.now())
        evaluation, _ = await together(
            self._rules.preview(program, document, explain), self._members.resolve(program, member)
        )
        return evaluation
