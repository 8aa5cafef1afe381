"""`python -m briefmill.fake_openai`: the server as a process of its own, until SIGTERM or Ctrl-C."""

import argparse
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from briefmill.errors import BriefmillError
from briefmill.fake_openai.book import Book
from briefmill.fake_openai.scenario import Scenario
from briefmill.fake_openai.server import FakeOpenAI


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until told to stop. Prints one line with the address once it listens; gives the exit code."""
    options = _options(arguments)
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stopped.set())
    try:
        scenario = Scenario.read(options.scenario) if options.scenario else Scenario()
        with FakeOpenAI(scenario, port=options.port, key=options.key, book=Book(options.book)) as fake:
            sys.stdout.write(f"fake OpenAI ready at {fake.base_url}\n")
            sys.stdout.flush()
            stopped.wait()
    except BriefmillError as error:
        sys.stderr.write(f"{error}\n")
        return int(error.exit_code)
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m briefmill.fake_openai", description="A local, faulty OpenAI.")
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--scenario", type=Path, help="YAML file that says what goes wrong")
    parser.add_argument("--book", type=Path, help="file that every call is appended to, as JSON lines")
    parser.add_argument("--key", default="sk-fake", help="the API key that is accepted")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    raise SystemExit(main())
