"""Who owes which rating in a cycle, and how far it is: worked out when it is asked for, never stored."""
