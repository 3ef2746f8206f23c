"""How leaders stand by the learning of their people."""
