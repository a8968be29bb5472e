"""A file a program's configuration is written in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProgramFile:
    """A path relative to the program's folder, and the text."""

    path: str
    content: str
