"""Pages that are none, though the server says 200: challenges, empty shells for scripts, and "not found"."""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

_REACH, _FIRST_REACH, _HEADING_REACH = 400_000, 24_000, 40_000
# Visible characters, measured on look-alikes in tests/test_classify.py: beyond them a page has something to say.
_CHALLENGE_TEXT, _SHELL_TEXT, _PROMPT_TEXT, _MISSING_TEXT = 1_500, 200, 600, 3_000
# What is left open goes on to the end, as browsers have it; so nothing is gone over twice.
_MARKUP = re.compile(
    rb"<!--.*?(?:-->|\Z)|<(script|style|noscript|template|svg|title|iframe|textarea)\b.*?(?:</\1[^>]*(?:>|\Z)|\Z)|<[^>]*(?:>|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_TITLE = re.compile(rb"<title\b[^>]{0,300}>([^<]{0,300})", re.IGNORECASE)
_HEADING = re.compile(rb"<h1\b[^>]{0,500}>(.{0,400}?)</h1", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^>]{0,500}>")
_LINK = re.compile(rb"<a\s", re.IGNORECASE)

_CHALLENGE_HEADERS = {"cf-mitigated": "challenge", "x-amzn-waf-action": ""}
# What only the interstitials themselves hold.
_CHALLENGE_MARKS = (
    b"_cf_chl_opt", b"cf-browser-verification", b"cf-challenge-running", b"captcha-delivery.com", b"px-captcha",
    b"/_incapsula_resource?swudnsai", b"sec-if-cpt-container", b"awswafintegration", b"/.well-known/ddos-guard/",
    b"distil_r_captcha", b"sgcaptcha", b"__qrator", b'id="challenge-form"', b'id="challenge-error-text"',
)  # fmt: skip
_CHALLENGE_TITLES = re.compile(
    r"just a moment|attention required!?|access (?:to this page has been )?denied|are you (?:a )?(?:robot|human)"
    r"|(?:please )?verify (?:that )?you are (?:a )?human|human verification|security check(?:point)?"
    r"|pardon our interruption|request rejected|checking your browser(?: before accessing .*)?|ddos-guard|bot verification"
    r"|one more step|robot check|captcha(?: check)?|you have been blocked|sorry,? you have been blocked|un momento|un instant"
    r"|einen moment|nur einen moment(?: bitte)?|один момент|请稍候|しばらくお待ちください",
    re.IGNORECASE,
)
_SHELL_ROOT = re.compile(
    rb"<(?:app-root|div\b[^>]{0,200}\b(?:id|class)\s*=\s*[\"']?(?:root|app|__next|__nuxt|application|react-root|svelte|main-app"
    rb"|gatsby-focus-wrapper|___gatsby|ember-application|vue-app|spa-root)\b|[^>]{0,200}\bng-app\b|body\b[^>]{0,200}\bng-app\b)",
    re.IGNORECASE,
)
# A shell that gives its article's text as JSON-LD has something to read.
_DECLARED = re.compile(rb'"articleBody"\s*:\s*"(?:[^"\\]|\\.){200}')
# As has one whose scripts begin with a state that holds its headline, and running text.
_RUNNING = re.compile(rb':\s*"(?:[^"\\]|\\.){20,300}?[.!?][ <](?:[^"\\]|\\.){100}')
_HEADLINE_WORDS = 3
_ASKS_FOR_SCRIPTS = re.compile(
    r"(?:enable|activate|turn on|requires?|needs?|without|allow) (?:\w+ )?(?:java ?script)|java ?script (?:is |must be |to be )?(?:\w+ )?"
    r"(?:required|disabled|enabled|needed|off)|java ?script (?:aktivieren|einschalten|inschakelen|activeren)|aktivieren sie java ?script"
    r"|(?:activer|activez|habilit\w+|activ[ae]\w*|abilit\w+|ativ[ae]\w*) (?:el |le |o )?java ?script|включит\w+ java ?script"
    r"|włącz\w* (?:obsługę )?java ?script|java ?script['’]?i (?:etkin|aç)\w*|启用 ?java ?script|java ?script ?を有効|java ?script를",
    re.IGNORECASE,
)
_MISSING = """
    page not found|not found|page cannot be found|the page you are looking for|this page does not exist|page does not exist|page doesnt exist
    sorry page not found|oops page not found|we couldnt find that page|this page isnt available|page unavailable|nothing found|no such page
    content not found|article not found|post not found|that page cant be found|oops that page cant be found|page missing|page no longer available
    this page could not be found|page could not be found|the page cannot be found|the requested page could not be found|file not found
    file or directory not found|requested url not found|page introuvable|page non trouvée|page non trouvee|article introuvable
    la page demandée est introuvable|cette page nexiste pas|seite nicht gefunden|nicht gefunden|seite konnte nicht gefunden werden
    die seite wurde nicht gefunden|diese seite existiert nicht|artikel nicht gefunden|página no encontrada|pagina no encontrada|no encontrado
    esta página no existe|página não encontrada|pagina nao encontrada|não encontrado|esta página não existe|pagina non trovata|non trovato
    pagina niet gevonden|niet gevonden|strona nie istnieje|nie znaleziono strony|nie znaleziono|strony nie znaleziono|страница не найдена|не найдено
    страница не существует|сторінку не знайдено|сторінка не знайдена|sayfa bulunamadı|bulunamadı|sidan hittades inte|sidan kunde inte hittas
    siden blev ikke fundet|siden ble ikke funnet|siden findes ikke|fant ikke siden|sivua ei löytynyt|sivua ei löydy|stránka nenalezena
    stránka nebyla nalezena|stránka sa nenašla|az oldal nem található|oldal nem található|pagina nu a fost găsită|pagină negăsită
    η σελίδα δεν βρέθηκε|страницата не е намерена|stranica nije pronađena|stran ni bila najdena|puslapis nerastas|lehte ei leitud|lapa nav atrasta
    ページが見つかりません|ページが見つかりませんでした|お探しのページは見つかりませんでした|お探しのページが見つかりません|页面不存在|页面未找到|找不到页面|找不到網頁|頁面不存在|找不到頁面
    您访问的页面不存在
    페이지를 찾을 수 없습니다|الصفحة غير موجودة|لم يتم العثور على الصفحة|הדף לא נמצא|העמוד לא נמצא|صفحه یافت نشد|صفحه مورد نظر یافت نشد
    halaman tidak ditemukan|không tìm thấy trang|trang không tồn tại|ไม่พบหน้าที่คุณต้องการ|ไม่พบหน้า|पृष्ठ नहीं मिला|पेज नहीं मिला
"""
_MISSING_PHRASES = frozenset(phrase.strip() for phrase in re.split(r"[|\n]", _MISSING) if phrase.strip())
_TITLE_PARTS = re.compile(r"\s+[|\-–—·»«•:]+\s+|\s*[|»«•]\s*")
_NUMBER = re.compile(
    r"^(?:http |status )?(?:error |erreur |fehler |errore |erro |fout |ошибка |błąd |hata )?404(?: error| page)?(?:[\s:.,!–—-]+|$)"
    r"|[\s:.,!–—(-]+(?:error )?404\)?$"
)
_MARKS = re.compile(r"[.!?…'’\"“”,;:()¡¿。！、]+")


@dataclass(frozen=True, slots=True)
class Glance:
    """What can be seen of a page without parsing it: its beginning, and its text, cut where it is surely long."""

    head: bytes
    text: str

    @property
    def parts(self) -> list[str]:
        """Return its title, whole and in its parts, and its first heading."""
        title, heading = _TITLE.search(self.head), _HEADING.search(self.head, 0, _HEADING_REACH)
        whole = _plain(title[1]) if title else ""
        return [whole, *_TITLE_PARTS.split(whole), _plain(heading[1]) if heading else ""]


def glance(body: bytes) -> Glance:
    """Look at a page, in linear time; of a page with much to say only as far as that shows."""
    head = body[:_REACH]
    start = max(head.find(b"<body"), 0)
    text = _visible(head[start : start + _FIRST_REACH])
    if len(text) < _MISSING_TEXT and len(head) > start + _FIRST_REACH:
        text = _visible(head[start:])
    return Glance(head, text)


def find_challenge(headers: tuple[tuple[str, str], ...], seen: Glance) -> str:
    """Return by what a page or its headers say that they want a human, empty if they do not."""
    for name, value in headers:
        if name in _CHALLENGE_HEADERS and _CHALLENGE_HEADERS[name] in value.lower():
            return f"a challenge ({name})"
    if len(seen.text) >= _CHALLENGE_TEXT:
        return ""
    lowered = seen.head.lower()
    if any(mark in lowered for mark in _CHALLENGE_MARKS):
        return "a challenge page"
    says = next((part for part in seen.parts if _CHALLENGE_TITLES.fullmatch(part.strip(" .!…?"))), "")
    return f"a challenge page ({says[:60]})" if says else ""


def find_shell(seen: Glance) -> str:
    """Return why a page is but a shell for scripts to fill, empty if it is not."""
    if len(seen.text) >= _PROMPT_TEXT or b"<script" not in seen.head.lower() or _has_story(seen):
        return ""
    if _ASKS_FOR_SCRIPTS.search(seen.text):
        return "the page asks for JavaScript"
    is_bare = len(seen.text) < _SHELL_TEXT and len(_LINK.findall(seen.head)) <= 3  # noqa: PLR2004
    if is_bare and (_SHELL_ROOT.search(seen.head) or _asks_aside(seen.head)):
        return "the page has no text before its scripts run"
    return ""


def _has_story(seen: Glance) -> bool:
    """Tell whether the scripts of a page hold what seems to be its story."""
    if _DECLARED.search(seen.head):
        return True
    titles = {part for part in seen.parts if len(part.split()) >= _HEADLINE_WORDS}
    stated = (
        json.dumps(title, ensure_ascii=is_ascii).encode() for title in titles for is_ascii in (True, False)
    )
    return any(title in seen.head for title in stated) and _RUNNING.search(seen.head) is not None


def find_missing(asked: str, final: str, seen: Glance) -> str:
    """Return why an answer means that there is no such page, empty if it does not."""
    if is_sent_home(asked, final):
        return "sent to the front page"
    if len(seen.text) >= _MISSING_TEXT:
        return ""
    says = next((part for part in seen.parts if _is_missing(part)), "")
    return f"the page says {says[:60]!r}" if says else ""


def is_sent_home(asked: str, final: str) -> bool:
    """Tell whether a redirect led from a page within a site to a front page."""
    end = urlsplit(final)
    segments = [segment for segment in urlsplit(asked).path.split("/") if segment]
    is_deep = len(segments) > 1 or any(re.search(r"[^-]+-[^-]+-|\d{4}", segment) for segment in segments)
    return is_deep and end.path in ("", "/") and not end.query


def _visible(markup: bytes) -> str:
    """Return the text outside tags, scripts and the like."""
    return _plain(_MARKUP.sub(b" ", markup))


def _plain(data: bytes) -> str:
    text = _TAG.sub(" ", data.decode("utf-8", "replace"))
    return " ".join(html.unescape(text).split())


def _is_missing(text: str) -> bool:
    folded = text.casefold().strip()
    bare = _NUMBER.sub(" ", folded)
    words = " ".join(_MARKS.sub("", bare).split())
    return words in _MISSING_PHRASES or (not words and "404" in folded)


def _asks_aside(head: bytes) -> bool:
    """Tell whether a `noscript` asks for scripts; many pages have one, few have nothing else."""
    lowered = head.lower()
    start = lowered.find(b"<noscript")
    end = lowered.find(b"</noscript", start)
    return start >= 0 and _ASKS_FOR_SCRIPTS.search(_plain(head[start : max(end, 0) or None])) is not None
