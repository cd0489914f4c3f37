"""ClamAV's daemon as the edge sees it: a socket on loopback that knows EICAR."""

import socketserver
import struct
import threading

from tests.bot.attachments.files import EICAR


class Clamd:
    """`answer` replaces what it says; `seen` holds what it was shown."""

    def __init__(self):
        clamd = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                assert self.rfile.read(10) == b"zINSTREAM\0"
                content = b""
                while size := struct.unpack("!I", self.rfile.read(4))[0]:
                    content += self.rfile.read(size)
                clamd.seen.append(content)
                found = b"Win.Test.EICAR_HDB-1 FOUND" if EICAR in content else b"OK"
                self.wfile.write(clamd.answer or b"stream: " + found + b"\0")

        self.seen, self.answer = [], None
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def address(self):
        return f"127.0.0.1:{self._server.server_address[1]}"

    def stop(self):
        self._server.shutdown()
        self._server.server_close()
