import pytest

from chassis.runtime.statements import Statements
from tests.unit.chassis_runtime.packages import MakePackage

ONE = "-- Finds one.\nSELECT 1\n"


def test_a_statement_is_named_by_its_file(make_package: MakePackage) -> None:
    statements = Statements.load(make_package({"sql/find_one.sql": ONE}))
    assert statements.find_one == statements["find_one"]
    assert (statements.find_one.name, statements.find_one.sql) == ("find_one", ONE)


def test_all_statements_can_be_listed(make_package: MakePackage) -> None:
    statements = Statements.load(make_package({"sql/b.sql": ONE, "sql/a.sql": ONE, "sql/notes.txt": ""}))
    assert ([statement.name for statement in statements], len(statements)) == (["a", "b"], 2)


def test_statements_may_lie_in_folders_of_their_subjects(make_package: MakePackage) -> None:
    statements = Statements.load(make_package({"sql/b/a.sql": ONE, "sql/a/b.sql": ONE, "sql/c.sql": ONE}))
    assert sorted(statement.name for statement in statements) == ["a", "b", "c"]


def test_a_name_is_given_once(make_package: MakePackage) -> None:
    package = make_package({"sql/a/one.sql": ONE, "sql/b/one.sql": ONE})
    with pytest.raises(ValueError, match=r"sql/b/one\.sql"):
        Statements.load(package)


def test_a_missing_statement_says_which_file(make_package: MakePackage) -> None:
    statements = Statements.load(make_package({"sql/a.sql": ONE}))
    with pytest.raises(AttributeError, match=r"sql/b\.sql does not exist"):
        _ = statements.b


def test_a_final_semicolon_is_no_second_statement(make_package: MakePackage) -> None:
    assert len(Statements.load(make_package({"sql/a.sql": "-- Why; what.\nSELECT 1;\n"}))) == 1


@pytest.mark.parametrize(
    "text",
    ["SELECT 1", "-- Only a comment.\n", "-- Two.\nSELECT 1; SELECT 2", ""],
    ids=["no comment", "no statement", "two statements", "empty"],
)
def test_a_file_that_is_not_one_explained_statement_is_refused(make_package: MakePackage, text: str) -> None:
    with pytest.raises(ValueError, match=r"sql/a\.sql"):
        Statements.load(make_package({"sql/a.sql": text}))


def test_a_name_python_could_not_use_is_refused(make_package: MakePackage) -> None:
    with pytest.raises(ValueError, match="lower case"):
        Statements.load(make_package({"sql/find-one.sql": ONE}))


def test_no_statement_at_all_is_refused(make_package: MakePackage) -> None:
    with pytest.raises(FileNotFoundError):
        Statements.load(make_package({"sql/notes.txt": ""}))
