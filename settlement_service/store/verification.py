"""Running the checkers (port `Verification`)."""

import re
from dataclasses import dataclass
from importlib import resources

from chassis.runtime.postgres import Database
from chassis.runtime.statements import Statement
from settlement_service.domain.books import Check

_HEADING = re.compile(r"-- (I[1-8]): (.+)")


@dataclass(frozen=True, slots=True)
class Checker:
    """One checker: the invariant it proves, what it checks as a sentence, and its statement.

    The statement takes the program and gives one row: facts checked, violations, and the first 20 findings.
    """

    invariant: str
    description: str
    statement: Statement


def load_checkers() -> tuple[Checker, ...]:
    """The files of `store/checks`, by invariant and name. Raises ValueError for one whose first line does not name
    its invariant."""
    folder = resources.files("settlement_service.store") / "checks"
    files = sorted((file.name, file.read_text()) for file in folder.iterdir() if file.name.endswith(".sql"))
    checkers = (_checker(name, text) for name, text in files)
    return tuple(sorted(checkers, key=lambda checker: (checker.invariant, checker.statement.name)))


def _checker(file: str, text: str) -> Checker:
    heading = _HEADING.match(text)
    if heading is None:
        raise ValueError(f"checks/{file}: the first line is `-- I<number>: <what holds>`")
    return Checker(heading[1], heading[2], Statement(f"check_{file.removesuffix('.sql')}", text))


CHECKERS = load_checkers()


class VerificationStore:
    """Checks the books in PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def run(self, program: str) -> list[Check]:
        """As the port says; all checkers see one snapshot."""
        checks: list[Check] = []
        async with self._database.transaction(isolation="repeatable_read", readonly=True) as connection:
            for checker in CHECKERS:
                row = await connection.fetchrow(checker.statement, program)
                assert row is not None, "a checker always gives one row"
                checks.append(
                    Check(
                        checker.invariant,
                        checker.description,
                        row["checked"],
                        row["violations"],
                        tuple(row["findings"] or ()),
                    )
                )
        return checks
