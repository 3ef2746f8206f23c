"""Skills, their labels, their life and how they relate."""
