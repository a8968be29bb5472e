"""Conditions in CEL: what they say, what is refused and where, how they fail."""

import threading
from dataclasses import fields
from types import MappingProxyType

import pytest

from rules_service.conditions.offered import VARIABLES
from rules_service.conditions.views import named_values
from rules_service.domain.condition import ConditionFailed, ConditionFault, LineView, OrderView
from tests.unit.rules.sights import CONDITIONS, LINE, ORDER, line, order, ready, refused

HOLD = (
    "true",
    "line.quantity >= 3 && line.quantity != 4 && line.quantity <= 3 && !(line.quantity < 3)",
    "line.net - line.paid == 1000 && line.net + 1 > line.paid && line.paid * 2 == 16000",
    "line.paid / 3 == 2666 && line.paid % 3 == 2 && -line.paid < 0",
    "line.sku == 'TRAIL-2' && line.sku.startsWith('TRAIL') && line.sku.endsWith('-2') && line.sku.contains('AIL')",
    "size(line.sku) == 7 && line.sku.size() == 7 && size(line.categories) == 3 && size(line.attributes) == 2",
    "'shoes' in line.categories && !('shirts' in line.categories) && line.sku in ['TRAIL-1', 'TRAIL-2']",
    "line.categories.exists(c, c.startsWith('shoes.')) && line.categories.exists_one(c, c == 'shoes')",
    "line.categories.all(c, size(c) > 3) && line.categories == ['outdoor', 'shoes', 'shoes.running']",
    "'colour' in line.attributes && line.attributes['colour'] == 'red' && line.attributes.colour == 'red'"
    " || !('colour' in line.attributes)",
    "has(line.attributes.colour) && !has(line.attributes.fabric)",
    "has(line.attributes.size) && int(line.attributes.size) >= 42",
    "order.location == 'mall-1' && order.region == 'east' && order.operator == 'north' && order.channel == 'store'",
    "order.currency == 'USD' && order.weekday in [6, 7] && order.minute_of_day >= 19 * 60 && order.date > '2024-06-30'",
    "order.payment_means == ['card', 'gift_card'] && order.own_spend >= 10000",
    "order.own_quantity > order.own_lines && line.measure_unit == '' && line.measure_milli_units == 0",
    "line.quantity > 2 ? line.paid > 100 : line.paid > 200",
    "line.sku != 'ÄÖ😀' // what follows is a comment",
    "line.quantity >= 3 &&\n\torder.weekday == 6",
    "size([]) == 0 && line.attributes.size() >= 0",
    "[1, 2, 3].exists(n, line.categories.exists(c, size(c) == n + 4))",
)


@pytest.mark.parametrize("source", HOLD)
def test_what_is_so_holds(source: str) -> None:
    assert ready(source).holds(ORDER, LINE)


@pytest.mark.parametrize("source", HOLD)
def test_what_is_so_does_not_hold_when_denied(source: str) -> None:
    bare = source.partition(" //")[0]
    assert not ready(f"!({bare})").holds(ORDER, LINE)


