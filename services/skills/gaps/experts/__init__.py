"""Who can help with a skill: only people who agreed to be found."""
