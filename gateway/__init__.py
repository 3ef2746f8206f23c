"""The only public address of the suite: who calls, what they may ask, and which service answers."""