NOT_OFFERED = (
    ("line.sku.matches('a*')", 1, 17, "matches is not offered"),
    ("line.sku + 'a' == 'b'", 1, 10, "+ takes int here, not string"),
    ("line.categories + ['a'] == ['b']", 1, 17, "+ takes int here, not list(string)"),
    ("line.categories[0] == 'a'", 1, 16, "[ ] takes map(string, string) here, not list(string)"),
    ("line.categories.map(c, c) == ['a']", 1, 20, "map and filter are not offered; exists, all and exists_one are"),
    (
        "line.categories.filter(c, true) == ['a']",
        1,
        23,
        "map and filter are not offered; exists, all and exists_one are",
    ),
    ("line.attributes.exists(name, true)", 1, 23, "attributes are asked for by name, one by one"),
    (
        "line.attributes == line.attributes",
        1,
        17,
        "== takes bool or int or list(bool) or list(int) or list(string)",
    ),
    ("line.categories.exists(line, true)", 1, 23, "the variable of a loop is called anything but line"),
    ("[1].all(a, [1].all(b, [1].all(c, true)))", 1, 30, "exists, all and exists_one are nested at most 2 deep"),
    ("{'a': 'b'} == line.attributes", 1, 1, "maps and messages in braces are not offered"),
    ("'a' in {'a': 'b'}", 1, 8, "maps and messages in braces are not offered"),
    ("google.protobuf.BoolValue{value: true}", 1, 1, "maps and messages in braces are not offered"),
    ("google.protobuf.NullValue.NULL_VALUE == 0", 1, 26, "there is no google.protobuf.NullValue.NULL_VALUE"),
    ("type(1) == int", 1, 5, "type is not offered"),
    ("timestamp('2024-01-01T00:00:00Z') < timestamp('2025-01-01T00:00:00Z')", 1, 10, "timestamp is not offered"),
    ("duration('1s') == duration('1s')", 1, 9, "duration is not offered"),
    ("string(line.net) == '1'", 1, 7, "string is not offered"),
    ("dyn(line.net) == 1", 1, 4, "dyn is not offered"),
    ("int(line.net) == 1", 1, 4, "int takes string here, not int"),
    ("true < false", 1, 6, "< takes int or string here, not bool"),
    ("1.5 == 1.5", 1, 1, "numbers with a fraction are not offered; amounts are in minor units"),
    ("[[1]] == [[1]]", 1, 1, "a list holds truths, whole numbers or texts, of one kind"),
    ("[1, 'a'].exists(x, true)", 1, 1, "a list holds truths, whole numbers or texts, of one kind"),
    ("null == null", 1, 1, "is no truth, whole number, text or list of them"),
    ("1u in [1u]", 1, 1, "is no truth, whole number, text or list of them"),
)


@pytest.mark.parametrize(("source", "at_line", "column", "reason"), NOT_OFFERED)
def test_what_is_not_offered_is_refused_where_it_stands(source: str, at_line: int, column: int, reason: str) -> None:
    fault = refused(source)
    assert (fault.line, fault.column) == (at_line, column)
    assert fault.reason.startswith(reason)


WRONG = (
    ("line.nope == 1", 1, 5, "there is no line.nope"),
    ("member.tier == 'gold'", 1, 7, "there is no member.tier"),
    ("line == 1", 1, 1, "there is no line"),
    ("line.quantity > 1.5", 1, 15, "> cannot be applied to (int, double)"),
    ("line.sku == 'a' &&\n  line.quantity == 'b'", 2, 17, "== cannot be applied to (int, string)"),
    ("line.sku == 'ä😀' && line.nope == 1", 1, 25, "there is no line.nope"),
    ("line.sku.lower() == 'a'", 1, 15, "there is no lower"),
    ("line.quantity", 1, 5, "is int, and should be true or false"),
    ("line.categories", 1, 5, "is list(string), and should be true or false"),
    ("order.weekday = 6", 1, 15, "Syntax error: token recognition error at: '= '"),
    ("line.quantity >", 1, 16, "Syntax error: mismatched input '<EOF>'"),
    ("99999999999999999999 > 1", 1, 1, "invalid int literal"),
    ("", 1, 1, "says nothing"),
    (" \n\t", 1, 1, "says nothing"),
    ("true \u202e", 1, 6, "has a character that cannot be seen, U+202E"),
    ("line.sku == '\0'", 1, 14, "has a character that cannot be seen, U+0000"),
    ("true &&\n\ud800", 2, 1, "has a character that cannot be seen, U+D800"),
    ("true" + " " * 1_997, 1, 1, "is longer than 2,000 characters"),
    ("(" * 100 + "true" + ")" * 100, 1, 1, "is nested too deeply"),
    ("1" + "+1" * 100 + " > 0", 1, 1, "is nested too deeply"),
)


@pytest.mark.parametrize(("source", "at_line", "column", "reason"), WRONG)
def test_what_is_wrong_is_told_with_its_place(source: str, at_line: int, column: int, reason: str) -> None:
    assert refused(source) == ConditionFault(at_line, column, reason)


def test_a_source_of_exactly_the_longest_length_is_taken() -> None:
    assert ready("true" + " " * 1_996).holds(ORDER, LINE)


