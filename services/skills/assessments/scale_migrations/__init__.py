"""Scale migrations: a framework that is in use gets another scale, and its history stays readable."""
