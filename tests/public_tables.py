"""Real public case tables for tests: fetched from the npm registry when a test runs, never kept in this repository."""

import hashlib
import io
import os
import tarfile
import urllib.request
from pathlib import Path

import pandas as pd
import pytest

#: 1,434 permit cases of a Dutch municipality (Buijs 2014, CoSeLoG receipt phase), as the package pm4js (BSD-3) has it
_PACKAGE, _MEMBER = "pm4js/-/pm4js-0.0.28.tgz", "package/examples/input_data/receipt.csv"
_SHA256 = "9cd62449b35b15993f03f7bf01b33fb17324cd00ed2492e0303e05d55d7d9522"
_WITHIN_S = 90


def permit_cases() -> pd.DataFrame:
    """One row a step of a case, all columns as text. The test is skipped where the registry cannot be reached."""
    kept = _cache() / f"{_SHA256[:16]}.csv"
    if kept.is_file() and hashlib.sha256(kept.read_bytes()).hexdigest() == _SHA256:
        body = kept.read_bytes()
    else:
        body = _fetched()
        _keep(body, kept)
    return pd.read_csv(io.BytesIO(body), dtype=str, keep_default_na=False)


def _cache() -> Path:
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "cockpit-tests"


def _fetched() -> bytes:
    registry = os.environ.get("NPM_CONFIG_REGISTRY") or "https://registry.npmjs.org"
    try:
        with urllib.request.urlopen(f"{registry.rstrip('/')}/{_PACKAGE}", timeout=_WITHIN_S) as answer:
            packed = answer.read()
    except OSError as away:  # no network, or none that leads there
        pytest.skip(f"the public case table cannot be fetched: {away}")
    with tarfile.open(fileobj=io.BytesIO(packed)) as package:
        member = package.extractfile(_MEMBER)
        body = b"" if member is None else member.read()
    assert hashlib.sha256(body).hexdigest() == _SHA256, "this version of the package had another table"
    return body


def _keep(body: bytes, kept: Path) -> None:
    """For the next run; where nothing can be kept it is fetched again."""
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        half = kept.with_suffix(f".{os.getpid()}")
        half.write_bytes(body)
        half.replace(kept)
    except OSError:
        return
