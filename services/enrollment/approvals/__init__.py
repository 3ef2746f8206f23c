"""Who answers a request, until when, and what silence leads to."""
