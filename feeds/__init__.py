"""One module per outside source, all of one shape."""
