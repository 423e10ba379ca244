"""Every refusal as one sentence in the reader's language: JSON for the interface, a small page for people."""

import logging

from aiohttp import web
from aiohttp.typedefs import Handler

from minidialer.domain.sentence import RefusedError

from .bodies import TooLargeError
from .fields import BadInputError
from .i18n import Words
from .keys import PAGES
from .security import ForeignRequestError
from .services import Ended
from .session import forget, words_of
from .streams import dumped, ending

log = logging.getLogger(__name__)

REFUSED = 409
_STATUS: tuple[tuple[type[RefusedError], int], ...] = (
    (TooLargeError, 413),
    (BadInputError, 400),
    (ForeignRequestError, 403),
    (RefusedError, REFUSED),
)


@web.middleware
async def tell(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn what handlers raise into answers."""
    try:
        return await handler(request)
    except RefusedError as error:
        status = next(status for kind, status in _STATUS if isinstance(error, kind))
        return answer(request, status, words_of(request).say(error.sentence))
    except Ended as ended:
        return _over(request, ended)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        response = answer(request, error.status, _of_status(error.status, words_of(request)))
        if "Allow" in error.headers:
            response.headers["Allow"] = error.headers["Allow"]
        return response
    except (ConnectionError, TimeoutError):
        raise
    except Exception:
        log.exception("%s %s failed", request.method, request.path, extra={"action": "web.failed"})
        return answer(request, 500, words_of(request).gettext("That failed inside the dialer: its log says why."))


def answer(request: web.Request, status: int, sentence: str) -> web.Response:
    """One sentence."""
    if request.path.startswith("/api/"):
        return web.Response(status=status, text=dumped({"error": sentence}), content_type="application/json")
    return request.app[PAGES].answer(request, "problem.html", status=status, sentence=sentence)


def _over(request: web.Request, ended: Ended) -> web.Response:
    if request.path.startswith("/api/"):
        body = dumped(ending(ended.why, request))
        response = web.Response(status=401, text=body, content_type="application/json")
    else:
        query = "" if ended.why == "unknown" else f"?why={ended.why}"
        response = web.Response(status=303, headers={"Location": f"/login{query}"})
    forget(request, response)
    return response


def _of_status(status: int, words: Words) -> str:
    if status == 404:
        return words.gettext("There is no such page.")
    if status == 405:
        return words.gettext("This address does not take such a request.")
    if status == 413:
        return words.gettext("The request is too large.")
    return words.gettext("The request cannot be understood.")
