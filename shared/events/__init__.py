"""Facts leave through the outbox; consumers pull them and move their cursor in the effect's transaction."""
