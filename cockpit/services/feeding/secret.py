"""A secret in a settings file: the text itself, or where it is kept (`env:NAME`, `file:PATH`)."""

import os
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator


def resolved(value: str) -> str:
    """The secret. ValueError when what is named is not there."""
    kind, _, rest = value.partition(":")
    if kind == "env":
        if rest not in os.environ:
            raise ValueError(f"the environment has no {rest}")
        return os.environ[rest]
    if kind == "file":
        try:
            return Path(rest).expanduser().read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ValueError(f"{rest} cannot be read: {error.strerror or error}") from None
    return value


Secret = Annotated[str, AfterValidator(resolved)]
