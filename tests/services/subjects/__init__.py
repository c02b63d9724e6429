"""What indicators count that is no event."""
