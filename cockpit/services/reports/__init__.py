"""报告的服务: what a report consists of, when one is due, and who makes it."""
