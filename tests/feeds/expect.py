"""`python -m tests.feeds.expect NAME`: writes what a sample gives now, to be read before it is kept."""

import json
import sys

from tests.feeds.sampled import SAMPLES, parse, sample_of, told

if __name__ == "__main__":
    for name in sys.argv[1:]:
        lines = [
            json.dumps(
                {
                    "gives": [told(message) for message in parsed.messages],
                    "ignored": list(parsed.ignored),
                    "refused": [r.field for r in parsed.refused],
                },
                ensure_ascii=False,
            )
            for parsed in (parse(name, raw) for raw in sample_of(name))
        ]
        (SAMPLES / f"{name}.expected.ndjson").write_text("\n".join(lines) + "\n", encoding="utf-8")
