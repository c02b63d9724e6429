"""归类: which category a text speaks of, learned from closed events; only ever a suggestion, with its confidence.

Chinese needs no words here: a text is its runs of one to three characters, weighed by how much they tell (TF-IDF), and
a linear model (logistic regression) gives every category its share. Learning takes scikit-learn; what was learned is a
few arrays of numbers, so that whoever suggests needs neither scikit-learn nor trust in pickled code.
"""

import io
import re
import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: raised when the arrays change: an older model is then not read
FORMAT = 1
#: runs of so many characters
_LONGEST_RUN = 3
_MOST_RUNS = 20_000
_LONGEST_TEXT = 400
#: a category with fewer examples is not learned, a model of fewer categories or examples tells nothing
_FEWEST_EXAMPLES, _FEWEST_CATEGORIES = 5, 2
#: so many of the examples are kept back to see how often the model is right
_HELD_BACK = 0.1


class UnreadableModelError(ValueError):
    """The bytes are no model of this program."""


def plain(text: str) -> str:
    """The text as the model reads it: one width of letters and digits, no spaces, digits all alike."""
    told = unicodedata.normalize("NFKC", text[:_LONGEST_TEXT]).lower()
    return re.sub(r"\d", "0", re.sub(r"\s+", "", told))


def runs_of(text: str) -> Counter[str]:
    """How often each run of characters occurs in a plain text."""
    return Counter(text[i : i + n] for n in range(1, _LONGEST_RUN + 1) for i in range(len(text) - n + 1))


@dataclass(frozen=True, kw_only=True, eq=False)
class Classifier:
    """What was learned from `examples`. `accuracy`: share of others, held back, that it named right."""

    categories: list[str]
    runs: dict[str, int]
    weights: NDArray[np.float32]
    idf: NDArray[np.float32]
    bias: NDArray[np.float32]
    examples: int
    accuracy: float

    def likely(self, text: str, most: int = 3) -> list[tuple[str, float]]:
        """The likeliest categories with their shares (0…1, all together 1), likeliest first.

        Empty if not one run of the text was ever seen: then nothing is known, and nothing is said.
        """
        counted = {self.runs[run]: n for run, n in runs_of(plain(text)).items() if run in self.runs}
        if not counted:
            return []
        rows = np.fromiter(counted, np.int64, len(counted))
        told = (1.0 + np.log(np.fromiter(counted.values(), np.float64, len(counted)))) * self.idf[rows]
        told /= np.linalg.norm(told)
        scores = told @ self.weights[rows] + self.bias
        shares = np.exp(scores - scores.max())
        shares /= shares.sum()
        first = np.argsort(-shares, kind="stable")[:most]
        return [(self.categories[i], float(shares[i])) for i in first.tolist()]

    def to_bytes(self) -> bytes:
        """As arrays in one file, without anything that could be executed."""
        file = io.BytesIO()
        np.savez_compressed(
            file,
            format=np.array(FORMAT),
            categories=np.array(self.categories),
            runs=np.array(list(self.runs)),
            weights=self.weights.astype(np.float16),
            idf=self.idf,
            bias=self.bias,
            examples=np.array(self.examples),
            accuracy=np.array(self.accuracy),
        )
        return file.getvalue()

    @classmethod
    def from_bytes(cls, body: bytes) -> "Classifier":
        """Read it back. Raises UnreadableModelError."""
        try:
            with np.load(io.BytesIO(body), allow_pickle=False) as arrays:
                if int(arrays["format"]) != FORMAT:
                    raise UnreadableModelError(f"a model of format {arrays['format']}")
                return cls(
                    categories=arrays["categories"].tolist(),
                    runs={run: i for i, run in enumerate(arrays["runs"].tolist())},
                    weights=arrays["weights"].astype(np.float32),
                    idf=arrays["idf"],
                    bias=arrays["bias"],
                    examples=int(arrays["examples"]),
                    accuracy=float(arrays["accuracy"]),
                )
        except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
            raise UnreadableModelError(str(error)) from error


def learned(examples: Sequence[tuple[str, str]], *, seed: int = 0) -> Classifier | None:
    """Learn from (text, category). None if there are too few to tell anything. Takes seconds, and scikit-learn."""
    enough = {c for c, n in Counter(category for _, category in examples).items() if n >= _FEWEST_EXAMPLES}
    chosen = [(plain(text), category) for text, category in examples if category in enough and plain(text)]
    if len({category for _, category in chosen}) < _FEWEST_CATEGORIES:
        return None
    chance = np.random.default_rng(seed)
    order = chance.permutation(len(chosen))
    n_back = max(1, round(len(chosen) * _HELD_BACK))
    back, rest = [chosen[i] for i in order[:n_back]], [chosen[i] for i in order[n_back:]]
    if len({category for _, category in rest}) < _FEWEST_CATEGORIES:
        return None
    model = _fitted(rest)
    right = sum([named for named, _ in model.likely(text, 1)] == [category] for text, category in back)
    return replace(model, accuracy=right / n_back)


def _fitted(examples: Sequence[tuple[str, str]]) -> Classifier:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    texts, categories = zip(*examples, strict=True)
    reader: Any = TfidfVectorizer(
        analyzer=lambda text: runs_of(text).elements(), max_features=_MOST_RUNS, sublinear_tf=True, dtype=np.float32
    )
    model: Any = LogisticRegression(C=10.0, max_iter=60, tol=1e-3)
    model.fit(reader.fit_transform(texts), categories)
    weights, bias = model.coef_, model.intercept_
    if len(model.classes_) == 2:  # two categories are one line: half of it on each side is the same
        weights, bias = np.vstack((-weights, weights)) / 2, np.concatenate((-bias, bias)) / 2
    return Classifier(
        categories=[str(c) for c in model.classes_],
        runs=dict(sorted(((run, int(i)) for run, i in reader.vocabulary_.items()), key=lambda pair: pair[1])),
        weights=np.ascontiguousarray(weights.T, dtype=np.float32),
        idf=np.asarray(reader.idf_, dtype=np.float32),
        bias=np.asarray(bias, dtype=np.float32),
        examples=len(examples),
        accuracy=float("nan"),
    )
