"""Whose pictures the cache gives to whom, and what it tells of being asked."""

import os

import pytest

from briefmill.domain.creative import MadePicture
from briefmill.domain.facts import CacheAsked
from briefmill.makers.cached import CachedMaker, Flights
from briefmill.makers.shelf import Shelf
from briefmill.storage.memory import MemoryStore


class Painter:
    name = "openai"

    def __init__(self):
        self.calls = 0

    def make(self, request):
        self.calls += 1
        return MadePicture(
            data=f"{self.calls}".encode(), media_type="image/png", maker="openai", model="m", prompt="", seed=0
        )


class Ears(list):
    def hear(self, fact):
        self.append(fact)


@pytest.fixture
def cache(tmp_path):
    shelf, flights, painter, ears = Shelf(tmp_path / "cache", MemoryStore()), Flights(), Painter(), Ears()

    def of(tenant):
        return CachedMaker(painter, variant="v", shelf=shelf, flights=flights, tenant=tenant, listener=ears)

    of.painter, of.ears, of.shelf = painter, ears, shelf
    return of


def test_what_one_tenant_paid_for_is_not_anothers(cache, request_for):
    assert not cache("acme").make(request_for()).cached
    assert not cache("bell").make(request_for()).cached
    assert cache("acme").make(request_for()).cached
    assert cache.painter.calls == 2
    assert cache.shelf.stock().tenants == {"acme": 1, "bell": 1}


def test_where_it_is_shared_it_is_paid_for_once(cache, request_for):
    cache("").make(request_for())
    assert cache("").make(request_for()).cached
    assert cache.painter.calls == 1


def test_each_question_is_told_with_whether_it_was_there(cache, request_for):
    cache("acme").make(request_for())
    cache("acme").make(request_for())
    assert cache.ears == [CacheAsked(found=False), CacheAsked(found=True)]


def test_what_comes_from_elsewhere_is_found_under_its_key(cache, request_for):
    maker = cache("acme")
    key = maker.key(request_for())
    assert not maker.known(key)
    maker.put(key, Painter().make(None))
    assert maker.known(key)
    assert maker.make(request_for()).cached
    assert cache.painter.calls == 0


def test_a_picture_is_used_also_where_its_use_cannot_be_noted(cache, request_for, monkeypatch):
    cache("acme").make(request_for())

    def read_only(*_):
        raise PermissionError(30, "Read-only file system")

    monkeypatch.setattr(os, "utime", read_only)
    assert cache("acme").make(request_for()).cached
    assert cache.painter.calls == 1
