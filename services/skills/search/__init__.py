"""Finding skills by what people type, and the skills that a text names."""
