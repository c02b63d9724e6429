"""导出图片: a page of the cockpit as a PNG, as whoever asks sees it, with a strip that says what and when it shows."""
