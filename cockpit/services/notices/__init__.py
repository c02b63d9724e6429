"""通知: an outbox that is written with the journal, and senders that empty it. Nothing waits on an outside service."""
