"""Development plans: skills to reach, each with a program and a due day, reviewed with the leader."""
