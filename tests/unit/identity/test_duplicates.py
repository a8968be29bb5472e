"""What becomes of a pair when it is looked at again, and when a rule merges it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from identity_service.domain.duplicates import Clause, Condition, Duplicate, MergeRule, Sight, State, seen
from identity_service.domain.likeness import Evidence, Signal

NOW = datetime(2026, 5, 1, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
MAILBOX = Evidence(Signal.EMAIL_SAME_MAILBOX, 100, 85, verified=True)
NAMED = Evidence(Signal.NAMED_TOGETHER, 100, 50)
SIGHT = Sight("grove", "a", "b", (MAILBOX,), one_person=False, parted=False)


def found() -> Duplicate:
    pair = seen(None, SIGHT, NOW)
    assert pair is not None
    return pair


def test_a_pair_is_proposed_once_and_stays_itself() -> None:
    pair = found()
    assert (pair.state, pair.score, pair.evidence_version) == (State.PROPOSED, 85, 1)
    assert seen(pair, SIGHT, LATER) is pair


def test_what_says_little_or_is_one_already_is_not_kept() -> None:
    assert seen(None, replace(SIGHT, evidence=(Evidence(Signal.HOME_LOCATION_SAME, 100, 10),)), NOW) is None
    assert seen(None, replace(SIGHT, one_person=True), NOW) is None


def test_a_pair_that_was_taken_apart_is_decided_from_the_start() -> None:
    pair = seen(None, replace(SIGHT, parted=True), NOW)
    assert pair is not None
    assert (pair.state, pair.decided_by) == (State.DISTINCT, "unmerge")


def test_distinct_stays_so_unless_something_new_speaks() -> None:
    distinct = replace(found(), state=State.DISTINCT, decided_by="Ada", reason="twins")
    assert seen(distinct, SIGHT, LATER) is distinct
    assert seen(distinct, replace(SIGHT, evidence=()), LATER) is distinct
    again = seen(distinct, replace(SIGHT, evidence=(MAILBOX, NAMED)), LATER)
    assert again is not None
    assert (again.state, again.evidence_version, again.decided_by) == (State.PROPOSED, 2, "")


def test_a_merge_elsewhere_settles_it_and_an_unmerge_too() -> None:
    merged = seen(found(), replace(SIGHT, one_person=True), LATER)
    assert merged is not None
    assert merged.state is State.MERGED
    apart = seen(merged, SIGHT, LATER)
    assert apart is not None
    assert (apart.state, apart.decided_by) == (State.DISTINCT, "unmerge")


def test_evidence_that_is_gone_withdraws_and_comes_back() -> None:
    gone = seen(found(), replace(SIGHT, evidence=()), LATER)
    assert gone is not None
    assert gone.state is State.WITHDRAWN
    assert seen(gone, replace(SIGHT, evidence=()), LATER) is gone
    back = seen(gone, SIGHT, LATER)
    assert back is not None
    assert (back.state, back.evidence_version) == (State.PROPOSED, 2)


def test_new_evidence_is_judged_anew() -> None:
    judged = replace(found(), judged_rule_version=3)
    more = seen(judged, replace(SIGHT, evidence=(MAILBOX, NAMED)), LATER)
    assert more is not None
    assert (more.judged_rule_version, more.find_time, more.change_time) == (0, NOW, LATER)


def test_a_rule_needs_all_conditions_of_one_clause() -> None:
    verified = Condition(Signal.EMAIL_SAME_MAILBOX, 95, verified=True)
    named = Condition(Signal.NAMED_TOGETHER, 0, verified=False)
    pair = found()
    assert MergeRule(1, (Clause((verified,), 0),)).merges(pair)
    assert not MergeRule(1, (Clause((verified, named), 0),)).merges(pair)
    assert not MergeRule(1, (Clause((verified,), 86),)).merges(pair)
    assert MergeRule(1, (Clause((named,), 0), Clause((verified,), 0))).merges(pair)
    assert not MergeRule(1, ()).merges(pair)
    assert not MergeRule(1, (Clause((replace(verified, signal=Signal.NAME_ALIKE),), 0),)).merges(pair)
    unverified = replace(pair, evidence=(replace(MAILBOX, verified=False),))
    assert not MergeRule(1, (Clause((verified,), 0),)).merges(unverified)
