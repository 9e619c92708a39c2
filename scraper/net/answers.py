"""What an answer comes to: a page, the same as last time, or a failure with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

from cleaners.documents import check_bytes, check_no_data
from cleaners.errors import ParseError
from scraper.net.classify import find_challenge, find_missing, find_shell, glance
from scraper.net.headers import own_etag, own_last_modified, read_content_type, read_retry_after
from scraper.net.kinds import WIDE_MARKS, begins_a_page, find_refresh, kind_of_body
from scraper.net.wire import TransportError
from scraper.types import Failure, Page, Unchanged
from scraper.urls import join

if TYPE_CHECKING:
    from datetime import datetime

    from scraper.net.classify import Glance
    from scraper.net.transport import Answer, Look
    from scraper.types import CrawlRequest, Outcome, Reason

_GOOD = {200, 203}
_NOT_MODIFIED = 304
_REDIRECTS = {301, 302, 303, 307, 308}
_REASONS: dict[int, Reason] = {
    401: "blocked", 402: "blocked", 403: "blocked", 407: "blocked", 451: "blocked", 999: "blocked",
    404: "not-found", 410: "gone", 429: "rate-limited",
}  # fmt: skip
_FIRST_ERROR, _FIRST_SERVER_ERROR, _LAST_SERVER_ERROR = 400, 500, 599
_MAY_BE_CHALLENGES = {200, 202, 203, 403, 405, 429, 503}
_PAGE_TYPES = {"", "text/html", "application/xhtml+xml", "application/vnd.wap.xhtml+xml"}
# Types that servers give what they do not know: then the page itself must look like one.
_VAGUE_TYPES = {
    "text/plain",
    "text/xml",
    "application/xml",
    "application/octet-stream",
    "binary/octet-stream",
}


@dataclass(frozen=True, slots=True)
class Journey:
    """How an answer was come by: what was asked, by way of which addresses, and when it came."""

    request: CrawlRequest
    redirects: tuple[str, ...]
    at: datetime
    elapsed_seconds: float

    def failure(self, reason: Reason, detail: str, answer: Answer | None = None) -> Failure:
        """Return why there is no page."""
        wait = wait_of(answer, self.at) if answer else None
        status = answer.status if answer else 0
        return Failure(self.request.url, reason, detail, self.at, self.redirects[-1], status, wait)


def wait_of(answer: Answer, now: datetime) -> float | None:
    """Return the seconds for which an answer asks not to be asked again, None where it does not."""
    return read_retry_after(answer.header("retry-after"), now, answer.header("date"))


def location_of(answer: Answer) -> str:
    """Return where an answer redirects to, as the server spelt it; empty if it does not."""
    if answer.status not in _REDIRECTS:
        return ""
    raw = answer.header("location").encode("latin-1")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def next_of(answer: Answer, here: str, *, is_hub: bool) -> str:
    """Return where to go on to after an answer from `here`, as its server spelt it; empty if it is the last.

    A page that sends its readers on at once redirects as its server would, where it is a source's own address.
    """
    location = location_of(answer)
    if location or not is_hub or answer.status not in _GOOD:
        return location
    target = find_refresh(answer.body)
    return target if target and join(here, target) not in (None, here) else ""


def conditions(request: CrawlRequest, now: datetime) -> dict[str, str]:
    """Return the headers that ask only for what has changed, where the last visit left sound validators."""
    etag, modified = own_etag(request.etag), own_last_modified(request.last_modified, now)
    headers = {"If-None-Match": etag} if etag else {}
    return headers | ({"If-Modified-Since": modified} if modified else {})


def look_for(request: CrawlRequest) -> Look:
    """Return what looks at the beginning of a body, and raises TransportError if it is not what was asked for."""
    if request.kind != "page":
        return look_for_text
    return look_for_any if request.is_hub else look_for_page


def look_for_any(answer: Answer) -> None:
    """Raise TransportError (not-html) for the beginning of a body that leads nowhere: no page, feed or sitemap."""
    look = look_for_text if kind_of_body(answer.body) in ("feed", "sitemap") else look_for_page
    look(answer)


def look_for_page(answer: Answer) -> None:
    """Raise TransportError (not-html) for the beginning of a body that is no HTML, whatever its header says."""
    if answer.status not in _GOOD or not answer.body.strip():
        return
    kind, _ = read_content_type(answer.header("content-type"))
    if kind not in _PAGE_TYPES and not begins_a_page(answer.body):
        raise TransportError("not-html", f"the server calls it {kind}")
    try:
        check_bytes(answer.body)
        if not answer.body.startswith(WIDE_MARKS):
            check_no_data(answer.body.decode("latin-1"))
    except ParseError as error:
        raise TransportError("not-html", str(error)) from error


def look_for_text(answer: Answer) -> None:
    """Raise TransportError (not-html) for the beginning of a body that can be neither a feed nor a sitemap."""
    kind, _ = read_content_type(answer.header("content-type"))
    if answer.body.startswith(b"\x1f\x8b"):
        return
    if kind.startswith(("image/", "video/", "audio/", "font/")):
        raise TransportError("not-html", f"the server calls it {kind}")
    try:
        check_bytes(answer.body or b".")
    except ParseError as error:
        raise TransportError("not-html", str(error).replace("HTML", "a feed or sitemap")) from error


def conclude(journey: Journey, answer: Answer, *, was_conditional: bool) -> Outcome:
    """Return what an answer that redirects no further comes to."""
    if answer.status == _NOT_MODIFIED and was_conditional:
        return _unchanged(journey, answer)
    failure = _failure(journey, answer)
    if failure is not None:
        return failure
    digest = hash_of(answer.body)
    if digest == journey.request.body_hash:
        return Unchanged(
            journey.request.url, journey.redirects[-1], journey.at, "body", *_validators(journey, answer)
        )
    return _page(journey, answer, digest)


def hash_of(body: bytes) -> str:
    """Return the hash by which a body is known again, the way it was made before it."""
    return f"blake2b:{blake2b(body, digest_size=16).hexdigest()}"


def _unchanged(journey: Journey, answer: Answer) -> Unchanged:
    etag, modified = _validators(journey, answer)
    asked = journey.request
    return Unchanged(
        asked.url,
        journey.redirects[-1],
        journey.at,
        "validator",
        etag or asked.etag,
        modified or asked.last_modified,
    )


def _failure(journey: Journey, answer: Answer) -> Failure | None:
    status = answer.status
    seen = glance(answer.body)
    challenge = find_challenge(answer.headers, seen) if status in _MAY_BE_CHALLENGES else ""
    if challenge and status not in _REASONS:
        return journey.failure("blocked", challenge, answer)
    if status not in _GOOD:
        extra = f": {challenge}" if challenge else ""
        return journey.failure(_reason_of(status), f"the server answered {status}{extra}", answer)
    if not answer.body.strip():
        return journey.failure("bad-response", "an empty page", answer)
    return _kind_failure(journey, answer, seen)


def _kind_failure(journey: Journey, answer: Answer, seen: Glance) -> Failure | None:
    """Judge a body by what it is asked for as, or a source's own address by what it shows itself to be."""
    asked, shown = journey.request.kind, kind_of_body(answer.body)
    kind = (shown or asked) if journey.request.is_hub else asked
    if kind != "page" and shown == "page":
        return journey.failure("soft-404", f"a page stands where a {kind} should", answer)
    return _page_failure(journey, answer, seen) if kind == "page" else None


