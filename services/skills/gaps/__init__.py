"""What is missing between what roles require and what people are known to be able to do."""
