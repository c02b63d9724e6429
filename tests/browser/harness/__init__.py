"""A small server that speaks docs/push.md with made-up data: for the scripts' tests and for looking at them."""
