"""Levels: derived from the ledger, with their explanation."""
