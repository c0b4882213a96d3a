"""A storage that speaks S3 on loopback: keeps objects in memory and what it was asked, checks that calls are signed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

SIGNED = "AWS4-HMAC-SHA256 Credential="


@dataclass
class Bucket:
    """What the storage holds, by path, and the calls it took."""

    address: str = ""
    objects: dict[str, bytes] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    # Answers instead of working, for as many calls.
    failing: int = 0


@contextmanager
def storage() -> Iterator[Bucket]:
    """Open a storage for the block."""
    bucket = Bucket()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(bucket))
    bucket.address = f"127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield bucket
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(bucket: Bucket) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_args: object) -> None:
            pass

        def _path(self) -> str:
            path = unquote(urlsplit(self.path).path)
            bucket.calls.append(f"{self.command} {path}")
            return path

        def _answer(self, status: HTTPStatus, body: bytes = b"", *, length: int | None = None) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body) if length is None else length))
            self.send_header("ETag", '"x"')
            self.send_header("Last-Modified", "Fri, 20 Nov 2026 04:00:00 GMT")
            self.end_headers()
            self.wfile.write(body)

        def _is_refused(self) -> bool:
            if not self.headers.get("Authorization", "").startswith(SIGNED):
                self._answer(HTTPStatus.FORBIDDEN)
                return True
            if bucket.failing:
                bucket.failing -= 1
                self._answer(HTTPStatus.SERVICE_UNAVAILABLE)
                return True
            return False

        def do_PUT(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            path = self._path()
            if not self._is_refused():
                bucket.objects[path] = body
                self._answer(HTTPStatus.OK)

        def do_GET(self) -> None:
            asked = parse_qs(urlsplit(self.path).query)
            found = bucket.objects.get(self._path())
            if self._is_refused():
                return
            if "prefix" in asked:
                self._answer(HTTPStatus.OK, _listed(bucket, self._path(), prefix=asked["prefix"][0]))
            else:
                self._answer(HTTPStatus.NOT_FOUND if found is None else HTTPStatus.OK, found or b"")

        def do_HEAD(self) -> None:
            found = bucket.objects.get(self._path())
            if not self._is_refused():
                self._answer(HTTPStatus.NOT_FOUND if found is None else HTTPStatus.OK, length=len(found or b""))

        def do_DELETE(self) -> None:
            bucket.objects.pop(self._path(), None)
            if not self._is_refused():
                self._answer(HTTPStatus.NO_CONTENT)

    return Handler


def _listed(bucket: Bucket, name: str, *, prefix: str) -> bytes:
    """Return what lies right below a prefix, as S3 writes it: files, and folders that are only parts of names."""
    begin = f"{name}/{prefix}"
    below = [path.removeprefix(begin) for path in bucket.objects if path.startswith(begin)]
    files = sorted(path for path in below if "/" not in path)
    folders = sorted({path.partition("/")[0] for path in below if "/" in path})
    rows = [f"<Contents><Key>{escape(prefix + path)}</Key></Contents>" for path in files]
    rows += [f"<CommonPrefixes><Prefix>{escape(prefix + path)}/</Prefix></CommonPrefixes>" for path in folders]
    return f"<ListBucketResult><IsTruncated>false</IsTruncated>{''.join(rows)}</ListBucketResult>".encode()
