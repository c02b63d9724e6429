"""Where the pure middle meets the outside."""
