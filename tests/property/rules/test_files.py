"""Whatever text is given as a program file, the answer is a program or faults with places, never a crash."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.values.refusal import Refusal
from rules_service.domain.content import program_content
from rules_service.domain.program import Program
from rules_service.domain.program_file import ProgramFile
from rules_service.wire.yaml_tree import read_yaml
from tests.support.examples import examples
from tests.unit.rules.examples import example_files, read

PLACE = re.compile(r"\S+:\d+( .+)?")
WHOLE_EXAMPLE = "\n".join(file.content for file in example_files("worked-basket"))
TOKENS = st.sampled_from(
    ["&a", "*a", "!!x", "{", "}", "[", "]", ":", "- ", "? ", "---\n", "...", "|", ">", "'", '"', "#", "~", "%", "\t",
     "\n", " ", "0", "-1", "1e9", ".inf", "\x00", "\ud7ff", "𝟙", "null", "never", "100%", "1.00 USD", "<<"]
)  # fmt: skip


def read_texts(*texts: str) -> Program | Refusal:
    """The program, or the refusal, each of whose violations has a place."""
    files = [ProgramFile(f"{number}.yaml", text) for number, text in enumerate(texts)]
    try:
        return read("worked-basket", files)
    except Refusal as refusal:
        outcome = refusal
    assert outcome.reason == "PROGRAM_INVALID"
    assert outcome.violations
    assert all(PLACE.fullmatch(violation.field) for violation in outcome.violations)
    return outcome


@given(st.text(max_size=200))
def test_any_text_is_a_tree_or_faults(text: str) -> None:
    tree, faults = read_yaml(text)
    assert tree is None or not faults or all(fault.line >= 1 for fault in faults)


@given(st.lists(st.text(max_size=60), min_size=1, max_size=3))
def test_any_texts_are_a_program_or_faults(texts: list[str]) -> None:
    read_texts(*texts)


@given(st.integers(0, len(WHOLE_EXAMPLE)), st.integers(0, 30), st.lists(TOKENS, max_size=4))
@settings(max_examples=examples(60))
def test_a_damaged_example_is_a_program_or_faults(place: int, cut: int, tokens: list[str]) -> None:
    read_texts(WHOLE_EXAMPLE[:place] + "".join(tokens) + WHOLE_EXAMPLE[place + cut :])


@given(st.permutations(example_files("worked-basket")))
def test_the_order_of_files_does_not_matter(files: list[ProgramFile]) -> None:
    in_order = read("worked-basket", example_files("worked-basket"))
    assert program_content(read("worked-basket", files)) == program_content(in_order)
