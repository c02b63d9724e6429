"""量: how fast this is, beside a floor under it and the usual ways of doing it, in one run on one machine."""
