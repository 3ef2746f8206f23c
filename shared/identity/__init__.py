"""Who calls: principals, the keys of the suite, the internal token, and what an endpoint's signature asks for."""
