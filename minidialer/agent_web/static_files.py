"""The script, the style and the icon: read once, named by their content, so that a browser may keep them for ever."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

FOLDER = Path(__file__).parent / "static"
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "public, no-cache"


@dataclass(frozen=True, slots=True)
class _File:
    body: bytes
    kind: str
    mark: str


class StaticFiles:
    """All files of `static/`; nothing else can be asked for."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._files = {path.name: _load(path) for path in sorted(folder.iterdir()) if path.suffix in _TYPES}

    def address(self, name: str) -> str:
        """Where a file is; changes with its content."""
        return f"/static/{name}?v={self._files[name].mark}"

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(len(file.body) for file in self._files.values())

    async def answer(self, request: web.Request) -> web.Response:
        """GET /static/{name}."""
        file = self._files.get(request.match_info["name"])
        if file is None:
            raise web.HTTPNotFound
        response = web.Response(body=file.body, content_type=file.kind, charset="utf-8")
        response.headers["Cache-Control"] = _FOR_EVER if request.query.get("v") == file.mark else _ASK_AGAIN
        return response


def _load(path: Path) -> _File:
    body = path.read_bytes()
    return _File(body, _TYPES[path.suffix], hashlib.sha256(body).hexdigest()[:12])
