"""What a provider says of the model that an account uses: whether it is there, and when it will be shut down.

Image models get three months' notice; the list of models tells the day (`shutdown_date`, since 2026). A gateway that
tells nothing of it is believed.
"""

from datetime import date
from typing import Final

from briefmill.errors import Temporary
from briefmill.makers.openai import refusals
from briefmill.makers.openai.account import Connection

PATIENCE_S: Final = 5.0
"""Seconds for the answer: nobody is waiting for a picture."""


def shutdown(connection: Connection) -> date | None:
    """The day the account's model will be shut down, None where there is none or nobody says. Blocks.

    Raises Paused where the account is refused or the model is gone, Temporary where nobody answers.
    """
    import openai

    try:
        asked = connection.client.with_options(timeout=PATIENCE_S).models.retrieve(
            connection.account.model, extra_headers=connection.headers()
        )
    except openai.APIConnectionError as error:
        raise Temporary(f"{connection.account.name} cannot be reached: {refusals.shown(str(error))}") from error
    except openai.APIStatusError as error:
        raise refusals.meaning(error.status_code, error.body, error.response.headers) from error
    except (openai.OpenAIError, ValueError) as error:
        raise Temporary(f"the answer could not be read: {refusals.shown(str(error))}") from error
    told = getattr(asked, "shutdown_date", None)
    try:
        return date.fromisoformat(told) if isinstance(told, str) else None
    except ValueError:
        return None
