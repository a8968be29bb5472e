from collections.abc import Mapping

from chassis.runtime.places import Lying, Widening, no_places
from tests.unit.chassis_runtime.judging import PLACES, Spot, somebody


def places(program: str) -> Mapping[str, Lying]:
    return PLACES.get(program, {})


def test_regions_cover_their_locations_beside_those_of_the_token() -> None:
    caller = somebody("REGIONAL_ADMIN", regions={"EAST"}, locations={"west-1"})
    assert Widening(places).of_regions(caller, "p") == {"east-1", "east-2", "west-1"}


def test_the_same_name_in_another_program_is_another_place() -> None:
    assert Widening(places).of_regions(somebody("REGIONAL_ADMIN", regions={"EAST"}), "q") == set()


def test_every_region_covers_every_location() -> None:
    assert Widening(places).of_regions(somebody("REGIONAL_ADMIN", regions={"*"}), "p") == {"*"}


def test_an_operator_covers_what_it_runs() -> None:
    assert Widening(places).of_operators(somebody("OPERATOR", operators={"ann"}), "p") == {"east-1", "west-1"}


def test_of_a_program_that_is_not_known_nothing_is_covered() -> None:
    assert Widening(places).of_operators(somebody("OPERATOR", operators={"ann"}), "r") == set()
    assert Widening(no_places).of_regions(somebody("REGIONAL_ADMIN", regions={"EAST"}), "p") == set()


def test_a_new_revision_is_seen_at_once() -> None:
    live: dict[str, Mapping[str, Lying]] = {"p": {"east-1": Spot("EAST", "ann")}}
    widening, caller = Widening(lambda program: live[program]), somebody("OPERATOR", operators={"ann"})
    assert widening.of_operators(caller, "p") == {"east-1"}
    live["p"] = {"east-1": Spot("EAST", "bob"), "east-2": Spot("EAST", "ann")}
    assert widening.of_operators(caller, "p") == {"east-2"}
