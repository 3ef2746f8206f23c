"""What others may know of the enrollment service."""
