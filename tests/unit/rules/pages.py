"""The program files that pages of the documentation show."""

import re
from pathlib import Path

from rules_service.domain.program_file import ProgramFile

DOCS = Path(__file__).parents[3] / "docs"

_BLOCK = re.compile(r"```yaml(?: (?P<path>\S+))?\n(?P<text>.*?)```", re.DOTALL)


def page_files(page: str) -> list[ProgramFile]:
    """Each block of YAML of the page, under the path it names beside the word yaml, or else its number."""
    blocks = _BLOCK.finditer((DOCS / page).read_text())
    return [ProgramFile(block["path"] or f"{number}.yaml", block["text"]) for number, block in enumerate(blocks)]
