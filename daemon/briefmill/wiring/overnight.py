"""Pictures overnight at a home's first account: what is posted for a job, and who carries it."""

import math
from collections.abc import Callable
from functools import partial

from briefmill.domain.creative import PictureRequest
from briefmill.domain.job import Job
from briefmill.makers.batching import Dispatch, OvernightMaker, Pace, Trade
from briefmill.makers.openai import batches
from briefmill.makers.openai.account import Account, Connection
from briefmill.makers.shelf import Shelf
from briefmill.ports import Accounts, Clock, ImageMaker, Listener
from briefmill.ports.overnight import PRICE, Overnight, Parcel
from briefmill.settings import Settings
from briefmill.wiring import paying, shooting

GRADE = "overnight"
"""What the grade of a call ends in that cost half."""


def maker(
    now: ImageMaker,
    job: Job,
    *,
    settings: Settings,
    account: Account,
    accounts: Accounts,
    post: Overnight,
    key: Callable[[PictureRequest], str],
) -> ImageMaker:
    """The maker of a job that has time; `now` makes what no batch carries."""

    def parcel(request: PictureRequest) -> Parcel | None:
        order = batches.order(request, account)
        if order is None:
            return None
        provider = shooting.dressed(settings.openai, request.rendering)
        size = request.width, request.height, len(request.references)
        full = paying.quote(settings, accounts, provider, *size).reserve
        return Parcel(
            job=job.id,
            tenant=job.tenant,
            key=key(request),
            account=account.name,
            grade=f"{paying.grade(provider, *size)} {GRADE}",
            estimate_micros=math.ceil(full * PRICE),
            order=order,
        )

    return OvernightMaker(now, job=job.id, post=post, parcel=parcel, meaning=batches.meaning)


def dispatch(
    settings: Settings, account: Account, shelf: Shelf, *, post: Overnight, clock: Clock, listener: Listener
) -> Dispatch:
    """Who sends what was posted, and puts on the shelf what was made."""
    rate = paying.rate(settings, settings.openai)
    trade = Trade(
        account=account.name,
        made=lambda request, body: batches.made(request, body, account, rate),
        meaning=batches.meaning,
        keep=lambda parcel, made: shelf.put(parcel.key, made, tenant=parcel.tenant),
        known=lambda key: shelf.get(key) is not None,
    )
    return Dispatch(
        trade,
        batches.Courier(Connection(account)),
        post,
        budgets=partial(paying.for_job, settings),
        clock=clock,
        listener=listener,
        pace=Pace(collect_s=settings.overnight.collect_for_s, most=settings.overnight.max_lines),
    )
