"""来源 on their way in: the seam that every feed keeps, its messages, and how they come into the streams."""
