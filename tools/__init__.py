"""What builds, checks and pictures the project; never imported by it."""
