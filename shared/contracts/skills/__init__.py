"""What others may know of the skills service."""
