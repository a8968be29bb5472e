"""`python -m tests.property.rules.hostile_conditions [EXAMPLES]`: conditions under whatever can be written.

Runs in a process of its own with bounded memory, so that a crash, a hang or a leak is seen from outside. Each source
must end as a condition or as a fault whose place is in it, and each condition in an answer or a failure, all in time.
"""

import resource
import sys
import threading
import time
from collections.abc import Iterator

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules_service.domain.condition import Condition, ConditionFailed, ConditionFault, LineView, OrderView
from tests.unit.rules.sights import CONDITIONS, LARGEST_LINE, LARGEST_ORDER, LINE, ORDER
from tests.unit.rules.test_conditions import FAILURES, HOLD, NOT_OFFERED, WRONG

MOST_BYTES = 2 * 1024**3
"""Of address space, much of which the libraries take without using it."""
MOST_SECONDS = 1.0
"""Of processor time for one source, compiled and evaluated."""
MOST_ANSWER_SECONDS = 0.05
"""Of processor time for one evaluation, on the largest order too."""
ASKING_SECONDS, SECONDS_A_STEP = 0.002, 2e-7
"""Of processor time for one evaluation, by the steps that it was said to take: ten times what a step takes, and what
is needed to hand the largest line over."""
STACK_BYTES = 512 * 1024
"""Of the thread that it runs in: a sixteenth of what threads have by default."""
MOST_REASON = 250

_NAMES = ("line.sku", "line.quantity", "line.categories", "line.attributes", "order.payment_means", "order.own_spend")
_WORDS = (
    *_NAMES,
    *("c", "true", "false", "null", "1", "0", "-1", "9223372036854775807", "1.5", "1u", "'a'", "b'a'", "'ä😀'", '"""'),
    *("==", "!=", "<", ">=", "&&", "||", "!", "?", ":", "+", "-", "*", "/", "%", "in", "(", ")", "[", "]", "{", "}"),
    *(",", ".", ".exists(c,", ".all(c,", ".map(c,", ".filter(c,", ".size()", "has(", "size(", "int(", ".contains("),
    *("matches(", "dyn(", "google.protobuf.Any{", "\n", "\t", "//", "\\", "'", "`", ".?", "[?", "\u202e", "\0"),
)
_SEEDS = (*HOLD, *(row[0] for row in (*NOT_OFFERED, *WRONG, *FAILURES)))


