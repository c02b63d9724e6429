"""The simulated day: believable, repeatable, and polite to the server."""
