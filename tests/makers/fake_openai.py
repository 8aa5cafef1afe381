"""A small server that answers `images/generate` as OpenAI does: real pictures, usage, recorded error bodies."""

import base64
import json
import struct
import threading
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

USAGE = {
    "input_tokens": 120,
    "input_tokens_details": {"text_tokens": 100, "image_tokens": 20},
    "output_tokens": 1756,
    "total_tokens": 1876,
}


def png(width, height):
    """A real, grey PNG."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\x80" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def error(code, message="no", kind="image_generation_user_error", **more):
    """An error body in the API's shape."""
    return {"error": {"message": message, "type": kind, "param": None, "code": code, **more}}


MODERATION = error(
    "moderation_blocked",
    "Your request was rejected by the safety system.",
    moderation_details={"moderation_stage": "input", "categories": ["other"]},
)


class FakeOpenAI:
    """`answers` are (status, body, headers) for the next calls; without one, a picture of the wanted size."""

    def __init__(self):
        self.answers, self.calls = [], []
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                fake.calls.append(
                    {
                        "path": self.path,
                        "body": body,
                        "headers": {name.lower(): value for name, value in self.headers.items()},
                    }
                )
                status, answer, headers = fake.answers.pop(0) if fake.answers else (200, fake.picture(body), {})
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
