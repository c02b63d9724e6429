"""One module per deed of a person; thin."""
