"""Texts that people wrote are one line that reads the same everywhere."""

import sys
import unicodedata

import pytest

from chassis.values.texts import is_plain


def test_every_control_character_is_refused() -> None:
    controls = [chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) == "Cc"]
    assert len(controls) == 65
    assert not any(is_plain(f"a{control}b") for control in controls)


@pytest.mark.parametrize("code", [0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xD800, 0xDFFF])
def test_separators_overrides_and_lone_surrogates_are_refused(code: int) -> None:
    assert not is_plain(f"a{chr(code)}b")


@pytest.mark.parametrize("text", ["", " ", "it broke", "Größe – «ä»", "אבג", "\u200fאב", "👩\u200d👧", "\ud7ff\ue000"])
def test_what_people_write_is_plain(text: str) -> None:
    assert is_plain(text)
