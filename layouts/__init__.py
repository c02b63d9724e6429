"""Data in, Dash components out; no side effects, no IO."""
