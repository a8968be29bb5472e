"""A process with the standard health service, for tests of the supervisor.

Usage: ``health_process.py PORT [serve|stubborn|not-serving|fail]``: serve drains on SIGTERM; stubborn ignores it;
not-serving answers, but never with SERVING; fail writes a line and ends with exit code 3.
"""

import asyncio
import signal
import sys

import grpc.aio
from grpc_health.v1 import health, health_pb2, health_pb2_grpc


async def main(port: int, manner: str) -> None:
    """Serve the health service until SIGTERM."""
    server = grpc.aio.server()
    servicer = health.aio.HealthServicer()
    health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
    serving = manner != "not-serving"
    states = health_pb2.HealthCheckResponse
    await servicer.set("", states.SERVING if serving else states.NOT_SERVING)
    server.add_insecure_port(f"127.0.0.1:{port}")
    end = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, (lambda: None) if manner == "stubborn" else end.set)
    await server.start()
    print("serving", flush=True)
    await end.wait()
    await server.stop(1)
    print("drained", flush=True)


if __name__ == "__main__":
    if sys.argv[2] == "fail":
        print("no way to start", flush=True)
        sys.exit(3)
    asyncio.run(main(int(sys.argv[1]), sys.argv[2]))
