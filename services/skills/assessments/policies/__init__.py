"""How much each source of ratings counts, in versions."""
