"""一张图: the application; the domain is innermost."""
