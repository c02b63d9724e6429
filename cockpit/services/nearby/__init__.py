"""附近: who and what is near a place, how soon they are there, and why they are named or left out."""
