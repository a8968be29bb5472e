"""SQL by name: one statement a file in `store/sql/` or in a folder of its subject there, loaded once, executed with its
name in the trace."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable

import asyncpg

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_COMMENT = re.compile(r"--[^\n]*")


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement; its name is that of its file without `.sql`."""

    name: str
    sql: str


class Statements:
    """The statements of a package's `sql` folder, by attribute or by `[]`.

    Bind them at import time (`_FIND = SQL.find_member`), so that a missing file fails at boot.
    """

    def __init__(self, package: str, by_name: Mapping[str, Statement]) -> None:
        self._package = package
        self._by_name = dict(by_name)

    @classmethod
    def load(cls, package: str) -> "Statements":
        """Read `<package>/sql/*.sql` and `<package>/sql/*/*.sql`. Raises ValueError for a file that is not one
        statement under a first line of comment, or has the name of another; FileNotFoundError if there is none."""
        by_name: dict[str, Statement] = {}
        for path, file in sorted(_files(resources.files(package) / "sql", f"{package}/sql"), key=lambda each: each[0]):
            statement = _statement(path, file.name, file.read_text())
            if statement.name in by_name:
                raise ValueError(f"{path}: there is another {file.name}")
            by_name[statement.name] = statement
        if not by_name:
            raise FileNotFoundError(f"{package}/sql holds no statement")
        return cls(package, by_name)

    def __getattr__(self, name: str) -> Statement:
        try:
            return self._by_name[name]
        except KeyError:
            raise AttributeError(f"{self._package}/sql/{name}.sql does not exist") from None

    def __getitem__(self, name: str) -> Statement:
        return self._by_name[name]

    def __iter__(self) -> Iterator[Statement]:
        return iter(self._by_name.values())

    def __len__(self) -> int:
        return len(self._by_name)


def _files(folder: Traversable, path: str, *, deeper: bool = True) -> Iterator[tuple[str, Traversable]]:
    for file in folder.iterdir():
        if file.name.endswith(".sql"):
            yield f"{path}/{file.name}", file
        elif deeper and file.is_dir():
            yield from _files(file, f"{path}/{file.name}", deeper=False)


def _statement(path: str, file: str, text: str) -> Statement:
    name = file.removesuffix(".sql")
    if not _NAME.fullmatch(name):
        raise ValueError(f"{path}: a name is lower case letters, digits and underscores")
    if not text.startswith("-- "):
        raise ValueError(f"{path}: the first line is a comment that says what and why")
    code = _COMMENT.sub("", text).strip()
    if not code or ";" in code.removesuffix(";"):
        raise ValueError(f"{path}: exactly one statement a file")
    return Statement(name, text)


async def unpreparable(url: str, statements: Iterable[Statement]) -> list[str]:
    """What the database at `url` says against statements it cannot prepare: `name: error`. For tests; an empty list
    proves that names, columns, types and privileges to plan fit the migrated schema."""
    connection = await asyncpg.connect(url)
    faults = []
    try:
        for statement in statements:
            try:
                await connection.prepare(statement.sql)
            except asyncpg.PostgresError as error:
                faults.append(f"{statement.name}: {error}")
    finally:
        await connection.close()
    return faults
