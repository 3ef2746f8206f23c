"""Who is here: people, their managers, roles and org units, now and as it was."""
