"""A server process with an OpenAI-compatible endpoint that answers what a script says, and keeps what it was asked.

    python completions.py SCRIPT LOG

Prints its port. SCRIPT is a JSON file that is read at every request: `{"mode", "content"}`; the modes are ways of going wrong.
"""

from __future__ import annotations

import json
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        asked = self.rfile.read(int(self.headers["Content-Length"]))
        entry = {"path": self.path, "key": self.headers.get("Authorization"), "body": json.loads(asked)}
        with Path(sys.argv[2]).open("a", encoding="utf-8") as log:
            log.write(json.dumps(entry, ensure_ascii=False) + "\n")
        script = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
        getattr(self, script.get("mode") or "completion")(script.get("content", ""))

    def completion(self, content: object) -> None:
        self.send({"choices": [{"message": {"role": "assistant", "content": content}}]})

    def send(self, data: object, status: int = 200) -> None:
        body = json.dumps(data, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def failing(self, _: object) -> None:
        self.send({"error": "overloaded"}, 503)

    def redirecting(self, _: object) -> None:
        self.send_response(302)
        self.send_header("Location", "http://127.0.0.1:9/stolen")
        self.end_headers()

    def hanging(self, _: object) -> None:
        time.sleep(30)

    def dripping(self, _: object) -> None:
        self.send_response(200)
        self.end_headers()
        for _byte in range(300):
            self.wfile.write(b" ")
            self.wfile.flush()
            time.sleep(0.1)

    def flooding(self, _: object) -> None:
        self.send_response(200)
        self.end_headers()
        for _piece in range(2000):
            self.wfile.write(b"[" * 10_000)

    def garbling(self, _: object) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"\xff\xfe not json")

    def dropping(self, _: object) -> None:
        self.close_connection = True

    def empty(self, _: object) -> None:
        self.send({"choices": []})

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    print(server.server_port, flush=True)
    server.serve_forever()
