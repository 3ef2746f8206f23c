"""What a caller hears when a service does not answer as it should."""

from shared.errors import Problem, Unavailable


class ServiceUnavailable(Unavailable):
    """Nothing was sent to the service, or only what may safely be repeated: 503 with Retry-After."""

    code, title = "service-unavailable", "A service does not answer"


class BadGateway(Problem):
    """The service went away after a change was sent to it: whether it was made is not known."""

    status, code, title = 502, "bad-gateway", "A service broke off"


class GatewayTimeout(Problem):
    status, code, title = 504, "gateway-timeout", "A service took too long"
