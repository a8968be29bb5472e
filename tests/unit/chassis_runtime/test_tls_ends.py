"""Certificates that end are told of before they do."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from chassis.runtime.tls import Tls
from chassis.runtime.tls_ends import SAY_EVERY_SECONDS, SOON, TlsEnds
from deploy.local.certificates import Certificates

NOW = datetime.now(UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def tls(tmp_path: Path) -> Tls:
    """A leaf of a day, an authority of a year."""
    return Tls(Certificates(tmp_path).service("ledger"))


async def said(tls: Tls, now: datetime) -> list[tuple[str, str]]:
    with capture_logs() as lines:
        TlsEnds(tls, lambda: now).tell()
    return [(line["log_level"], line["of"]) for line in lines]


async def test_what_ends_soon_is_said_and_what_has_ended_is_an_error(tls: Tls) -> None:
    assert await said(tls, NOW + 17 * HOUR) == []
    assert await said(tls, NOW + 19 * HOUR) == [("warning", "certificate")]
    assert await said(tls, NOW + 25 * HOUR) == [("error", "certificate")]
    nearly = NOW + timedelta(days=365) - SOON + HOUR
    assert await said(tls, nearly) == [("error", "certificate"), ("warning", "authority")]


async def test_it_is_said_once_an_hour_and_anew_after_a_renewal(tls: Tls, monkeypatch: pytest.MonkeyPatch) -> None:
    now = NOW + 23 * HOUR
    ends = TlsEnds(tls, lambda: now)
    with capture_logs() as lines:
        ends.tell()
        ends.tell()
        ends._said["certificate"] -= SAY_EVERY_SECONDS
        ends.tell()
        now = NOW
        ends.tell()
        now = NOW + 23 * HOUR
        ends.tell()
    assert len(lines) == 3


async def test_the_authority_that_signed_is_looked_at_while_another_one_is_put_beside_it(
    tmp_path: Path, tls: Tls, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "next").mkdir()
    monkeypatch.setattr("deploy.local.certificates._AUTHORITY_LIFETIME", timedelta(days=3_650))
    replacing = Certificates(tmp_path / "next")
    replacing.service("ledger")
    files = Certificates(tmp_path).service("ledger")
    files.authority.write_bytes(replacing.authority_file.read_bytes() + files.authority.read_bytes())
    left = TlsEnds(Tls(files), lambda: NOW).seconds_left()
    assert left["authority"] == pytest.approx(365 * 86_400, abs=60)
    assert left["certificate"] == pytest.approx(86_400, abs=60)


async def test_both_are_figures(tls: Tls, monkeypatch: pytest.MonkeyPatch) -> None:
    figures: dict[str, Callable[[], int]] = {}

    def observe(name: str, read: Callable[[], int], _description: str) -> None:
        figures[name] = read

    monkeypatch.setattr("chassis.runtime.tls_ends.observe", observe)
    TlsEnds(tls, lambda: NOW + 20 * HOUR).worker()
    read = {name: figure() for name, figure in figures.items()}
    assert read["tls.certificate.seconds_left"] == pytest.approx(4 * 3_600, abs=60)
    assert read["tls.authority.seconds_left"] > read["tls.certificate.seconds_left"]
