"""A receiver of Faro's webhooks: it verifies each event, handles each once, and answers at once.

    FARO_WEBHOOK_SECRET=whsec_... python examples/webhook_receiver.py 8080

Needs `pip install standardwebhooks`. Put it behind a proxy with a certificate: Faro calls https only.
"""

import json
import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

MAX_BODY = 20_000
webhook = Webhook(os.environ["FARO_WEBHOOK_SECRET"])
handled: set[str] = set()  # in a real system a table with a unique column: a retry comes under the same id


def handle(event: dict) -> None:
    """What your system does with an event; ask Faro's API for more than ids."""
    print(event["type"], json.dumps(event["data"]), flush=True)


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        length = int(self.headers.get("content-length", "0"))
        self.send_response(self.take(length) if length <= MAX_BODY else 413)
        self.send_header("content-length", "0")
        self.end_headers()

    def take(self, length: int) -> int:
        """204 for a good event, also when it came before; 401 for one that nobody with the secret has signed."""
        try:
            event = webhook.verify(self.rfile.read(length), dict(self.headers))
        except (WebhookVerificationError, ValueError):
            return 401
        if self.headers["webhook-id"] not in handled:
            handle(event)
            handled.add(self.headers["webhook-id"])
        return 204

    def log_message(self, format: str, *args: object) -> None:
        """The events are printed; the rest is the proxy's."""


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver).serve_forever()
