"""演示城市 — builds cockpit/cities/yuhang from the district outline and the official codes (run by hand)."""
