"""Relations between skills: broader, narrower, related, requires, and the same in another framework."""
