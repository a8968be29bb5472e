"""A ladder followed step by step, through late uploads and returns, against the model that begins anew each time."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger_service.domain.standing.activity import DayActivity, changed
from ledger_service.domain.standing.history import RecordedTier, as_known, news
from ledger_service.domain.standing.ladder import Ladder
from ledger_service.domain.standing.manual import ManualTier
from ledger_service.domain.standing.standing import Standing, standing_of
from ledger_service.domain.standing.timeline import START, Track, advance, rewound, rows_from
from ledger_service.domain.standing.turn import Turn
from tests.property.ledger.standing import worlds
from tests.property.ledger.standing.model import DAY, Life, Sale
from tests.support.examples import examples


@dataclass
class Member:
    """One member's ladder as the ledger would keep it, and the sales as the model does."""

    ladder: Ladder
    manual: list[ManualTier]
    today: date = worlds.FIRST
    sales: list[Sale] = field(default_factory=list)
    rows: dict[date, DayActivity] = field(default_factory=dict)
    track: Track = START
    history: list[RecordedTier] = field(default_factory=list)

    def after(self, first: date) -> list[DayActivity]:
        return [self.rows[day] for day in sorted(self.rows) if day >= first]

    def replace(self, before: DayActivity, after: DayActivity) -> None:
        """A sale that stood for one thing stands for another."""
        known = self.after(rows_from(self.ladder, self.track, after.day))
        self.track = rewound(self.ladder, self.track, known, after.day)
        row = changed(self.rows.get(after.day, DayActivity(after.day)), before, after)
        self.rows.pop(row.day, None)
        if not row.is_empty:
            self.rows[row.day] = row

    def follow(self, forget: bool) -> Standing:
        """Follows on to today from what is kept, which may be the last turn only, with the rows that needs."""
        rows = self.after(rows_from(self.ladder, self.track, self.track.through + DAY))
        self.track = advance(self.ladder, self.track, rows, max(self.today, self.track.through))
        standing = standing_of(self.ladder, self.track, rows, self.manual)
        if forget:
            self.track = Track(self.track.through, self.track.total, self.track.turns[-1:])
        return standing

    def life(self) -> Life:
        return Life(self.ladder, self.sales).live(self.today)


def sell(member: Member, sale: Sale) -> None:
    member.sales.append(sale)
    member.replace(DayActivity(sale.day), worlds.activity(sale))


def take_back(member: Member, data: st.DataObject) -> None:
    """A part of a sale, all that is left of one of its brands, or of it."""
    sale = data.draw(st.sampled_from(member.sales))
    if not sale.parts:
        return
    before = worlds.activity(sale)
    brand = data.draw(st.sampled_from(sorted(sale.parts)))
    part = sale.parts[brand]
    share = data.draw(st.sampled_from(["all", "all", "brand", "some"]))
    if share == "all":
        sale.parts.clear()
    elif share == "brand":
        del sale.parts[brand]
    else:
        part.amount -= data.draw(st.integers(0, part.amount - 1))
        part.base -= data.draw(st.integers(0, part.base))
        part.bonus -= data.draw(st.integers(0, part.bonus))
    member.replace(before, worlds.activity(sale))


def act(member: Member, data: st.DataObject) -> None:
    """Time passes, by a day or by months; something is sold today, tomorrow by another place's date, or was long ago;
    something comes back."""
    kind = data.draw(st.sampled_from(["time", "sale", "late", "ahead", "return", "return"]))
    if kind == "time":
        member.today = min(worlds.LAST, member.today + timedelta(days=data.draw(st.sampled_from([1, 30, 100, 200]))))
    elif kind == "return" and member.sales:
        take_back(member, data)
    else:
        when = {
            "sale": st.just(member.today),
            "late": st.dates(worlds.FIRST - 90 * DAY, member.today),
            "ahead": st.just(member.today + DAY),
        }.get(kind, st.just(member.today))
        sell(member, data.draw(worlds.sales(when)))


@settings(max_examples=examples(10), deadline=None)
@given(worlds.ladders(), st.data())
def test_following_in_any_steps_is_beginning_anew(ladder: Ladder, data: st.DataObject) -> None:
    member = Member(ladder, [])
    for _ in range(data.draw(st.integers(1, 10))):
        for _ in range(data.draw(st.integers(1, 3))):
            act(member, data)
        standing = member.follow(forget=data.draw(st.booleans()))
        life = member.life()
        assert (standing.tier, standing.since) == (life.tier(member.today), life.since(member.today))
        assert standing.value == life.values.get(member.today, 0)


@settings(max_examples=examples(10), deadline=None)
@given(worlds.ladders(), st.data())
def test_what_is_kept_is_what_beginning_anew_would_keep(ladder: Ladder, data: st.DataObject) -> None:
    member = Member(ladder, [])
    for _ in range(data.draw(st.integers(1, 12))):
        act(member, data)
        member.follow(forget=False)
    assert member.track == advance(ladder, START, member.after(date.min), member.track.through)
    assert member.track.turns[0] == Turn(date.min)


@settings(max_examples=examples(10), deadline=None)
@given(worlds.ladders(), st.lists(worlds.manuals(), max_size=1), st.data())
def test_what_was_known_is_never_rewritten(ladder: Ladder, manual: list[ManualTier], data: st.DataObject) -> None:
    member = Member(ladder, manual)
    known: dict[int, tuple[date, Life]] = {}
    for position in range(1, data.draw(st.integers(2, 9))):
        act(member, data)
        standing = member.follow(forget=False)
        member.history += news(ladder, member.track, manual, standing, member.history, position)
        known[position] = (member.today, member.life())
        record = as_known(member.history, position, member.today)
        assert ((record.tier, record.until) if record else ("", None)) == (standing.tier, standing.until)
    for position, (today, life) in known.items():
        for day in [today, *data.draw(st.lists(st.dates(worlds.FIRST, today), max_size=5))]:
            record = as_known(member.history, position, day)
            assert (record.tier if record else "") == life.shown(manual, day)
