"""A folder of program files: reading it, and writing one that is read back byte for byte."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from rules_service.domain.program_file import ProgramFile
from rules_service.wire.file_sources import PROGRAM, merged
from rules_service.wire.yaml_tree import MapNode, Scalar

SUFFIXES = (".yaml", ".yml")


class FolderError(Exception):
    """A folder that cannot be read or written, said for people."""


@dataclass(frozen=True, slots=True)
class ProgramFolder:
    """The files of a folder and the program they describe."""

    program_id: str
    files: tuple[ProgramFile, ...]


def read_folder(folder: Path, program_id: str = "") -> ProgramFolder:
    """Every YAML file in the folder and the folders in it; hidden ones are left out. `program_id` empty: the files'."""
    if not folder.is_dir():
        raise FolderError(f"{folder} is no folder")
    paths = sorted(path for path in folder.rglob("*") if path.suffix in SUFFIXES and path.is_file())
    shown = [path for path in paths if not any(part.startswith(".") for part in path.relative_to(folder).parts)]
    if not shown:
        raise FolderError(f"{folder} has no YAML files")
    files = tuple(ProgramFile(path.relative_to(folder).as_posix(), _text(path)) for path in shown)
    return ProgramFolder(program_id or _program_id(folder, files), files)


def write_folder(folder: Path, files: Sequence[ProgramFile]) -> None:
    """Write files into a folder that is new or empty."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise FolderError(f"{folder} is not empty")
        for file in files:
            target = folder / _inside(file.path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.content.encode())
    except OSError as error:
        raise FolderError(f"{folder} cannot be written: {error}") from error


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode()
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise FolderError(f"{path}:{line}: is not UTF-8") from error
    except OSError as error:
        raise FolderError(f"{path} cannot be read: {error}") from error


def _program_id(folder: Path, files: Sequence[ProgramFile]) -> str:
    """The id in the program section, as far as the files can be read."""
    sources = merged(files)
    entry = sources.once.get(PROGRAM)
    node = entry.node if entry is not None else None
    named = node.entries.get("id") if isinstance(node, MapNode) else None
    if isinstance(named, Scalar) and named.text:
        return named.text
    faults = [f"{folder}/{fault.file}:{fault.line}: {fault.reason}" for fault in sources.faults]
    raise FolderError("\n".join([*faults, f"{folder}: no file says which {PROGRAM} it is (`program: {{id: …}}`)"]))


def _inside(path: str) -> PurePosixPath:
    """A path that stays in its folder."""
    parts = PurePosixPath(path)
    if parts.is_absolute() or ".." in parts.parts:
        raise FolderError(f"{path} leaves the folder")
    return parts
