"""The files of a program merged into one set of sections, each noun with the place it came from."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from chassis.values.ids import is_id
from chassis.values.refusal import Violation
from rules_service.domain.fault import Path
from rules_service.domain.program_file import ProgramFile
from rules_service.wire.file_room import PROGRAM_TOO_LARGE, Room
from rules_service.wire.yaml_tree import ListNode, MapNode, Node, read_yaml

PROGRAM, SETTLEMENT = "program", "settlement"
NOUNS = (
    "entities",
    "brands",
    "locations",
    "categories",
    "stacking",
    "earn_rules",
    "caps",
    "budgets",
    "ladders",
    "exchange_rates",
    "agreements",
)
SECTIONS = (PROGRAM, *NOUNS, SETTLEMENT)
MOST_FILES = 500
MOST_BYTES = 1 << 20
MOST_PLACE, MOST_REASON = 300, 1_000
"""Characters that are told of a place, or a reason, whatever the files call things."""

_FILE_PATH = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./+-]{0,199}")


@dataclass(frozen=True, slots=True)
class FileFault:
    """What is wrong at a place of a file; `path` is the place in the program, possibly empty."""

    file: str
    line: int
    path: Path
    reason: str

    def violation(self) -> Violation:
        """The fault as a refusal carries it: `brands.yaml:12 brands.PEAK.name`."""
        place = _printable(_dotted(self.path), MOST_PLACE)
        return Violation(f"{_printable(self.file, MOST_PLACE)}:{self.line} {place}".rstrip(), _printable(self.reason))


@dataclass(frozen=True, slots=True)
class Entry:
    """A noun as it was written: file, line of its id, and its tree."""

    file: str
    line: int
    node: Node


@dataclass(slots=True)
class Sources:
    """Everything the files say, by section and id; `once` are the sections that are no lists of nouns. `complete` is
    False if some file could not be read."""

    once: dict[str, Entry] = field(default_factory=dict)
    nouns: dict[str, dict[str, Entry]] = field(default_factory=lambda: {section: {} for section in NOUNS})
    faults: list[FileFault] = field(default_factory=list)
    complete: bool = True
    first_file: str = ""
    made_rules: dict[str, tuple[str, int]] = field(default_factory=dict)
    """By the id of a rule that was made from one of several brands: the id it is written under, and which brand."""
    room: Room = field(default_factory=Room)

    def known(self, section: str) -> frozenset[str] | None:
        """Ids defined in a section; None if a file that may define more could not be read."""
        return frozenset(self.nouns[section]) if self.complete else None

    def fault(self, path: Path, reason: str) -> FileFault:
        """A fault at the closest place of the path that the files name."""
        path = self._as_written(path)
        entry = self._entry(path)
        if entry is None:
            return FileFault(self.first_file, 1, path, reason)
        named = 2 if path[0] in NOUNS else 1
        line, steps = _closest(entry, path[named:])
        return FileFault(entry.file, line, (*path[:named], *steps), reason)

    def fits(self, path: Path, size: int, faults: list[FileFault]) -> bool:
        """Whether the program has room for so many bytes more; notes the first place at which it has not."""
        told = self.room.left < 0
        fits = self.room.take(size)
        if not fits and not told:
            faults.append(self.fault(path, PROGRAM_TOO_LARGE))
        return fits

    def _as_written(self, path: Path) -> Path:
        """The path of a rule that was made, as that of the rule it was made from."""
        if len(path) < 2 or path[0] != "earn_rules" or path[1] not in self.made_rules:
            return path
        rule_id, index = self.made_rules[str(path[1])]
        rest: Path = ("brands", index) if path[2:] == ("brand",) else path[2:]
        return ("earn_rules", rule_id, *rest)

    def _entry(self, path: Path) -> Entry | None:
        if path[0] not in NOUNS:
            return self.once.get(str(path[0]))
        return self.nouns[str(path[0])].get(str(path[1])) if len(path) > 1 else None


def merged(files: Sequence[ProgramFile]) -> Sources:
    """The sections of all files. Any file may hold any sections; an id may be defined once."""
    sources = Sources(first_file=min((file.path for file in files), default=""))
    if not 1 <= len(files) <= MOST_FILES:
        sources.faults.append(FileFault("", 1, (), f"a program has 1 to {MOST_FILES} files"))
        sources.complete = False
        return sources
    paths: set[str] = set()
    for file in sorted(files, key=lambda file: file.path):
        if reason := _unacceptable(file, paths):
            sources.faults.append(FileFault(file.path, 1, (), reason))
            sources.complete = False
        else:
            _read(file, sources)
        paths.add(file.path)
    return sources


def _unacceptable(file: ProgramFile, earlier: set[str]) -> str:
    if not _FILE_PATH.fullmatch(file.path) or not {"", ".", ".."}.isdisjoint(file.path.split("/")):
        return "a path is relative, within the folder, at most 200 letters, digits and _ . / + -"
    if file.path in earlier:
        return "the file is given twice"
    if len(file.content.encode()) > MOST_BYTES:
        return f"is larger than {MOST_BYTES} bytes"
    return ""


def _read(file: ProgramFile, sources: Sources) -> None:
    tree, text_faults = read_yaml(file.content)
    sources.faults.extend(FileFault(file.path, fault.line, (), fault.reason) for fault in text_faults)
    if tree is None:
        sources.complete = sources.complete and not text_faults
        return
    if not isinstance(tree, MapNode):
        sources.faults.append(FileFault(file.path, tree.line, (), "should be a map of sections"))
        return
    for section, node in tree.entries.items():
        line = tree.key_lines[section]
        if section in NOUNS:
            _add_nouns(file.path, section, node, sources)
        elif section in SECTIONS:
            _add_once(section, Entry(file.path, line, node), sources)
        else:
            reason = f"is no section; sections are {', '.join(SECTIONS)}"
            sources.faults.append(FileFault(file.path, line, (section,), reason))


def _add_once(section: str, entry: Entry, sources: Sources) -> None:
    if section not in sources.once:
        sources.once[section] = entry
        return
    first = sources.once[section]
    reason = f"is described a second time, first at {first.file}:{first.line}"
    sources.faults.append(FileFault(entry.file, entry.line, (section,), reason))


def _add_nouns(file: str, section: str, node: Node, sources: Sources) -> None:
    if not isinstance(node, MapNode):
        sources.faults.append(FileFault(file, node.line, (section,), "should be a map from id to description"))
        return
    nouns = sources.nouns[section]
    for noun_id, noun in node.entries.items():
        line = node.key_lines[noun_id]
        if not is_id(noun_id):
            reason = "an id has letters, digits and . _ : / @ + - only, a letter or digit first, at most 128"
            sources.faults.append(FileFault(file, line, (section, noun_id), reason))
        if noun_id in nouns:
            first = f"{nouns[noun_id].file}:{nouns[noun_id].line}"
            reason = f"is defined a second time, first at {first}"
            sources.faults.append(FileFault(file, line, (section, noun_id), reason))
        else:
            nouns[noun_id] = Entry(file, line, noun)


def _closest(entry: Entry, steps: Path) -> tuple[int, Path]:
    """The line of the deepest step that exists, and the steps as they were written: what stands for a list of one has
    no number."""
    line, node, rest = entry.line, entry.node, list(steps)
    written: list[str | int] = []
    while rest:
        step = rest.pop(0)
        if isinstance(node, MapNode) and step in node.entries:
            line, node = node.key_lines[str(step)], node.entries[str(step)]
        elif isinstance(node, ListNode) and isinstance(step, int) and step < len(node.items):
            node = node.items[step]
            line = node.line
        elif isinstance(step, int) and not isinstance(node, ListNode):
            continue
        else:
            return line, (*written, step, *rest)
        written.append(step)
    return line, tuple(written)


def _printable(text: str, most: int = MOST_REASON) -> str:
    """One line, not too long."""
    line = text if text.isprintable() else "".join(sign if sign.isprintable() else "\ufffd" for sign in text[:most])
    return line if len(line) <= most else f"{line[: most - 1]}…"


def _dotted(path: Path) -> str:
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}"
    return text.removeprefix(".")


def plain(node: Node) -> Mapping[str, object] | list[object] | str | None:
    """The tree without its lines; every scalar is its text."""
    if isinstance(node, MapNode):
        return {key: plain(value) for key, value in node.entries.items()}
    if isinstance(node, ListNode):
        return [plain(item) for item in node.items]
    return node.text
