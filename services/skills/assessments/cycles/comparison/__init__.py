"""Two closed cycles side by side."""
