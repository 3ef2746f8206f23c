"""What leaders owe after an approval, a completion, and 30, 60 and 90 days."""
