"""Who stands for all others stands for every one of them."""

from hypothesis import given, settings
from hypothesis import strategies as st

from rules_service.domain.meetings import Told, meetings
from rules_service.domain.program import Program
from tests.property.rules.strategies import ENTITIES, programs
from tests.support.examples import examples

some_entities = st.frozensets(st.sampled_from(ENTITIES), max_size=2)


@given(programs(), some_entities, some_entities)
@settings(max_examples=examples(16))
def test_those_who_are_told_stand_for_all(program: Program, issuers: frozenset[str], redeemers: frozenset[str]) -> None:
    def cases(told: Told | None) -> set[tuple[str, str, str, int]]:
        """Every meeting, with those who need no telling under one name."""
        return {
            (
                meeting.issuer if meeting.issuer in issuers else "",
                meeting.redeemer if meeting.redeemer in redeemers else "",
                meeting.brand_id,
                meeting.value_index,
            )
            for meeting in meetings(program, told)
        }

    assert cases(Told(issuers, redeemers)) == cases(None)
