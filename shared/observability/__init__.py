"""What an operator sees: structured logs with request ids, Prometheus metrics, liveness and readiness."""
