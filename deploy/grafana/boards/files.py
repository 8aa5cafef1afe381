"""The dashboards as the files that Grafana provisions."""

import json

from grafana_foundation_sdk.cog.encoder import JSONEncoder

from boards import compliance, frame, intake, money, overview, pipeline

ALL = (overview, pipeline, money, compliance, intake)


def made() -> dict[str, str]:
    """Each file's name and its text; the same code gives the same bytes."""
    return {f"{board.UID}.json": _text(board) for board in ALL}


def _text(board: frame.Board) -> str:
    return json.dumps(frame.built(board), cls=JSONEncoder, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
