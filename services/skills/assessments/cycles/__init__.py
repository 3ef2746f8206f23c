"""Assessment cycles: audience, invitations, closing with a frozen snapshot."""
