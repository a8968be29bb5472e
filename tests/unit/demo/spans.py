"""Spans made by hand, for the trace viewer's tests."""

from deploy.local.trace.spans import Span

TRACE = "a" * 32
OTHER = "b" * 32


def span(
    span_id: str,
    parent_id: str = "",
    name: str = "work",
    *,
    trace_id: str = TRACE,
    service: str = "ledger",
    kind: str = "INTERNAL",
    at: int = 0,
    links: tuple[str, ...] = (),
    **attributes: str | int | list[str | int | float | bool],
) -> Span:
    """One span that begins at `at` milliseconds and lasts one. `links` are span ids; attribute dots are underscores
    twice."""
    return Span(
        trace_id=trace_id,
        span_id=span_id,
        parent_id=parent_id,
        name=name,
        kind=kind,
        service=service,
        start_ns=at * 1_000_000,
        end_ns=(at + 1) * 1_000_000,
        status="UNSET",
        attributes={name.replace("__", "."): value for name, value in attributes.items()},
        links=[f"{OTHER}-{link}" for link in links],
    )
