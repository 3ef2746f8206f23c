"""What roles need: requirements by level and importance, and the moves between roles."""
