"""Latency at a fixed rate, from the instant at which each request was due: a server that falls behind is not let off.

    python -m bench.open_loop URL_PREFIX URL_SUFFIX PILOTS TOKEN RATE SECONDS

Thirty-two connections are kept alive; a request that is due takes a free one, or waits for one while its time runs. Prints
milliseconds: the median, the 99th percentile and the longest. The generator's own delay is in all figures alike.
"""

import asyncio
import random
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

CONNECTIONS = 32


class Connection:
    """One connection, kept alive."""

    async def open(self, host: str, port: int) -> "Connection":
        self.reader, self.writer = await asyncio.open_connection(host, port)
        return self

    async def ask(self, request: bytes) -> None:
        """Send it and read the answer whole."""
        self.writer.write(request)
        head = await self.reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise SystemExit(head.decode())
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        await self.reader.readexactly(int(length.split(b":")[1]))


async def measure(prefix: str, suffix: str, pilots: list[str], token: str, rate: int, seconds: float) -> list[float]:
    """Milliseconds of each request, from when it was due to the last byte of its answer."""
    parts = urlsplit(prefix)
    host, port = str(parts.hostname), parts.port or 80
    free: asyncio.Queue[Connection] = asyncio.Queue()
    for _ in range(CONNECTIONS):
        free.put_nowait(await Connection().open(host, port))
    choose = random.Random(117).choice  # noqa: S311 - which pilot is asked for is no secret
    took: list[float] = []

    async def one(due: float) -> None:
        connection = await free.get()
        path = f"{parts.path}{choose(pilots)}{suffix}"
        await connection.ask(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
        took.append((time.perf_counter() - due) * 1000)
        free.put_nowait(connection)

    begin = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in range(int(rate * seconds)):
            due = begin + number / rate
            if (pause := due - time.perf_counter()) > 0:
                await asyncio.sleep(pause)
            group.create_task(one(due))
    return sorted(took)


def main() -> None:
    prefix, suffix, pilots, token, rate, seconds = sys.argv[1:]
    ids = Path(pilots).read_text().split()
    took = asyncio.run(measure(prefix, suffix, ids, token, int(rate), float(seconds)))
    print(f"{took[len(took) // 2]:.2f} {took[int(len(took) * 0.99)]:.2f} {took[-1]:.2f}")


if __name__ == "__main__":
    main()
