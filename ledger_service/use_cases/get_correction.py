"""A planned correction as it stands now."""

from collections.abc import Callable
from dataclasses import replace

from ledger_service.domain import refusals
from ledger_service.domain.correction import CorrectionProgress
from ledger_service.use_cases.people_ports import Corrections
from ledger_service.use_cases.ports import Programs


class GetCorrection:
    """Finds a plan by its id."""

    def __init__(self, programs: Programs, corrections: Corrections) -> None:
        self._programs = programs
        self._corrections = corrections

    async def __call__(self, program: str, correction_id: str) -> CorrectionProgress:
        """The plan; CORRECTION_NOT_FOUND if there is none."""
        self._programs.facts(program)
        found = await self._corrections.find(program, correction_id)
        if found is None:
            raise refusals.correction_not_found(correction_id)
        return found


def seen_by(progress: CorrectionProgress, sees: Callable[[str], bool]) -> CorrectionProgress:
    """The plan with its effects on brands that the caller `sees`."""
    correction = progress.correction
    effects = tuple(effect for effect in correction.effects if sees(effect.brand))
    return replace(progress, correction=replace(correction, effects=effects))
