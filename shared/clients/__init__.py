"""Typed clients from service to service: httpx's interface over a call in this process or over the network."""
