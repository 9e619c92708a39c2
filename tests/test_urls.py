"""An address has one identity however it is spelt, and is read as browsers read it."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaners.addresses import site_of as cleaner_site_of
from scraper.urls import host_of, identify, join, normalise, origin_of, site_of
from scraper.weburl import parse

BASE = "http://example.org/foo/bar"
HOSTS = [
    "example.org",
    "www.example.co.uk",
    "xn--mnchen-3ya.de",
    "127.0.0.1",
    "[::1]",
    "localhost",
    "a.b.test.",
]
hosts = st.sampled_from(HOSTS)
text = st.text(max_size=40)
paths = st.text(alphabet=string.ascii_letters + string.digits + "/.%-_~;=+:@!$'()*, äß語\\#?&", max_size=40)


@pytest.mark.parametrize(
    ("spelt", "identity"),
    [
        ("HTTP://Example.ORG", "http://example.org/"),
        ("http://example.org:80/a", "http://example.org/a"),
        ("https://example.org:443/a", "https://example.org/a"),
        ("https://example.org:8443/a", "https://example.org:8443/a"),
        ("http://example.org./a", "http://example.org/a"),
        ("http://example.org/a#part", "http://example.org/a"),
        ("http://example.org/#!/news/1", "http://example.org/#!/news/1"),
        ("http://example.org/a?b=2&a=1", "http://example.org/a?a=1&b=2"),
        ("http://example.org/a?", "http://example.org/a"),
        ("http://example.org/a?utm_source=x&UTM_Medium=y&id=7", "http://example.org/a?id=7"),
        ("http://example.org/a?fbclid=x", "http://example.org/a"),
        ("http://example.org/a?at_campaign=1&page=2&gclid=3", "http://example.org/a?page=2"),
        ("http://example.org/a;jsessionid=0A1B2C?x=1", "http://example.org/a?x=1"),
        ("http://example.org/(S(abc123))/a", "http://example.org/a"),
        ("http://example.org/a?PHPSESSID=0123456789abcdef", "http://example.org/a"),
        ("http://example.org/a?sid=0123456789abcdef0123456789abcdef", "http://example.org/a"),
        ("http://example.org/a?sid=20413", "http://example.org/a?sid=20413"),
        ("http://example.org/%7euser/%e4", "http://example.org/~user/%E4"),
        ("http://example.org/a/./b/../c", "http://example.org/a/c"),
        ("http://example.org/a%2fb", "http://example.org/a%2Fb"),
        ("http://example.org/a b", "http://example.org/a%20b"),
        ("http://example.org/?q=a+b", "http://example.org/?q=a+b"),
        ("http://example.org/?q=a%20b", "http://example.org/?q=a+b"),
        ("http://example.org/?q=%26&q=%3D", "http://example.org/?q=%26&q=%3D"),
        ("http://example.org//a//b", "http://example.org//a//b"),
        ("http://MÜNCHEN.de/", "http://xn--mnchen-3ya.de/"),
        ("http://faß.de/", "http://xn--fa-hia.de/"),
        ("http://0x7f.1/", "http://127.0.0.1/"),
        ("  http://example\n.org/\ta  ", "http://example.org/a"),
        ("http:\\\\example.org\\a", "http://example.org/a"),
    ],
)
def test_an_address_has_this_identity(spelt: str, identity: str) -> None:
    assert identify(spelt) == identity
    assert identify(identity) == identity


@pytest.mark.parametrize(
    ("href", "address"),
    [
        ("", BASE),
        ("#part", BASE),
        ("#!/x", f"{BASE}#!/x"),
        ("?a=1", f"{BASE}?a=1"),
        ("baz", "http://example.org/foo/baz"),
        ("/", "http://example.org/"),
        (".", "http://example.org/foo/"),
        ("..", "http://example.org/"),
        ("../../../x", "http://example.org/x"),
        ("%2e%2E/x", "http://example.org/x"),
        ("a/b/..", "http://example.org/foo/a/"),
        ("//other.org/x", "http://other.org/x"),
        ("\\\\other.org\\x", "http://other.org/x"),
        ("///other.org/x", "http://other.org/x"),
        ("/\\other.org", "http://other.org/"),
        ("http:x", "http://example.org/foo/x"),
        ("http:/x", "http://example.org/x"),
        ("https:x.org", "https://x.org/"),
        ("https:/x.org", "https://x.org/"),
        ("https:///x.org", "https://x.org/"),
        ("HTTP://X.org", "http://x.org/"),
        (" \t/x\n ", "http://example.org/x"),
        ("/a\nb", "http://example.org/ab"),
        ("/ä?ö#ü", "http://example.org/%C3%A4?%C3%B6"),
        ("/<\"`{}^|'", "http://example.org/%3C%22%60%7B%7D%5E|'"),
        ("?<\"'`{}", f"{BASE}?%3C%22%27`{{}}"),
        ("/%zz%2", "http://example.org/%zz%2"),
        (":23", "http://example.org/foo/:23"),
        ("http://f:0/c", "http://f:0/c"),
        ("http://f:00080/c", "http://f/c"),
        ("http://f:/c", "http://f/c"),
        ("http://ex%61mple.org/", "http://example.org/"),
        ("http://ＧＯ.com/", "http://go.com/"),
        ("http://a。b/", "http://a.b/"),
        ("http://192.168.257/", "http://192.168.1.1/"),
        ("http://0300.0.0.1/", "http://192.0.0.1/"),
        ("http://4294967295/", "http://255.255.255.255/"),
        ("http://１２７.１/", "http://127.0.0.1/"),
        ("http://[1:0:0:2::]/", "http://[1:0:0:2::]/"),
        ("http://[::127.0.0.1]/", "http://[::7f00:1]/"),
        ("http://[0:0:0:1:0:0:0:0]/", "http://[0:0:0:1::]/"),
        ("http://[1:2:3:4:5:6:7:8]/", "http://[1:2:3:4:5:6:7:8]/"),
        ("http://a_b.org/", "http://a_b.org/"),
        ("http://-a.org/", "http://-a.org/"),
        ("/\ud800", "http://example.org/%EF%BF%BD"),
        ("http://ẞ.de/", "http://xn--zca.de/"),
        ("http://so\u00adft.org/", "http://soft.org/"),
        ("http://xn--mnchen-3ya.de/", "http://xn--mnchen-3ya.de/"),
    ],
)
def test_a_link_leads_where_browsers_go(href: str, address: str) -> None:
    assert join(BASE, href) == address


@pytest.mark.parametrize(
    "href",
    [
        "mailto:a@example.org",
        "javascript:void(0)",
        "data:text/html,x",
        "ftp://example.org/",
        "file:///etc/passwd",
        "tel:1",
        "http://user@example.org/",
        "http://user:word@example.org/",
        "http://@example.org/",
        "http://",
        "http:///",
        "http://:80/",
        "http://example.org:99999/",
        "http://example.org:x/",
        "http://example.org:-1/",
        "http://a b/",
        "http://a%20b/",
        "http://a%00b/",
        "http://a<b/",
        "http://a|b/",
        "http://a^b/",
        "http://%zz/",
        "http://%/",
        "http://%ff/",
        "http://[::1/",
        "http://[::1]x/",
        "http://[1]/",
        "http://[::1%25eth0]/",
        "http://256.0.0.1/",
        "http://1.2.3.4.5/",
        "http://0x100000000/",
        "http://09.1/",
        "http://a.1/",
        "http://1.2.3.08/",
        "http://xn--/",
        "http://xn--a/",
        "http://xn--ü/",
        "http://xn--zz~~/",
        "http://\u0300a/",
        "http://\u200e/",
        "http://a\ud800/",
        f"http://{'a' * 64}.org/",
        f"http://{'a.' * 130}org/",
        f"/{'a' * 9_000}",
    ],
)
def test_a_link_that_is_no_address_leads_nowhere(href: str) -> None:
    assert join(BASE, href) is None


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://www.bbc.co.uk/news", "bbc.co.uk"),
        ("https://news.example.org:8443/", "example.org"),
        ("http://EXAMPLE.org./", "example.org"),
        ("http://a.github.io/", "a.github.io"),
        ("http://b.github.io/", "b.github.io"),
        ("http://localhost:8080/", "localhost:8080"),
        ("http://intranet/", "intranet:80"),
        ("https://intranet/", "intranet:443"),
        ("http://127.0.0.1:81/", "127.0.0.1:81"),
        ("http://0x7f.1:81/", "127.0.0.1:81"),
        ("http://[::1]:81/", "[::1]:81"),
        ("http://a.b.test:81/", "b.test"),
        ("http://a.localhost:81/", "a.localhost:81"),
        ("http://a.foo.公司.cn/", "foo.xn--55qx5d.cn"),
        ("http://München.de/", "xn--mnchen-3ya.de"),
        ("http://www.xn--mnchen-3ya.de/", "xn--mnchen-3ya.de"),
    ],
)
def test_manners_are_owed_to_the_registrable_domain(url: str, host: str) -> None:
    assert host_of(url) == host


def test_an_origin_is_scheme_host_and_port() -> None:
    assert origin_of("HTTPS://Example.org:443/a?b") == "https://example.org"
    assert origin_of("http://example.org:81/") == "http://example.org:81"


def test_the_site_of_an_address_is_the_cleaners() -> None:
    assert site_of is cleaner_site_of


def test_an_address_alone_must_name_its_scheme() -> None:
    with pytest.raises(ValueError, match="must begin with http"):
        normalise("example.org/news")


@given(hosts, paths)
def test_an_identity_is_its_own_identity(host: str, rest: str) -> None:
    once = identify(f"http://{host}/{rest}")
    assert identify(once) == once


@given(hosts, paths)
def test_an_identity_never_names_another_host(host: str, rest: str) -> None:
    url = f"http://{host}/{rest}"
    assert parse(identify(url)).host == parse(url).host.rstrip(".")
    assert host_of(identify(url)) == host_of(url)


@given(text)
def test_whatever_a_link_says_it_leads_to_an_address_or_nowhere(href: str) -> None:
    address = join(BASE, href)
    if address is not None:
        assert address.isascii()
        assert normalise(address) == address
        assert host_of(address)
        assert identify(address)


@given(hosts, paths, paths)
def test_joining_is_stable(host: str, path: str, href: str) -> None:
    address = join(f"http://{host}/{path}", href)
    assert address is None or join(address, "") == address.partition("#")[0]


@given(st.permutations(["a=1", "b=2", "a=0", "utm_source=x", "c="]))
def test_the_order_of_parameters_does_not_matter(pairs: list[str]) -> None:
    assert identify(f"http://example.org/?{'&'.join(pairs)}") == "http://example.org/?a=0&a=1&b=2&c="
