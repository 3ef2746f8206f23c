"""How many people of a team or an org unit must hold a skill at a level, and whether they do."""
