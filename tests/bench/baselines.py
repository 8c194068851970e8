"""What Faro is measured against: FastAPI with one SQLAlchemy write, an echo by server-sent events, and a plain desk."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from pydantic import BaseModel
from sqlalchemy.orm import Mapped, mapped_column

from api.db import Base, Database
from tests.bench.plain_desk import plain_desk
from tests.support.installation import ROOT, free_port, wait_for


class Row(Base):
    __tablename__ = "bare"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]


class Text(BaseModel):
    text: str


def bare_app(database_url: str) -> FastAPI:
    """One route that writes a row, with the same database settings as the api, an echo, and the plain desk."""
    database, readers = Database(database_url), set[asyncio.Queue[str]]()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with database.engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
        yield

    app = FastAPI(lifespan=lifespan)
    app.include_router(plain_desk(database))

    @app.get("/healthz")
    async def alive() -> str:
        return "alive"

    @app.post("/write")
    async def write(given: Text) -> int:
        async with database.write() as db:
            row = Row(text=given.text)
            db.add(row)
            await db.flush()
            return row.id

    @app.post("/echo")
    async def echo(given: Text) -> None:
        for reader in readers:
            reader.put_nowait(given.text)

    @app.get("/events")
    async def events() -> StreamingResponse:
        return StreamingResponse(_stream(readers), media_type="text/event-stream")

    return app


async def _stream(readers: set[asyncio.Queue[str]]) -> AsyncIterator[str]:
    queue: asyncio.Queue[str] = asyncio.Queue()
    readers.add(queue)
    yield "event: hello\ndata: {}\n\n"
    while True:
        yield f"event: echo\ndata: {await queue.get()}\n\n"


@dataclass
class Bare:
    """The baselines in a process of their own."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> "Bare":
        log = self.folder / "bare.log"
        with log.open("ab") as out:
            command = [
                sys.executable,
                "-m",
                "tests.bench.baselines",
                f"sqlite+aiosqlite:///{self.folder / 'bare.db'}",
                str(self.port),
            ]
            self.process = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=out)
        wait_for(f"{self.url}/healthz", self.process, log)
        return self

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(10)


if __name__ == "__main__":
    import uvicorn

    uvicorn.run(bare_app(sys.argv[1]), port=int(sys.argv[2]), access_log=False, log_level="warning")
