"""学习: makes a classifier from closed events when it is time for one, and holds the newest for whoever suggests."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from cockpit.services.classifier import Classifier, UnreadableModelError, learned
from cockpit.services.reread import Reread
from cockpit.store.classifiers import StoredClassifier

log = structlog.get_logger(__name__)

#: the newest so many events are learned from: more teach little and take long
MOST_CASES = 20_000
_FEWEST_CASES = 200
#: learned anew when there are so many more events, or after so long
_GROWN_BY = 1.2
_STALE_AFTER = timedelta(days=1)
_LOOK_EVERY_S = 60.0


class Cases(Protocol):
    """Closed events (`store.cases`)."""

    def count(self) -> int: ...
    def newest(self, most: int) -> Sequence[tuple[str, str, str, str]]: ...


class Models(Protocol):
    """Where models are kept (`store.classifiers`)."""

    def save(self, model: StoredClassifier) -> None: ...
    def find_newest(self) -> StoredClassifier | None: ...
    def newest_id(self) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """The newest model and when it was made."""

    classifier: Classifier
    trained_at: datetime


def learn_if_due(cases: Cases, models: Models, *, now: datetime, at_once: bool = False) -> Classifier | None:
    """Learn from the newest closed events and keep the model; None if it is not time or there is too little to learn.

    It is time when there is no model yet, events are a fifth more, or the last was made a day ago and there are others.
    """
    count, last = cases.count(), models.find_newest()
    if count < _FEWEST_CASES and not at_once:
        return None
    if last is not None and not at_once:
        is_stale = count != last.cases and now - last.trained_at >= _STALE_AFTER
        if count < last.cases * _GROWN_BY and not is_stale:
            return None
    examples = [(" ".join(filter(None, words)), category) for *words, category in cases.newest(MOST_CASES)]
    model = learned(examples)
    if model is None:
        return None
    models.save(StoredClassifier(trained_at=now, cases=count, body=model.to_bytes()))
    return model


class LearnedBook:
    """The newest model, at most a minute old; None as long as nothing was learned."""

    def __init__(self, models: Models, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        def read() -> Learned | None:
            stored = models.find_newest()
            if stored is None:
                return None
            try:
                return Learned(classifier=Classifier.from_bytes(stored.body), trained_at=stored.trained_at)
            except UnreadableModelError as error:
                log.warning("what was learned cannot be read", reason=str(error))
                return None

        self._held: Reread[Learned | None] = Reread(
            "classifier", mark=models.newest_id, read=read, first=None, every_s=_LOOK_EVERY_S, monotonic=monotonic
        )

    def now(self) -> Learned | None:
        """The newest model."""
        return self._held.now()
