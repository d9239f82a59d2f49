"""
What a container on Cloud Run finds in Google's network: Datastore, by TLS and with a token, and the server of metadata
which gives the token. Behind Datastore's name is the emulator.
"""

import asyncio
import contextlib
import json
import ssl
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

DATASTORE = "datastore.googleapis.com"
ACCOUNT = "/computeMetadata/v1/instance/service-accounts/default/"
# As https://cloud.google.com/run/docs/container-contract#metadata-server says, and google-auth asks.
METADATA = {
    "/": "",
    ACCOUNT: {"email": "mewgram-runtime", "scopes": []},
    f"{ACCOUNT}token": {"access_token": "purr", "expires_in": 3600, "token_type": "Bearer"},
    "/computeMetadata/v1/project/project-id": "purring-cats",
    "/computeMetadata/v1/universe/universe-domain": "googleapis.com",
}


class GoogleNetwork:
    """Use it as a context manager.

    environment: the variables with which a container finds it, in place of Google's. certificate: the file of the
    certificate that is to be trusted there under the name that one of them says.
    """

    trusted = "/etc/ssl/certs/google-network.pem"

    def __init__(self, emulator_host, folder):
        self.emulator_host = emulator_host
        self.certificate, self.key = folder / "certificate.pem", folder / "key.pem"

    def __enter__(self):
        names = ("-subj", f"/CN={DATASTORE}", "-addext", f"subjectAltName=DNS:{DATASTORE}")
        files = ("-keyout", self.key, "-out", self.certificate)
        make = ("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *names, *files)
        subprocess.run(make, check=True, capture_output=True)
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(self.certificate, self.key)
        self.tls.set_alpn_protocols(["h2"])
        self.metadata = ThreadingHTTPServer(("127.0.0.1", 0), Metadata)
        self.loop = asyncio.new_event_loop()
        self.threads = [
            threading.Thread(target=self.metadata.serve_forever, args=[0.01]),
            threading.Thread(target=self.loop.run_forever),
        ]
        for thread in self.threads:
            thread.start()
        self.proxy = self.call(asyncio.start_server(self.connect, "127.0.0.1", 0))
        metadata = f"127.0.0.1:{self.metadata.server_port}"
        self.environment = {
            "https_proxy": f"http://127.0.0.1:{self.proxy.sockets[0].getsockname()[1]}",
            "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH": self.trusted,
            "GCE_METADATA_HOST": metadata,
            "GCE_METADATA_IP": metadata,
        }
        return self

    def __exit__(self, *exception):
        self.call(self.close())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.metadata.shutdown()
        for thread in self.threads:
            thread.join()
        self.metadata.server_close()
        self.loop.close()

    def call(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result()

    async def connect(self, reader, writer):
        """What a proxy does, and then the server at the other end."""
        request = await reader.readuntil(b"\r\n\r\n")
        assert request.startswith(f"CONNECT {DATASTORE}:443 ".encode()), request
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        await writer.start_tls(self.tls)
        host, port = self.emulator_host.split(":")
        emulator_reader, emulator_writer = await asyncio.open_connection(host, port)
        await asyncio.gather(copy(reader, emulator_writer), copy(emulator_reader, writer))

    async def close(self):
        self.proxy.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)


async def copy(reader, writer):
    try:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
    finally:
        writer.close()


class Metadata(BaseHTTPRequestHandler):
    def do_GET(self):
        value = METADATA[self.path.partition("?")[0]]
        is_text = isinstance(value, str)
        body = (value if is_text else json.dumps(value)).encode()
        self.send_response(200)
        self.send_header("Metadata-Flavor", "Google")
        self.send_header("Content-Type", "application/text" if is_text else "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass
