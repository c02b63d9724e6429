"""The HTTP API: ingest, queries, commands, OpenAPI."""
