"""The append-only ledger of ratings."""
