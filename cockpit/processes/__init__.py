"""What each process runs, one module each. What it needs is imported when it starts, not before."""
