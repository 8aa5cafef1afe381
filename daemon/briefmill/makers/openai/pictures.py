"""The maker of pictures at an account: one call for one picture, and what came of it."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from briefmill.domain.creative import MadePicture, PictureRequest
from briefmill.errors import MaybeCharged, Temporary
from briefmill.makers.openai import answers, refusals
from briefmill.makers.openai.account import Account, Connection
from briefmill.makers.openai.sizes import size
from briefmill.makers.prices import GUESSED_PIXELS, Rate

if TYPE_CHECKING:
    import openai

_NEVER_SENT: Final = frozenset({"ConnectError", "ConnectTimeout", "PoolTimeout"})
"""What the SDK's HTTP library raises before it has sent anything; it is vendored, so that only names are stable."""


class OpenAIMaker:
    """Implements ports.ImageMaker. `key` gives the request's own name, sent along so that a repeat can be told."""

    def __init__(self, account: Account, rate: Rate, *, key: Callable[[PictureRequest], str]) -> None:
        self._account = account
        self._connection = Connection(account)
        self._rate = rate
        self._key = key

    @property
    def name(self) -> str:
        """The account's name."""
        return self._account.name

    def make(self, request: PictureRequest) -> MadePicture:
        """Ask for one picture. Raises PictureRefused, Temporary, MaybeCharged, Paused, Permanent."""
        import openai

        try:
            answer = self._connection.client.images.generate(
                **arguments(request, self._account),
                extra_headers=self._connection.headers(Idempotency_Key=self._key(request)),
            )
        except openai.APIConnectionError as error:
            raise self._cut_off(error) from error
        except openai.APIStatusError as error:
            raise refusals.meaning(error.status_code, error.body, error.response.headers) from error
        except (openai.OpenAIError, ValueError) as error:
            # A page of a proxy, say: the SDK lets the parser's own error through.
            raise MaybeCharged(f"the answer could not be read: {refusals.shown(str(error))}") from error
        used = answers.usage(answer)
        return MadePicture(
            data=answers.picture(answer),
            media_type="image/png",
            maker=self.name,
            model=self._account.model,
            prompt=request.prompt,
            seed=request.seed,
            cost_micros=self._settled(request, used),
            usage=used,
        )

    def _settled(self, request: PictureRequest, used: Mapping[str, Any]) -> int:
        """What an answer cost; where it does not say, what was guessed: a gateway that tells nothing is not free."""
        wide, high = size(request.width, request.height)
        share = wide * high / GUESSED_PIXELS
        return self._rate.settle(used) or self._rate.estimate(self._account.quality, share=share)

    def _cut_off(self, error: "openai.APIConnectionError") -> Temporary:
        """A connection that was never made cost nothing; one that broke off, or an answer that never came, may have."""
        import openai

        words = refusals.shown(str(error.__cause__ or error))
        if type(error.__cause__).__name__ in _NEVER_SENT:
            return Temporary(f"{self.name} cannot be reached: {words}")
        if isinstance(error, openai.APITimeoutError):
            return MaybeCharged(f"no answer within {self._account.timeout_s:g} s")
        return MaybeCharged(f"the connection failed: {words}")


def arguments(request: PictureRequest, account: Account) -> dict[str, Any]:
    """The arguments of `images.generate` for a request."""
    width, height = size(request.width, request.height)
    return {
        "prompt": request.prompt,
        "model": account.model,
        "quality": account.quality,
        "size": f"{width}x{height}",
        "output_format": "png",
        "n": 1,
    }
