"""红黄牌: which cards of a span are known at an instant, whoever asked before, on a journal that grows."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cockpit.domain.act import ActKind, Degree
from cockpit.domain.facts import EventActed
from cockpit.domain.instant import millis_of
from cockpit.services.cards import CardBook, cards_between
from cockpit.store.journal import JournalEntry
from cockpit.stream.codec import encode
from tests.stories import NOON, acted, minutes


def entry(n: int, at: int, late: int, kind: ActKind = ActKind.SUPERVISED) -> JournalEntry:
    """An act `at` so many minutes, which was received so much later."""
    degree = list(Degree)[n % 3]
    fact: EventActed = acted(n, kind, NOON + minutes(at), unit=f"局{n % 2}", degree=degree)
    received_at = NOON + minutes(at + late)
    return JournalEntry(
        position=f"{n}-0", fact_id=f"{fact.fact_id}:{n}", type="EventActed", at=fact.at, received_at=received_at,
        code="", body=encode(fact)[1].decode(),
    )  # fmt: skip


class Facts:
    """A journal, and which spans were read of it."""

    def __init__(self, *entries: JournalEntry) -> None:
        self.entries, self.read = list(entries), list[tuple[datetime, datetime]]()

    def tail(self) -> str:
        return f"{max((millis_of(e.received_at) for e in self.entries), default=0)}-0"

    def received_between(self, types: Sequence[str], start: datetime, end: datetime) -> Iterator[JournalEntry]:
        assert list(types) == ["EventActed"]
        self.read.append((start, end))
        yield from (e for e in self.entries if start <= e.received_at <= end)


_entries = st.lists(
    st.tuples(st.integers(-3_000, 3_000), st.integers(0, 1_000), st.sampled_from([ActKind.SUPERVISED, ActKind.NOTED])),
    max_size=8,
)
_spans = st.lists(
    st.tuples(st.integers(-4_000, 4_000), st.integers(0, 3_000), st.integers(0, 4_000)), min_size=1, max_size=6
)


@given(_entries, _spans)
def test_a_book_that_was_asked_before_says_what_the_journal_says(
    told: list[tuple[int, int, ActKind]], spans: list[tuple[int, int, int]]
) -> None:
    facts = Facts(*(entry(n, *one) for n, one in enumerate(told)))
    book = CardBook(facts)
    for since, lasts, later in spans:
        asked = NOON + minutes(since), NOON + minutes(since + lasts), NOON + minutes(since + later)
        assert book.between(*asked) == cards_between(facts, *asked)


def test_a_page_that_reads_itself_anew_reads_only_what_may_be_new() -> None:
    facts, month = Facts(entry(1, -60, 0)), timedelta(days=30)
    book = CardBook(facts)
    assert [card.event_id for card in book.between(NOON - month, NOON, NOON)] == ["hotline_12345:1"]
    # it was received before the last look, and stood in the journal after it, because the archive was behind
    facts.entries += [entry(2, -50, 0), entry(4, 1, 0)]
    now = NOON + minutes(2)
    assert [card.event_id for card in book.between(NOON - month, now, now)] == [f"hotline_12345:{n}" for n in (2, 1, 4)]
    book.between(NOON - month, now, now)
    assert [end - start < timedelta(hours=2) for start, end in facts.read] == [False, True, True]