FAIL_AT_ONCE = (
    ("line.attributes.fabric == 'wool'", 16, 'the line has no attribute "fabric"'),
    ("line.attributes['a b'] == 'wool'", 16, 'the line has no attribute "a b"'),
    ("order.own_spend / line.paid >= 2", 17, "it divides by zero"),
    ("order.own_spend % line.paid >= 2", 17, "it divides by zero"),
    ("int(line.sku) > 3", 4, "int is given a text that is no whole number"),
)


@pytest.mark.parametrize(("source", "column", "reason"), FAIL_AT_ONCE)
def test_what_fails_where_nothing_is_told_is_refused_at_once(source: str, column: int, reason: str) -> None:
    assert refused(source) == ConditionFault(1, column, f"fails on a plain line: {reason}")


FAILURES = (
    ("12 / (line.quantity - 3) >= 0", "it divides by zero"),
    ("12 % (line.quantity - 3) >= 0", "it divides by zero"),
    ("line.quantity == 3 && line.attributes.fabric == 'wool'", 'the line has no attribute "fabric"'),
    ("line.quantity == 3 && int(line.sku) > 1", "int is given a text that is no whole number"),
    ("line.paid * 9223372036854775807 >= 0", "a number goes beyond 64 bits"),
    ("line.paid + 9223372036854775807 >= 0", "a number goes beyond 64 bits"),
    ("-9223372036854775807 - line.paid <= 0", "a number goes beyond 64 bits"),
    ("line.categories.all(c, int(c) > 0)", "int is given a text that is no whole number"),
)


@pytest.mark.parametrize(("source", "reason"), FAILURES)
def test_what_has_no_answer_fails_with_a_reason(source: str, reason: str) -> None:
    with pytest.raises(ConditionFailed) as failed:
        ready(source).holds(ORDER, LINE)
    assert failed.value.reason == reason


def test_the_smallest_number_divided_by_minus_one_fails_and_does_not_kill() -> None:
    least = line(net=-(2**63), quantity=-1)
    for source in ("line.net / line.quantity > 0", "line.net % line.quantity == 0", "-line.net > 0"):
        with pytest.raises(ConditionFailed, match="64 bits"):
            ready(source).holds(ORDER, least)


def test_a_number_beyond_64_bits_in_a_view_fails() -> None:
    with pytest.raises(ConditionFailed):
        ready("line.net > 0").holds(ORDER, line(net=2**63))


def test_a_side_that_decides_hides_the_failure_of_the_other() -> None:
    assert ready("line.attributes.fabric == 'wool' || line.quantity >= 1").holds(ORDER, LINE)
    assert not ready("12 / (line.quantity - 3) > 1 && line.quantity == 4").holds(ORDER, LINE)


def test_a_line_with_more_categories_than_can_be_fails() -> None:
    with pytest.raises(ConditionFailed, match="too many categories"):
        ready("line.quantity > 0").holds(ORDER, line(categories=tuple(str(n) for n in range(513))))


def test_every_name_of_the_views_is_offered_and_handed_over() -> None:
    views = (("order", OrderView), ("line", LineView))
    names = [f"{place}.{field.name}" for place, view in views for field in fields(view)]
    assert list(VARIABLES) == names == list(named_values(ORDER, LINE))


def test_views_may_hold_any_mapping() -> None:
    told = line(attributes=MappingProxyType({"colour": "blue"}))
    assert ready("has(line.attributes.colour) && line.attributes.colour == 'blue'").holds(ORDER, told)


def test_the_views_of_an_earlier_evaluation_are_not_seen() -> None:
    condition = ready("line.quantity == 3 && order.weekday == 6")
    seen = [(ORDER, LINE), (ORDER, line(quantity=4)), (order(weekday=5), LINE), (ORDER, LINE), (ORDER, LINE)]
    assert [condition.holds(*views) for views in seen] == [True, False, False, True, True]


def test_a_source_is_compiled_once_as_long_as_somebody_holds_it() -> None:
    held = ready("line.quantity == 7")
    assert ready("line.quantity == 7") is held


def test_threads_compile_and_evaluate_side_by_side() -> None:
    wrong: list[object] = []

    def work(number: int) -> None:
        mine = line(quantity=number)
        for turn in range(200):
            condition = CONDITIONS.compile(f"line.quantity == {number} && {turn} == {turn}")
            if isinstance(condition, ConditionFault) or not condition.holds(ORDER, mine):
                wrong.append((number, turn, condition))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
