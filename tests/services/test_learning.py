"""归类: learned from closed events, kept as numbers, and never surer than it may be."""

import random
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sqlalchemy import Engine

from cockpit.services.classifier import Classifier, UnreadableModelError, learned, plain, runs_of
from cockpit.services.learning import LearnedBook, learn_if_due
from cockpit.simulator.kinds import read_kinds
from cockpit.store.classifiers import Classifiers, StoredClassifier

NOW = datetime(2026, 11, 19, 4, tzinfo=UTC)
_PLACES = ("海创路", "文一西路", "仓前街道", "五常街道永福社区", "地铁口", "学校门口")
_WORDS = ("请尽快处理", "已经三天了", "多次反映无人管", "望解决", "")


def examples(n: int, seed: int = 1, kinds: int = 25) -> list[tuple[str, str]]:
    """Invented reports: a kind's words between a place and a complaint."""
    chance, known = random.Random(seed), read_kinds()[:kinds]
    told = []
    for _ in range(n):
        kind = chance.choice(known)
        where = f"{chance.choice(_PLACES)}{chance.randint(1, 300)}号"
        told.append((f"{where}{chance.choice(kind.titles)}{chance.choice(_WORDS)}", kind.code))
    return told


@pytest.fixture(scope="module")
def model() -> Classifier:
    made = learned(examples(600))
    assert made is not None
    return made


def test_texts_it_has_never_seen_are_named_right(model: Classifier) -> None:
    fresh = examples(300, seed=2)
    right = sum(model.likely(text)[0][0] == category for text, category in fresh)
    assert right / len(fresh) > 0.95
    assert model.accuracy > 0.9
    assert len(model.categories) == 25


def test_shares_add_up_and_an_odd_text_is_not_named_with_confidence(model: Classifier) -> None:
    told = model.likely("有人在小区门口放鞭炮", most=100)
    assert sum(share for _, share in told) == pytest.approx(1)
    assert told == sorted(told, key=lambda pair: -pair[1])
    assert told[0][1] < 0.8
    assert model.likely("qwxyz") == []
    assert model.likely("") == []


def test_the_numbers_alone_say_what_the_library_says() -> None:
    """The oracle is the library's own pipeline."""
    taught, fresh = examples(400, kinds=12), [text for text, _ in examples(50, seed=3, kinds=12)]
    model = learned(taught)
    assert model is not None
    # the same examples in the same order as the model learned from
    order = np.random.default_rng(0).permutation(len(taught))
    texts, categories = zip(*(taught[i] for i in order[40:]), strict=True)
    reader = TfidfVectorizer(
        analyzer=lambda t: list(runs_of(plain(t)).elements()), max_features=20_000, sublinear_tf=True
    )
    library = LogisticRegression(C=10.0, max_iter=60, tol=1e-3).fit(reader.fit_transform(texts), categories)
    expected = library.predict_proba(reader.transform(fresh))
    for text, shares in zip(fresh, expected, strict=True):
        told = dict(model.likely(text, most=100))
        np.testing.assert_allclose([told[c] for c in library.classes_], shares, atol=2e-3)


def test_two_categories_are_enough_and_one_is_not() -> None:
    two = [("路灯不亮", "part.01.37")] * 10 + [("占道经营", "event.04.06")] * 10
    model = learned(two)
    assert model is not None
    assert model.likely("路灯")[0][0] == "part.01.37"
    assert sum(share for _, share in model.likely("路灯")) == pytest.approx(1)
    assert learned(two[:10]) is None
    assert learned([("路灯不亮", "part.01.37")] * 10 + [("占道经营", "event.04.06")] * 4) is None
    assert learned([]) is None


def test_it_reads_back_what_it_writes_and_nothing_else(model: Classifier) -> None:
    again = Classifier.from_bytes(model.to_bytes())
    for text, _ in examples(50, seed=4):
        one, other = dict(model.likely(text)), dict(again.likely(text))
        assert list(one) == list(other)
        assert all(abs(one[c] - other[c]) < 0.01 for c in one)
    for body in (b"", b"PK\x03\x04", model.to_bytes()[:500]):
        with pytest.raises(UnreadableModelError):
            Classifier.from_bytes(body)


class _Cases:
    def __init__(self, n: int) -> None:
        self.n = n

    def count(self) -> int:
        return self.n

    def newest(self, most: int) -> list[tuple[str, str, str, str]]:
        return [(text, "", "", category) for text, category in examples(min(self.n, most), kinds=5)]


def test_it_learns_when_there_is_enough_and_again_when_there_is_more(engine: Engine) -> None:
    models, day = Classifiers(engine), timedelta(days=1)
    assert learn_if_due(_Cases(199), models, now=NOW) is None
    assert learn_if_due(_Cases(200), models, now=NOW) is not None
    assert learn_if_due(_Cases(239), models, now=NOW + day / 2) is None
    assert learn_if_due(_Cases(240), models, now=NOW + day / 2) is not None
    assert learn_if_due(_Cases(241), models, now=NOW + day) is None
    assert learn_if_due(_Cases(241), models, now=NOW + 2 * day) is not None
    assert learn_if_due(_Cases(241), models, now=NOW + 9 * day) is None
    assert learn_if_due(_Cases(60), models, now=NOW + 9 * day, at_once=True) is not None


def test_the_newest_that_was_learned_is_used_and_few_are_kept(engine: Engine) -> None:
    models, seconds = Classifiers(engine), [0.0]
    book = LearnedBook(models, monotonic=lambda: seconds[0])
    assert book.now() is None
    for n in range(5):
        assert learn_if_due(_Cases(60 + n), models, now=NOW + timedelta(days=n), at_once=True)
    seconds[0] = 61.0
    told = book.now()
    assert told is not None
    assert told.trained_at == NOW + timedelta(days=4)
    models.save(StoredClassifier(trained_at=NOW + timedelta(days=5), cases=1, body=b"of another program"))
    seconds[0] = 122.0
    assert book.now() is None
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM classifiers").scalar() == 3
