"""An OpenAI that runs on this machine, makes real pictures, goes wrong on demand, and counts what it charged.

For tests, and for a demonstration without a key: the official client speaks to it over HTTP. Each request is checked
against that client's own types, each fault has the body that the API was seen to send, and the server's book says what
really happened, so that a ledger can be held against it. See docs/fake-openai.md.
"""

from briefmill.fake_openai.book import Book, Call
from briefmill.fake_openai.clock import Clock, MachineClock, TurnedClock
from briefmill.fake_openai.scenario import Scenario
from briefmill.fake_openai.server import FakeOpenAI

__all__ = ["Book", "Call", "Clock", "FakeOpenAI", "MachineClock", "Scenario", "TurnedClock"]