def _page_failure(journey: Journey, answer: Answer, seen: Glance) -> Failure | None:
    if missing := find_missing(journey.request.url, journey.redirects[-1], seen):
        return journey.failure("soft-404", missing, answer)
    if shell := find_shell(seen):
        return journey.failure("js-shell", shell, answer)
    return None


def _reason_of(status: int) -> Reason:
    if _FIRST_SERVER_ERROR <= status <= _LAST_SERVER_ERROR:
        return "server-error"
    return _REASONS.get(status, "bad-response")


def _page(journey: Journey, answer: Answer, digest: str) -> Page:
    kind, charset = read_content_type(answer.header("content-type"))
    etag, modified = _validators(journey, answer)
    return Page(
        url=journey.request.url,
        final_url=journey.redirects[-1],
        status=answer.status,
        body=answer.body,
        fetched_at=journey.at,
        content_type=kind,
        charset=charset,
        etag=etag,
        last_modified=modified,
        body_hash=digest,
        redirects=journey.redirects[:-1],
        headers=answer.headers,
        elapsed_seconds=journey.elapsed_seconds,
    )


def _validators(journey: Journey, answer: Answer) -> tuple[str, str]:
    return own_etag(answer.header("etag")), own_last_modified(answer.header("last-modified"), journey.at)
