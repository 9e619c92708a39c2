"""Pages that a site needs for itself, known by title and address: forms, carts, legal notices, the front page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from cleaners import shapes
from cleaners.addresses import split
from cleaners.rulebook import titles_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

_NOTICE_WORDS = 150
_FORM_WORDS = 300  # What has more under the title "Contact" may well be about a film of that name.
_LONGEST_TITLE = 300  # Characters of one that says what a page is.
_SITE_WORDS = 3
_MORE_WORDS = 2  # Beside those of a notice: "sorry", "the", the number of the error.
_TITLE_PARTS = re.compile(r"[|｜:：·•»()]|\s[–—-]\s")
_ENDING = re.compile(r"\.(?:html?|php\d?|aspx?|jsp|cfm|cgi|do)\Z")
_NO_LETTERS = re.compile(r"[\W_]+")
_FRONT = frozenset({"", "index", "home", "default", "start"})
# What the last step of an address, or what it asks a script to do, says of a page, without hyphens and the like.
_FORMS = frozenset(
    """
    login userlogin clientlogin memberlogin logon signin signon signup wplogin wpsignup register registration registrationform registeruser
    createaccount accountcreate newaccount accountnew myaccount accountlogin accountregister userregister usersregister createuser
    lostpassword forgotpassword forgotpass forgottenpassword passwordforgotten passwordforgot resetpassword passwordreset recoverpassword
    passwordrecovery userpassword usersettings cart shoppingcart viewcart basket shoppingbag checkout wishlist unsubscribe sendmessage
    anmelden registrieren registrierung passwortvergessen kundenkonto warenkorb merkzettel connexion inscription motdepasseoublie panier
    iniciarsesion registro registrarse registrazione registrati carrito carrello carrinho cadastro inloggen registreren winkelwagen
    logowanie rejestracja przypomnijhaslo koszyk prihlaseni registrace registracia registracija kosik belepes regisztracio elfelejtettjelszo
    logind glemtadgangskode glemtpassord loggain kirjaudu rekisteroidy uyelik sepet
    """.split()
)  # fmt: skip
_PERHAPS_FORMS = frozenset(
    """
    contact contacts contactus contactme contactform contactinfo feedback search advancedsearch searchresults subscribe
    kontakt kontakty kontakte kontaktformular suche impressum contacteznous nouscontacter recherche contacto contactanos contactenos
    contatti contattaci contato faleconosco kapcsolat iletisim yhteystiedot
    """.split()
)  # fmt: skip
_ASKED = frozenset({"action", "act", "mode", "do", "task", "cmd", "main_page", "app", "controller"})


def why_no_article(title: str, url: str, words: int) -> str:
    """Return why a page with so many words is no article, where its title or its address says so; else nothing.

    The title must say little else but the name of the site.
    """
    return _what_title_says(title, words) or _what_address_says(url, words)


def is_front_page(url: str) -> bool:
    """Tell whether an address is that of a site as a whole."""
    address = split(url)
    steps = [step for step in address.path.lower().split("/") if step]
    return bool(address.netloc) and not address.query and len(steps) <= 1 and _plain("".join(steps)) in _FRONT


def _what_address_says(url: str, words: int) -> str:
    sayings = set(_sayings(url)) if url else set()
    if sayings & _FORMS or (words <= _FORM_WORDS and sayings & _PERHAPS_FORMS):
        return "its address is that of a form or another page that a site needs for itself"
    return ""


def _sayings(url: str) -> Iterator[str]:
    """Yield what an address says of its page: the last step, the last two as one, and what a script is asked to do."""
    address = split(url)
    steps = [_plain(step) for step in address.path.lower().split("/") if step]
    if steps:
        yield steps[-1]
        yield "".join(steps[-2:])
    for name, value in parse_qsl(address.query):
        if name.lower() in _ASKED:
            yield _plain(value.lower())


def _plain(step: str) -> str:
    return _NO_LETTERS.sub("", _ENDING.sub("", step))


def _what_title_says(title: str, words: int) -> str:
    if len(title) > _LONGEST_TITLE:
        return ""
    parts = [folded for part in _TITLE_PARTS.split(title) if (folded := shapes.fold(part))]
    if words <= _NOTICE_WORDS and _is_said(parts, [part for part in parts if _says_lost(part)]):
        return "its title says that the page cannot be had"
    if words <= _FORM_WORDS and _is_said(parts, titles_of("service")):
        return "its title is that of a form or another page that a site needs for itself"
    return "its title is that of a legal notice" if _is_said(parts, titles_of("legal")) else ""


def _is_said(parts: Sequence[str], sayings: Collection[str]) -> bool:
    """Tell whether one part of a title is among some sayings, and all others short enough for the name of a site."""
    others = [part for part in parts if part not in sayings]
    return len(others) < len(parts) and all(_size(part) <= _SITE_WORDS for part in others)


def _says_lost(part: str) -> bool:
    return any(_says(part, words) for words in titles_of("not_found"))


def _says(part: str, words: str) -> bool:
    # A word alone says little of what others stand with it.
    if _size(part) > _size(words) + (_MORE_WORDS if _size(words) > 1 else 0):
        return False
    return words in part if shapes.is_unspaced(words) else f" {words} " in f" {part} "


def _size(text: str) -> int:
    return len(text) // 2 if shapes.is_unspaced(text) else len(text.split())
