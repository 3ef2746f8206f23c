"""The app factory: one way in which every service is put together."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.asyncexitstack import AsyncExitStackMiddleware
from sqlalchemy import MetaData
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.types import ASGIApp

from shared import problem_handlers
from shared.body_limit import BodyLimit
from shared.clock import Clock, utc_now
from shared.database.engines import Database
from shared.dispatch import Dispatch
from shared.errors import Problem
from shared.events import feed
from shared.events.consumer import Consumer
from shared.events.sequencer import Sequencer
from shared.frame import Router
from shared.identity.authentication import Authentication
from shared.identity.keys import Keyring
from shared.identity.tokens import TokenVerifier
from shared.observability import health, metrics
from shared.observability.requests import RequestContext
from shared.openapi import describe
from shared.settings import Settings

VERSION = "0.1.0"


class Worker(Protocol):
    """Background work of a service: runs until it is cancelled."""

    async def run(self) -> None: ...


@dataclass
class Service:
    """What makes one service: the kernel adds everything else."""

    name: str
    title: str
    description: str
    metadata: MetaData
    routers: Sequence[APIRouter]
    tags: Sequence[dict[str, str]] = ()
    body_limits: dict[str, int] = field(default_factory=dict)
    """Path prefixes with another body limit than 1 MiB, in bytes."""
    prepare: Callable[[FastAPI], Coroutine[Any, Any, None]] | None = None
    """Runs once before the first request: puts clients and indexes on `app.state`."""
    consumers: Callable[[FastAPI], Sequence[Consumer]] = lambda _: ()
    workers: Callable[[FastAPI], Sequence[Worker]] = lambda _: ()


class ServiceApp(FastAPI):
    """FastAPI with this project's middleware alone around its routes.

    The `RequestContext` at the outside is the last net for errors, limits of bodies are the service's own: FastAPI's
    own nets and limits outside of them would be passed by every request and catch nothing.
    """

    def build_middleware_stack(self) -> ASGIApp:
        app: ASGIApp = AsyncExitStackMiddleware(Dispatch(self.router))
        app = ExceptionMiddleware(app, handlers=self.exception_handlers)
        for middleware, arguments, options in reversed(self.user_middleware):
            app = middleware(app, *arguments, **options)
        return app


def create_service(service: Service, settings: Settings, keyring: Keyring, *, clock: Clock = utc_now) -> FastAPI:
    """Build the service's app. Its lifespan opens the database and runs its consumers and workers."""
    app = ServiceApp(
        title=service.title,
        description=service.description,
        version=VERSION,
        openapi_tags=list(service.tags),
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan(service),
        generate_unique_id_function=lambda route: route.name,
        middleware=[
            Middleware(RequestContext, part=service.name),
            Middleware(BodyLimit, limits=service.body_limits),
            Middleware(Authentication, verifier=TokenVerifier(service.name, keyring)),
        ],
    )
    app.state.settings = settings
    app.state.keyring = keyring
    app.state.clock = clock
    app.state.requests_under_way = set()
    app.state.stopping = False
    app.state.consumers = []
    app.state.database = Database(settings.database_for(service.name), service.metadata)
    for router in (*service.routers, feed.router, health.router, metrics.router):
        if isinstance(router, Router):
            # Side by side and not one inside the other: an included router matches each request twice.
            app.router.routes.extend(router.routes)
        else:
            app.include_router(router)
    _handle_errors(app)
    describe(app)
    return app


def _handle_errors(app: FastAPI) -> None:
    app.add_exception_handler(Problem, problem_handlers.on_problem)
    app.add_exception_handler(RequestValidationError, problem_handlers.on_invalid_request)
    app.add_exception_handler(HTTPException, problem_handlers.on_http_exception)
    app.add_exception_handler(IntegrityError, problem_handlers.on_integrity_error)
    app.add_exception_handler(OperationalError, problem_handlers.on_operational_error)
    app.add_exception_handler(PoolTimeout, problem_handlers.on_pool_timeout)


def _lifespan(service: Service) -> Callable[[FastAPI], Any]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        database: Database = app.state.database
        async with AsyncExitStack() as stack:
            stack.push_async_callback(database.dispose)
            await database.ping()
            app.state.closing = stack
            if service.prepare is not None:
                await service.prepare(app)
            app.state.consumers = list(service.consumers(app))
            work: list[Worker] = [Sequencer(database), *app.state.consumers, *service.workers(app)]
            tasks = [asyncio.create_task(worker.run(), name=type(worker).__name__) for worker in work]
            stack.push_async_callback(_stop, tasks)
            yield
            app.state.stopping = True

    return lifespan


async def _stop(tasks: list[asyncio.Task[None]]) -> None:
    """Cancel until all have ended: a driver can swallow the cancellation that meets the end of its statement."""
    while pending := [task for task in tasks if not task.done()]:
        for task in pending:
            task.cancel()
        await asyncio.wait(pending, timeout=1)
    await asyncio.gather(*tasks, return_exceptions=True)
