"""A server that says what it is told to: other shapes, nonsense, nothing; `briefmill.fake_openai` tells only the truth.

Untold, it answers `images/generate` with a grey picture of the wanted size.
"""

import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from grey import png

USAGE = {
    "input_tokens": 120,
    "input_tokens_details": {"text_tokens": 100, "image_tokens": 20},
    "output_tokens": 1756,
    "total_tokens": 1876,
}


def error(code, message="no", kind="image_generation_user_error", **more):
    """An error body in the API's shape."""
    return {"error": {"message": message, "type": kind, "param": None, "code": code, **more}}


MODERATION = error(
    "moderation_blocked",
    "Your request was rejected by the safety system.",
    moderation_details={"moderation_stage": "input", "categories": ["other"]},
)


class BareServer:
    """`answers` are (status, body, headers) for the next calls; without one, a picture of the wanted size."""

    def __init__(self):
        self.answers, self.calls = [], []
        bare = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                bare.calls.append(
                    {
                        "path": self.path,
                        "body": body,
                        "headers": {name.lower(): value for name, value in self.headers.items()},
                    }
                )
                status, answer, headers = bare.answers.pop(0) if bare.answers else (200, bare.picture(body), {})
                if status is None:
                    self.close_connection = True
                    self.connection.close()
                    return
                data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(data)))
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *args):
                """Be quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_port}/v1"

    def picture(self, body):
        width, height = map(int, body["size"].split("x"))
        data = base64.b64encode(png(width, height)).decode()
        return {"created": 1, "data": [{"b64_json": data}], "usage": USAGE, "size": body["size"]}

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
