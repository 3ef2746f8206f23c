"""Aspirations: what people want to become and to learn, kept apart from what they can do."""
