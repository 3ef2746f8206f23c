"""Where people stood, and when: role, manager and org unit, dated."""
