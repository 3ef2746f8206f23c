"""What the organisation does with personal data, and may switch off."""
