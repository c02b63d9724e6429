"""专题分析: what a leader asks beside the figures, each from the same columns as they are."""
