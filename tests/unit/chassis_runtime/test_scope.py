from chassis.runtime.scope import NOTHING, Scope, current_scope, listed, widest


def test_outside_of_an_rpc_there_is_nothing_to_see() -> None:
    assert current_scope() == NOTHING == Scope("", "", "", "")


def test_names_are_listed_in_order() -> None:
    assert listed({"b", "a"}) == "a,b"


def test_everything_is_a_star() -> None:
    assert listed({"b", "*"}) == "*"


def test_what_is_no_id_names_nothing() -> None:
    assert listed({"a,b", "c d", "e"}) == "e"


def test_nothing_covers_nothing() -> None:
    assert listed(set()) == ""


def test_the_widest_of_some() -> None:
    assert widest([Scope("p", "A", "", "x"), Scope("p", "*", "", "y")]) == Scope("p", "*", "", "x,y")
