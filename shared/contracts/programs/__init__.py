"""What others may know of the programs service."""
