"""图层列文件: what a writer publishes, what a reader tells."""
