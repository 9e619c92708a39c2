"""Pages that a site needs for itself are no articles, and their titles and addresses say so."""

import pytest
from prose import PROSE, page_of, paragraphs

from cleaners import clean_html
from cleaners.sitepages import is_front_page, why_no_article

SITE = "https://quay.example"
FORM = (
    "<form action='/send'><label>Name <input name='name'></label><label>E-mail <input name='mail'></label>"
    "<label>Password <input type='password' name='secret'></label><button>Send</button></form>"
)
MENU = (
    "<nav>"
    + "".join(f"<a href='/{name}'>{name.title()}</a> " for name in ("boats", "tides", "shop"))
    + "</nav>"
)
FOOTER = "<footer><p>© 2026 Quayside Ltd.</p><ul><li><a href='/help'>Help</a></li><li><a href='/jobs'>Jobs</a></li></ul></footer>"
TITLES = [
    "Log in", "Register | Quayside", "Quayside - Forgot your password?", "Contact us", "Mein Konto – Hafenblatt", "Passwort vergessen",
    "Mot de passe oublié | Le Quai", "Créer un compte", "Iniciar sesión", "Registrazione", "Contatti | Il Molo", "Esqueci minha senha",
    "Wachtwoord vergeten", "Rejestracja", "Zapomenuté heslo", "Elfelejtett jelszó", "Регистрация", "Забыли пароль", "Şifremi unuttum",
    "お問い合わせ｜港新聞", "用户登录", "비밀번호 찾기", "تسجيل الدخول", "צור קשר", "ติดต่อเรา", "Quên mật khẩu",
]  # fmt: skip
LEGAL = [
    "Privacy Policy | Quayside",
    "Impressum",
    "Datenschutzerklärung – Hafenblatt",
    "Mentions légales",
    "利用規約",
    "Terms and Conditions",
]
STORIES = [
    "Contact lost with ferry off the coast", "Register of the drowned", "Why I log in at dawn", "How to create an account of a voyage",
    "The privacy policy that nobody read", "Kontakt mit dem Schiff verloren", "Search for the missing boat goes on",
]  # fmt: skip
FORMS = [
    "/login", "/user/register?destination=node/6", "/wp-login.php?action=lostpassword", "/customer/account/create/", "/forgot-password.html",
    "/forum/ucp.php?mode=register", "/index.php?main_page=password_forgotten&do=login", "/shop/Shopping-Cart.aspx", "/de/registrierung",
]  # fmt: skip
PAGES = [
    "/2026/06/harbour-fees-to-rise", "/news/how-to-login-safely", "/register/of-ships", "/contact-with-the-ship-lost", "/story.php?id=7",
    "/?p=12", "/a/login-77.html", "",
]  # fmt: skip


@pytest.mark.parametrize("title", TITLES)
def test_the_title_of_a_form_is_that_of_no_article(title: str) -> None:
    assert "needs for itself" in why_no_article(title, "", 120) or "cannot be had" in why_no_article(
        title, "", 120
    )


@pytest.mark.parametrize("title", LEGAL)
def test_a_legal_notice_is_none_however_long_it_is(title: str) -> None:
    assert "legal notice" in why_no_article(title, "", 4_000)


@pytest.mark.parametrize("title", STORIES)
def test_a_title_that_says_more_may_be_that_of_a_story(title: str) -> None:
    assert why_no_article(title, "", 120) == ""


def test_what_has_more_to_say_under_such_a_title_may_be_about_it() -> None:
    assert why_no_article("Contact", "", 900) == ""
    assert why_no_article("Contact", f"{SITE}/films/contact", 900) == ""


@pytest.mark.parametrize("path", FORMS)
def test_the_address_of_a_form_is_that_of_no_article(path: str) -> None:
    assert "its address" in why_no_article("Quayside", SITE + path, 800)


@pytest.mark.parametrize("path", PAGES)
def test_the_address_of_a_story_may_hold_the_same_words(path: str) -> None:
    assert why_no_article("Quayside", SITE + path, 100) == ""


def test_the_front_page_is_known_by_its_address() -> None:
    assert all(is_front_page(SITE + path) for path in ("", "/", "/index.php", "/Home", "/default.aspx"))
    assert not any(is_front_page(SITE + path) for path in ("/a", "/news/", "/?p=12", "/a/index.html"))
    assert not is_front_page("")
    assert not is_front_page("page.html")


def test_a_page_with_a_form_and_no_article_is_none() -> None:
    asking = "<h1>Your berth</h1><p>Enter the address that you gave us, and we send you a new key.</p>"
    article = clean_html(page_of(MENU, asking, FORM, FOOTER, title="Quayside"))
    assert article.verdict in ("not-article", "empty")


def test_a_short_article_among_the_same_is_one() -> None:
    assert clean_html(page_of(MENU, *paragraphs(), FOOTER)).verdict == "article"
    assert clean_html(page_of(MENU, *paragraphs(), FORM, FOOTER)).verdict == "article"
    assert clean_html(f"<p>{PROSE['en'][0]}</p>").verdict == "article"


def test_an_article_is_one_though_the_address_given_is_that_of_its_site() -> None:
    assert clean_html(page_of(MENU, *paragraphs(), FOOTER), url=f"{SITE}/").verdict == "article"
