"""The loop, walked through the gateway call by call: told by `upskill tour`, checked by the first journey test."""
