"""Names that stand in the place of an author's and are none: of papers, agencies, firms, domains, tools."""

from __future__ import annotations

import re

from cleaners import shapes

# What a declared author is when nobody filled it in, or a machine did.
_PLACEHOLDERS = frozenset(
    """
    admin administrator staff editor author by none null redaktion redaccion name username user test guest email
    submitted webmaster moderator unknown unbekannt desconocido desconocida inconnu inconnue sconosciuto onbekend ukjent okand
    未知 佚名 匿名 不详 网络 网络整理 網絡整理 互联网 本站 本站原创 本站编辑 小编 编辑 管理员 原创 转载 发布 发布于 发布者 发表于
    """.split()
) | {
    f"{who} {unknown}" for who in ("author",) for unknown in ("unknown", "name")
} | {"unknown author", "your name", "discuz team", "comsenz ui team", "the zen cart team"}  # fmt: skip
_NO_PERSON = re.compile(
    r"https?://|www\.|@|^[\d\W_]+$|^[a-z]+:|^[a-z_]+(?:\.[a-z_]+)*\.(?:author|name|user)$", re.IGNORECASE
)
_DOMAIN = re.compile(r"[\w-]{3,}(?:\.[\w-]+){0,3}\.(?:com|net|org|info|[a-z]{2})", re.IGNORECASE)
# Who edited, checked or typed it did not write it.
_HANDS = re.compile(r"\s*(?:责任编辑|責任編輯|责编|編輯|编辑|校对|审核)\s*[:：]")
_FIRM = re.compile(
    r"\b(?:GmbH|Ltd|Limited|LLC|Inc|[Pp]lc|PLC|[Ss]\. ?[Rr]\. ?[Oo]|[Ss]p\. ?z ?o\. ?o|[Ss]\.[Rr]\.[Ll]|B\.V|Pty|Kft)\b"
    r"|(?:有限公司|株式会社|주식회사)|(?:^|\s)(?:ООО|ЗАО|ОАО)\s"
)
# What says of itself that it is a house; it may sign where no person does.
_HOUSE_WORDS = frozenset(
    """
    agency agentur association board channel college company corporation council desk editorial foundation group groupe grupa
    gruppe institute magazine marketing media museum network news newspaper press publishing society software solutions studio
    studios systems team times university verlag wire
    """.split()
)
_HOUSES = frozenset(
    """
    abc afp agi ani ansa ap apa bbc belga bild cbs cnbc cnn cp ctk dpa efe espn fox ians itv lusa mti msn nbc npr ntb ntv pa pap pbs
    pti reuters ria rte sda sid tass tpn tt tvn upi voa xinhua yonhap 新华社 中新社 央视 网易 新浪 搜狐 腾讯 新华网 人民网 中新网
    """.split()
) | {
    "usa today", "associated press", "the associated press", "agence france presse", "united press international",
    "press association", "europa press", "cnn wire", "fox news", "sky news", "bbc news", "press trust of india",
}  # fmt: skip
_MOST_OF_INITIALS = 5


def is_blank(name: str) -> bool:
    """Tell whether what stands for an author is no name at all: nobody filled it in, or a machine did.

    >>> [is_blank(name) for name in ("Unknown", "10482", "责任编辑：王小明", "Marta Lund")]
    [True, True, True, False]
    """
    return shapes.fold(name) in _PLACEHOLDERS or bool(_NO_PERSON.search(name) or _HANDS.match(name))


def is_nobody(name: str) -> bool:
    """Tell whether what stands for an author is no name at all, or that of a firm or a domain.

    >>> [is_nobody(name) for name in ("quay.example.com", "Quay Ltd", "Discuz! Team", "Marta Lund")]
    [True, True, True, False]
    """
    return is_blank(name) or bool(_DOMAIN.fullmatch(name.strip(" .")) or _FIRM.search(name))


def is_house(name: str) -> bool:
    """Tell whether a name is that of a paper, an agency or another house, or initials as they have.

    >>> [is_house(name) for name in ("CNN", "USA Today", "Quay Media Group", "Marta Lund")]
    [True, True, True, False]
    """
    words = shapes.fold(name).split()
    is_initials = len(words) == 1 and name.isascii() and name.isupper() and len(name) <= _MOST_OF_INITIALS
    return is_initials or is_known_house(name) or not _HOUSE_WORDS.isdisjoint(words)


def is_known_house(name: str) -> bool:
    """Tell whether a name is that of a news agency, a broadcaster or a paper which people are known to write for."""
    return shapes.fold(name) in _HOUSES


def is_employer(name: str, first: str) -> bool:
    """Tell whether what follows a name in a byline is for whom its bearer writes, as capitals show.

    >>> is_employer("QUAY TODAY", "Marta Lund"), is_employer("TOM ASHE", "MARTA LUND"), is_employer("PhD", "Marta Lund")
    (True, False, False)
    """
    words = shapes.fold(name).split()
    if is_known_house(name) or (len(words) > 1 and not _HOUSE_WORDS.isdisjoint(words)):
        return not is_house(first)
    return " " in name and name.isupper() and name.isascii() and any(letter.islower() for letter in first)
