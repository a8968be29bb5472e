"""The program that docs/PROGRAM_FILES.md writes from nothing is one."""

import re
from datetime import UTC, datetime
from pathlib import Path

from rules_service.domain.evaluate import evaluate
from rules_service.domain.program_file import ProgramFile
from rules_service.wire.files import read_program
from tests.unit.rules.examples import compiled, line, order

PAGE = Path(__file__).parents[3] / "docs" / "PROGRAM_FILES.md"


def test_the_program_of_the_page_earns_what_the_page_says() -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(), re.DOTALL)
    files = [ProgramFile(f"{number}.yaml", block) for number, block in enumerate(blocks)]
    asked = order(
        line(1, "BAKERY", 300),
        line(2, "BOOKS", 1200, categories=["children"]),
        location="high-street-1",
        currency="GBP",
        time=datetime(2025, 7, 1, 12, tzinfo=UTC),
    )
    judged = evaluate(compiled(read_program("corner", files)), asked)
    assert [line.explanation for line in judged.lines] == [
        "3.00 GBP at 1 point per 1.00 GBP = 3",
        "12.00 GBP at 2 points per 1.00 GBP = 24; ×3 summer reading adds 48; in all 72",
    ]
