"""Challenges, shells and missing pages, and the articles that look like them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.net.classify import find_challenge, find_missing, find_shell, glance, is_sent_home

PROSE = "<p>The harbour board raised its fees on Monday, and said that a new pier will be paid from them.</p>"


def page(title: str, body: str, head: str = "") -> bytes:
    return (
        f"<!doctype html><html><head><title>{title}</title>{head}</head><body>{body}</body></html>".encode()
    )


CHALLENGES = {
    "cloudflare": page("Just a moment...", "<noscript>Enable JavaScript and cookies to continue</noscript><script>window._cf_chl_opt={}</script>"),
    "cloudflare block": page("Attention Required! | Cloudflare", "<h1>Sorry, you have been blocked</h1><p>You are unable to access quay.example</p>"),
    "datadome": page("quay.example", "<p>Please enable JS and disable any ad blocker</p><script src='https://ct.captcha-delivery.com/c.js'></script>"),
    "perimeterx": page("Access to this page has been denied", "<div id='px-captcha'></div><p>Press and hold</p>"),
    "akamai": page("Access Denied", "<h1>Access Denied</h1>You don't have permission to access this on this server.<p>Reference #18.4"),
    "akamai wait": page("&nbsp;", "<div id='sec-if-cpt-container'></div><script src='/x'></script>"),
    "incapsula": page("", "<iframe src='/_Incapsula_Resource?SWUDNSAI=31'>Request unsuccessful. Incapsula incident ID: 1</iframe>"),
    "imperva": page("Pardon Our Interruption", "<h1>Pardon Our Interruption</h1><p>As you were browsing something made us think you were a bot."),
    "aws": page("Human Verification", "<script>AwsWafIntegration.getToken()</script><div id='captcha-container'></div>"),
    "ddos-guard": page("DDoS-Guard", "<p>Checking your browser before accessing quay.example</p>"),
    "f5": page("Request Rejected", "The requested URL was rejected. Your support ID is: 5"),
    "robot check": page("Are you a robot?", "<p>Type the letters</p><div class='g-recaptcha'></div>"),
    "russian": page("Один момент…", "<script>1</script>"),
}  # fmt: skip
SHELLS = {
    "react": page("News", '<noscript>You need to enable JavaScript to run this app.</noscript><div id="root"></div><script src="/a.js"></script>'),
    "vue": page("News", "<div id=app></div><script src=/a.js></script>"),
    "next": page("News", '<div id="__next"><div class="spinner"></div></div><script id="__NEXT_DATA__" type="application/json">'
        + '{"a": "b"}' * 9_000 + "</script>"),
    "angular": page("News", "<app-root><p>Loading...</p></app-root><script src='/main.js'></script>"),
    "angularjs": page("News", "<div class=x ng-app='news'></div><script>1</script>"),
    "a plea": page("News", "<p>This site requires JavaScript. Please turn it on.</p><script>1</script>"),
    "a german plea": page("News", "<p>Bitte aktivieren Sie JavaScript, um fortzufahren.</p><script>1</script>"),
    "a french plea": page("News", "<p>Veuillez activer JavaScript pour continuer.</p><script>1</script>"),
    "a plea aside": page("News", "<noscript><p>JavaScript is disabled in your browser.</p></noscript><main></main><script>1</script>"),
}  # fmt: skip
MISSING = {
    "english": page("Page not found | Quay News", "<nav>Home News Sport</nav><h1>Oops!</h1><p>Try a search.</p>"),
    "by number": page("404", "<p>Nothing here.</p>"),
    "by error": page("Error 404 (Not Found)", "<p>That's an error.</p>"),
    "number and words": page("404 - Page Not Found - Quay News", "<p>Sorry.</p>"),
    "words and number": page("Page not found (404)", "<p>Sorry.</p>"),
    "heading": page("Quay News", "<h1><span>Oops!</span> That page can&rsquo;t be found.</h1>" + PROSE),
    "german": page("Seite nicht gefunden – Kai-Nachrichten", ""),
    "german 404": page("Fehler 404", "<p>Die Seite gibt es nicht."),
    "french": page("Page introuvable · Le Quai", ""),
    "spanish": page("Página no encontrada | El Muelle", ""),
    "italian": page("Pagina non trovata", ""),
    "portuguese": page("Página não encontrada", ""),
    "dutch": page("Pagina niet gevonden", ""),
    "polish": page("Nie znaleziono strony", ""),
    "russian": page("Ошибка 404: страница не найдена", ""),
    "ukrainian": page("Сторінку не знайдено", ""),
    "turkish": page("Sayfa bulunamadı", ""),
    "swedish": page("Sidan hittades inte", ""),
    "japanese": page("ページが見つかりませんでした｜港新聞", "<h1>ページが見つかりませんでした。</h1>"),
    "chinese": page("404 页面不存在", ""),
    "korean": page("페이지를 찾을 수 없습니다", ""),
    "arabic": page("الصفحة غير موجودة", ""),
    "hebrew": page("הדף לא נמצא", ""),
    "with the furniture of a site": page("Not Found", "<nav>" + "<a href=/x>Section</a> " * 60 + "</nav><h1>Not found</h1>"),
}  # fmt: skip
ARTICLES = {
    "on 404 pages": page("Page not found: the art of the 404 | Quay News", f"<h1>Page not found: the art of the 404</h1>{PROSE * 40}"),
    "on 404 pages, short": page("Why 404 pages matter - Quay", f"<h1>Why 404 pages matter</h1>{PROSE * 3}"),
    "named like one, but long": page("Not found", f"<h1>Not found</h1>{PROSE * 40}"),
    "body not found": page("Missing sailor not found after week of search", f"<h1>Missing sailor not found after week of search</h1>{PROSE * 4}"),
    "404 homes": page("404 new homes for Quay Street", f"<h1>404 new homes for Quay Street</h1>{PROSE * 4}"),
    "on captchas": page("Are you a robot? How captchas work", f"<h1>Are you a robot? How captchas work</h1>{PROSE * 4}"),
    "named like a challenge, but long": page("Are you human?",
        f"<h1>Are you human?</h1>{PROSE * 40}<script src='https://www.google.com/recaptcha/api.js'></script>"),
    "with a comment form's captcha": page("Fees rise",
        f"<h1>Fees rise</h1>{PROSE * 3}<form><div class='g-recaptcha h-captcha cf-turnstile'></div></form>"),
    "behind cloudflare": page("Fees rise", f"{PROSE * 3}<script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script>"),
    "on javascript": page("How to enable JavaScript in your browser", f"<h1>How to enable JavaScript</h1>{PROSE * 9}<script>1</script>"),
    "with a noscript": page("Fees rise", f"<noscript>Please enable JavaScript.</noscript>{PROSE * 3}<script>1</script>"),
    "in an app's root": page("Fees rise", f"<div id='root'>{PROSE * 3}</div><script>1</script>"),
    "short, without scripts": page("Fees", "<p>Fees rose.</p>"),
    "short, with scripts": page("Fees", "<article><p>Fees rose.</p></article><script>1</script>"),
    "a list of links": page("News", "<div id=app>" + "<a href=/a>Fees</a> " * 9 + "</div><script>1</script>"),
    "on access": page("Access denied to wheelchair users, inquiry finds", f"<h1>Access denied to wheelchair users</h1>{PROSE * 3}"),
    "without markup": b"<p>Fees rose on Monday",
    "nothing": b"",
}  # fmt: skip


def kind_of(body: bytes) -> set[str]:
    seen = glance(body)
    found = {
        "challenge": find_challenge((), seen),
        "missing": find_missing("https://quay.example/a", "https://quay.example/a", seen),
        "shell": find_shell(seen),
    }
    return {kind for kind, says in found.items() if says}


@pytest.mark.parametrize("name", CHALLENGES)
def test_a_challenge_is_seen(name: str) -> None:
    assert "challenge" in kind_of(CHALLENGES[name])


@pytest.mark.parametrize("name", SHELLS)
def test_a_shell_is_seen(name: str) -> None:
    assert kind_of(SHELLS[name]) == {"shell"}


@pytest.mark.parametrize("name", MISSING)
def test_a_missing_page_is_seen(name: str) -> None:
    assert kind_of(MISSING[name]) == {"missing"}


@pytest.mark.parametrize("name", ARTICLES)
def test_an_article_is_neither_however_it_looks(name: str) -> None:
    assert kind_of(ARTICLES[name]) == set()


@pytest.mark.parametrize("header", [("cf-mitigated", "challenge"), ("x-amzn-waf-action", "captcha")])
def test_a_header_that_says_challenge_is_enough(header: tuple[str, str]) -> None:
    assert find_challenge((("server", "x"), header), glance(ARTICLES["on captchas"]))
    assert not find_challenge((("cf-mitigated", "no"),), glance(ARTICLES["on captchas"]))


@pytest.mark.parametrize(
    ("asked", "final", "is_home"),
    [
        ("/2026/11/fees-rise", "/", True), ("/news/fees", "/", True), ("/harbour-fees-rise-again", "/", True), ("/a-12345", "/", True),
        ("/news/fees", "", True),
        ("/", "/", False), ("/home", "/", False), ("/index.html", "/", False), ("/en/", "/", False), ("/news/fees", "/news/", False),
        ("/news/fees", "/?p=1", False),
        ("/news/fees", "/news/fees-2", False),
    ],
)  # fmt: skip
def test_a_deep_address_that_ends_at_the_front_page_is_sent_home(
    asked: str, final: str, is_home: object
) -> None:
    assert is_sent_home(f"https://quay.example{asked}", f"https://www.quay.example{final}") is is_home


@given(
    st.lists(
        st.sampled_from(
            [
                b"<",
                b">",
                b"<script",
                b"<!--",
                b"</",
                b"<title>",
                b"<h1>",
                b"x",
                b"&#",
                b"\xff",
                b"<noscript>",
                b"<body ",
            ]
        ),
        max_size=60,
    )
)
def test_any_markup_can_be_glanced_at(pieces: list[bytes]) -> None:
    kind_of(b"".join(pieces))


@pytest.mark.parametrize(
    "piece",
    [
        b"<",
        b"<script",
        b"<!--",
        b"<script>x",
        b"<title",
        b"<h1>",
        b"<h1 <h1",
        b"</",
        b"&",
        b"<noscript>",
        b"<div a",
    ],
)
def test_a_glance_takes_no_longer_than_markup_is_long(piece: bytes) -> None:
    """A pattern that went over anything twice would take minutes here."""
    kind_of(piece * (1_000_000 // len(piece)))
