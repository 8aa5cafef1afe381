"""The maker of pictures at an account: one call for one picture, and what came of it.

A request with references is an edit of these, any other one a generation; both are checked against the SDK's own types
before they are sent. What a brief wishes of the rendering goes before what the account's settings say, where the model
knows it.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from briefmill.domain.artefact import Ref
from briefmill.domain.creative import MadePicture, PictureRequest
from briefmill.domain.rendering import Rendering
from briefmill.errors import MaybeCharged, Permanent, PictureRefused
from briefmill.makers.openai import abilities, answers, edits, refusals, requests
from briefmill.makers.openai.account import Account, Connection
from briefmill.makers.openai.sizes import size
from briefmill.makers.prices import GUESSED_PIXELS, Rate


def _nothing_to_send(_: Ref) -> edits.Prepared:
    raise Permanent("This maker was given no way to read references.")


class OpenAIMaker:
    """Implements ports.ImageMaker.

    `key` gives the request's own name, sent along so that a repeat can be told; `prepare` makes a reference ready to be
    sent.
    """

    def __init__(
        self,
        account: Account,
        rate: Rate,
        *,
        key: Callable[[PictureRequest], str],
        prepare: edits.Prepare = _nothing_to_send,
    ) -> None:
        self._account = account
        self._connection = Connection(account)
        self._rate = rate
        self._key = key
        self._prepare = prepare

    @property
    def name(self) -> str:
        """The account's name."""
        return self._account.name

    def make(self, request: PictureRequest) -> MadePicture:
        """Ask for one picture. Raises PictureRefused, Temporary, MaybeCharged, Paused, Permanent, AssetRefused."""
        import openai

        told = arguments(request, self._account)
        if request.references:
            prepared = [self._prepare(one.ref) for one in request.references]
            told = requests.edit(edits.arguments(request, told, prepared))
        else:
            told = requests.generation(told)
        images = self._connection.client.images
        headers = self._connection.headers(Idempotency_Key=self._key(request))
        try:
            ask = images.edit if request.references else images.generate
            answer = ask(**told, extra_headers=headers)
        except openai.APIConnectionError as error:
            raise refusals.cut_off(error, who=self.name, patience_s=self._account.timeout_s) from error
        except openai.APIStatusError as error:
            raise refusals.meaning(error.status_code, error.body, error.response.headers) from error
        except (openai.OpenAIError, ValueError) as error:
            # A page of a proxy, say: the SDK lets the parser's own error through.
            raise MaybeCharged(f"the answer could not be read: {refusals.shown(str(error))}") from error
        used = answers.usage(answer)
        data = answers.picture(answer)
        return MadePicture(
            data=data,
            media_type=answers.media_type(data),
            maker=self.name,
            model=self._account.model,
            prompt=request.prompt,
            seed=request.seed,
            cost_micros=self._settled(request, used),
            usage=used,
        )

    def _settled(self, request: PictureRequest, used: Mapping[str, Any]) -> int:
        """What an answer cost; where it does not say, what was guessed: a gateway that tells nothing is not free."""
        wide, high = size(request.width, request.height, self._account.model)
        share = wide * high / GUESSED_PIXELS
        quality = wishes(request, self._account).quality
        return self._rate.settle(used) or self._rate.estimate(quality, share=share)


def wishes(request: PictureRequest, account: Account) -> Rendering:
    """How a request is to be rendered at an account.

    Raises PictureRefused for a brief's wish that the model of a strict account does not know.
    """
    wished = abilities.over(request.rendering, replace(account.rendering, quality=account.quality))
    wrong = next(abilities.complaints(account.model, wished), None) if account.strict else None
    if wrong is not None:
        field, words, fix = wrong
        raise PictureRefused(f"The wished {field} cannot be had: {words}.", code="maker.rendering", fix=fix)
    return abilities.settled(account.model, wished)


def arguments(request: PictureRequest, account: Account) -> dict[str, Any]:
    """The arguments of `images.generate` for a request; `edits.arguments` makes those of `images.edit` of them.

    Raises PictureRefused as `wishes` does. What is wished of the rendering is sent only where something is wished.
    """
    width, height = size(request.width, request.height, account.model)
    wished = wishes(request, account)
    told: dict[str, Any] = {
        "prompt": request.prompt,
        "model": account.model,
        "quality": wished.quality,
        "size": f"{width}x{height}",
        "output_format": wished.format or "png",
        "n": 1,
    }
    if wished.complexity:
        told["complexity"] = wished.complexity
    if wished.background and wished.background != "auto":
        told["background"] = wished.background
    if wished.compression is not None and wished.compression < 100:
        told["output_compression"] = wished.compression
    if wished.moderation == "low":
        told["moderation"] = "low"
    return told
