"""Deputies: who acts for somebody, and when."""