def corpus() -> Iterator[str]:
    """Sources that have hurt evaluators, ours or others."""
    for part in ("(", "[", "{", "!", "-", "1+", "1 + ", "true&&", "a.", "a?", "?", ":", ",", "@", "`", "'", '"', "\\"):
        yield from (part * 50_000, part * (2_000 // len(part)), part * 30)
    yield "+".join(["1"] * 50_000)
    yield " && ".join(["line.quantity > 0"] * 95)
    yield from (f"{'(' * depth}true{')' * depth}" for depth in (10, 31, 32, 33, 500, 999))
    yield from (f"{'[' * depth}1{']' * depth} == []" for depth in (10, 30, 33, 900))
    yield from (f"{'size(' * depth}line.sku{')' * depth} == 1" for depth in (2, 30, 350))
    yield from (f"line.sku{'.size()' * depth} == 1" for depth in (2, 30, 240))
    for loop in ("exists", "all", "exists_one", "map", "filter"):
        for depth in (1, 2, 3, 8, 30, 100):
            yield f"[1].{loop}(a," * depth + "true" + ")" * depth
            yield f"line.categories.{loop}(c," * min(depth, 60) + "c == 'a'" + ")" * min(depth, 60)
    doubled = "'ab'"
    for _ in range(9):
        doubled = f"({doubled} + {doubled})"
        yield f"{doubled} == line.sku"
    yield "[1].map(a, 'x' + 'x').map(a, a + a).map(a, a + a) == ['x']"
    yield from (f"'{'x' * 1_980}' == line.sku", f"'{'😀' * 1_980}' == line.sku", f'"""{chr(10) * 1_900}""" == line.sku')
    yield from (f"'{'x' * 1_980}", '"' + "\\x" * 900 + '"', "'" + "\\u00e" * 300 + "'", "r'" + "\\" * 1_900 + "'")
    yield from (
        "9" * 1_990,
        f"{'9' * 1_980} > 1",
        f"1.{'9' * 1_900} > 1.0",
        f"1e{'9' * 1_900} > 1.0",
        "0x" + "f" * 1_900,
    )
    yield from (f"line.sku.matches('{'(a*)*' * 300}')", "line.sku.matches('((a{1000}){1000}){1000}')")
    yield f"line.quantity in [{','.join(['1'] * 900)}]"
    yield f"{{{','.join(f'{n}:{n}' for n in range(200))}}} == line.attributes"
    yield f"[{','.join(['[1]', '[true]'] * 180)}] == []"
    yield from ("\0" * 2_000, "true\0", "\ud800", "'\udfff'", "\u202e" * 500, "\ufeff true", "tru\u0435", "ｔｒｕｅ")
    yield from (" " * 2_000, "\n" * 2_000, "\r\n" * 900, "//" + "x" * 1_900, "true //" + "x" * 1_900, "/* true */")
    yield from (
        "@result",
        "@not_strictly_false(true)",
        "__result__",
        "_&&_(true, true)",
        ".line.sku == 'a'",
        "line.",
        ".",
    )
    yield from (
        "loyalty.ledger.v1.Order{}",
        "cel.expr.Expr{}",
        "google.protobuf.Struct{fields: {'a': 1}}",
        "type(type)",
    )


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A source that means something, with a few parts taken out, doubled or put in."""
    source = draw(st.sampled_from(_SEEDS))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(source)))
        end = draw(st.integers(start, min(len(source), start + 12)))
        put = draw(st.one_of(st.just(""), st.sampled_from(_WORDS), st.text(max_size=3), st.just(source[start:end] * 2)))
        source = source[:start] + put + source[end:]
    return source


_TEXTS = st.one_of(st.sampled_from(("'a'", "'shoes'", "line.sku", "order.region", "c")))
_NUMBERS = st.recursive(
    st.sampled_from(("0", "1", "-1", "3", "9223372036854775807", "line.quantity", "line.net", "size(line.sku)")),
    lambda inner: st.builds("({} {} {})".format, inner, st.sampled_from("+-*/%"), inner),
    max_leaves=6,
)
_TRUTHS = st.recursive(
    st.one_of(
        st.builds("{} {} {}".format, _NUMBERS, st.sampled_from(("==", "<", ">=")), _NUMBERS),
        st.builds("{} {} {}".format, _TEXTS, st.sampled_from(("==", "!=", "<")), _TEXTS),
        st.builds("{} in line.{}".format, _TEXTS, st.sampled_from(("categories", "attributes"))),
        st.builds("line.attributes[{}] == {}".format, _TEXTS, _TEXTS),
    ),
    lambda inner: st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from(("&&", "||", "==")), inner),
        st.builds("!({})".format, inner),
        st.builds("({} ? {} : {})".format, inner, inner, inner),
        st.builds("line.categories.{}(c, {})".format, st.sampled_from(("exists", "all", "exists_one")), inner),
        st.builds("[{}, 2].exists(n, {})".format, _NUMBERS, inner),
    ),
    max_leaves=12,
)
SOURCES = st.one_of(
    st.text(max_size=60),
    st.lists(st.sampled_from(_WORDS), max_size=40).map("".join),
    st.lists(st.sampled_from(_WORDS), max_size=40).map(" ".join),
    mutated(),
    _TRUTHS,
)


def judge(source: str) -> str:
    """What became of a source. Raises AssertionError for anything but what is promised."""
    begun = time.thread_time()
    made = CONDITIONS.compile(source)
    if isinstance(made, ConditionFault):
        lines = source.split("\n")
        assert 1 <= made.line <= len(lines), (source, made)
        assert 1 <= made.column <= len(lines[made.line - 1]) + 1, (source, made)
        assert 0 < len(made.reason) <= MOST_REASON, (source, made)
        outcome = "fault"
    else:
        outcome = "condition"
        for order, line in ((ORDER, LINE), (LARGEST_ORDER, LARGEST_LINE)):
            (first, took), (again, took_again) = _answer(made, order, line), _answer(made, order, line)
            assert first == again, source
            assert min(took, took_again) < ASKING_SECONDS + SECONDS_A_STEP * made.most_steps, (source, made.most_steps)
    assert time.thread_time() - begun < MOST_SECONDS, source
    return outcome


def _answer(made: Condition, order: OrderView, line: LineView) -> tuple[bool | str, float]:
    """What it came to, and the processor time that it took."""
    begun = time.thread_time()
    answer: bool | str
    try:
        answer = made.holds(order, line)
        assert answer is True or answer is False
    except ConditionFailed as failed:
        answer = failed.reason
    took = time.thread_time() - begun
    assert took < MOST_ANSWER_SECONDS
    return answer, took


def main() -> None:
    """The corpus, then so many made-up sources; prints what became of them."""
    examples = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    found = {"condition": 0, "fault": 0}
    errors: list[BaseException] = []

    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(SOURCES)
    def made_up(source: str) -> None:
        found[judge(source)] += 1

    def work() -> None:
        try:
            for source in corpus():
                found[judge(source)] += 1
            made_up()
        except BaseException as error:
            errors.append(error)
            raise

    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    threading.stack_size(STACK_BYTES)
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    if errors:
        sys.exit(1)
    print(f"{found['condition']} conditions, {found['fault']} faults")


if __name__ == "__main__":
    main()
