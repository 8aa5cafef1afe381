"""What a provider's safety system says of a text or of a picture; the endpoint costs nothing.

Asked ahead of a paid call, it keeps money from being spent on what would be refused anyway; asked about a finished
picture, it keeps one from being delivered that nobody would stand for.
"""

import base64
from collections.abc import Mapping
from typing import Any, Final

from briefmill.errors import Temporary
from briefmill.makers.openai import refusals
from briefmill.makers.openai.account import Connection

MODEL: Final = "omni-moderation-latest"
PATIENCE_S: Final = 30.0
LARGEST_PICTURE: Final = 20_000_000
"""Bytes of a picture that the endpoint takes; developers.openai.com/api/docs/guides/moderation, November 2026."""


class Moderator:
    """Asks one account's safety system."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_text(self, words: str) -> tuple[str, ...]:
        """The categories that a text is flagged for, none where all is well. Blocks.

        Raises Temporary where nobody answers, Paused where the account is refused.
        """
        return self._asked({"type": "text", "text": words})

    def of_picture(self, data: bytes, media_type: str) -> tuple[str, ...]:
        """The categories that a picture is flagged for. One that is too large to be asked about is not asked about."""
        if len(data) > LARGEST_PICTURE:
            return ()
        address = f"data:{media_type};base64,{base64.b64encode(data).decode('ascii')}"
        return self._asked({"type": "image_url", "image_url": {"url": address}})

    def _asked(self, part: Mapping[str, Any]) -> tuple[str, ...]:
        import openai

        parts: Any = [part]
        try:
            told = self._connection.client.with_options(timeout=PATIENCE_S).moderations.create(
                model=MODEL, input=parts, extra_headers=self._connection.headers()
            )
            result = told.results[0]
            named = result.categories.model_dump(by_alias=True, warnings=False) if result.flagged else {}
        except openai.APIConnectionError as error:
            raise Temporary(f"the safety system does not answer: {refusals.shown(str(error))}") from error
        except openai.APIStatusError as error:
            raise refusals.meaning(error.status_code, error.body, error.response.headers) from error
        except (openai.OpenAIError, ValueError, AttributeError, LookupError, TypeError) as error:
            raise Temporary(f"the safety system's answer could not be read: {refusals.shown(str(error))}") from error
        flagged = tuple(sorted(refusals.shown(str(name)) for name, hit in named.items() if hit))
        return flagged or (("not named",) if result.flagged else ())
