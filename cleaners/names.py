"""Names in the text of a byline: what introduces them in some thirty languages, and what is no name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from cleaners import shapes
from cleaners.houses import is_employer, is_nobody

if TYPE_CHECKING:
    from collections.abc import Sequence

# What says plainly that a name follows, wherever it stands ...
_PLAIN = """
    written by|posted by|published by|words by|words and photos by|story by|text by|reported by|submitted by|started by|asked by|
    authored by|created by|contributed by|article by|post by|report by|written and photographed by|written and edited by|
    this post was written by|this article was written by|this story was written by|author|authors|the author|post author|
    article author|about the author|view all posts by|all posts by|more posts by|posts by|view all articles by|
    more articles by|articles by|read more about|contributors|contributor|alle beiträge von|voir tous les articles de|
    ver todas las entradas de|tutti gli articoli di|writer|writers|reporter|reporters|
    verfasst von|geschrieben von|veröffentlicht von|ein artikel von|ein beitrag von|ein gastbeitrag von|ein kommentar von|
    ein bericht von|eine reportage von|gastbeitrag von|autor|autorin|autoren|écrit par|rédigé par|publié par|un article de|propos recueillis par|
    auteur|autrice|auteurs|
    escrito por|texto de|textos de|un reportaje de|
    publicado por|redactado por|autora|autores|por nuestro corresponsal|scritto da|pubblicato da|a cura di|autore|autori|
    geschreven door|gepubliceerd door|skrivet av|publicerat av|publicerad av|skribent|skrevet av|publisert av|skrevet af|udgivet af|
    forfatter|kirjoittanut|kirjoittaja|teksti|napisał|napisała|opracował|opracowała|autorzy|autorka|napsal|napsala|připravil|připravila|
    autor článku|автор|авторы|автори|текст|підготував|підготувала|подготовил|подготовила|yazan|yazar|ditulis oleh|penulis|pewarta|
    tác giả|người viết|bài viết bởi|szerző|írta|scris de|publicat de|autoare|γράφει ο|γράφει η|γράφουν οι|συντάκτης|συντάκτρια|κείμενο|
    بقلم|كتب|كتبت|الكاتب|الكاتبة|إعداد|نویسنده|מאת|כתב|כתבה|लेखक|लेखिका|লেখক|লিখেছেন|প্রতিবেদক|ผู้เขียน|เรื่องโดย|เขียนโดย|
    作者|撰文|本报记者|本報記者|記者|记者|著者|執筆者|執筆|筆者|ライター|글쓴이|작성자|글·사진
"""
# ... and what says so only at the top of an article, before a name.
_SHORT = (
    "by|von|vom|par|por|di|da|de|door|av|af|od|przez|oleh|bởi|โดย|από τον|από την|του|της|من|על ידי|文|글"
)
# ... or with a colon.
_LABELS = "text|texte|texto|testo|tekst|text und fotos|text & fotos|words|besedilo|szöveg|metin"
_PHRASES = {phrase.strip() for phrase in _PLAIN.split("|")}
_LEAD = " \t\n([{~–—•|-（【"
_STARTS = frozenset(phrase[:2] for phrase in (*_PHRASES, *_SHORT.split("|"), *_LABELS.split("|"))) | {
    "文/",
    "文：",
    "文:",
    "글 ",
    "글:",
}
_ENDS = r"(?:\s*[:：/／]\s*|\s+|$)"
_OPENER = re.compile(
    rf"[\s(\[{{~–—•|-]*(?:(?P<plain>{'|'.join(sorted(map(re.escape, _PHRASES), key=len, reverse=True))}){_ENDS}"
    rf"|(?:{_LABELS})\s*[:：]\s*|(?P<short>{_SHORT}){_ENDS})",
    re.IGNORECASE,
)
_GLUED = re.compile(r"\A[Bb]y(?=[A-Z][a-z]+ [A-Z])")
_APART = re.compile(r"\s*(?:,|\s[|·])\s+")
_HAN = r"(?P<name>[\u3400-\u9fff·]{2,5})"
_CJK_OPENER = re.compile(
    rf"[\s(（【]*(?:(?:作者|撰文|文|本报记者|本報記者|記者|记者|著者|執筆者?|筆者)\s*[:：/／\s・]\s*{_HAN}(?=$|[\s/／|｜，、）】)])"
    rf"|(?:記者|记者){_HAN.replace('name', 'other')}(?=[／/]|$))"
)
# "Source: Linjiang Online  Author: Wang Xiaoming": what a Chinese line of information holds of authors.
_CJK_INNER = re.compile(
    rf"[\s|｜/／　](?:作者|撰文|记者|記者|執筆者?|筆者|著者|文)\s*[:：]\s*{_HAN}(?=$|[\s/／|｜，、）】)])"
)
# "The Paper's reporter Wang Xiaoming", "(Xinhua) -- (Reporter Wang Xiaoming)", "| Author Wang Xiaoming": by surname.
_CHINESE_SURNAMES = (
    "王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何林高罗羅郑鄭梁谢謝宋唐许許韩韓冯馮邓鄧曹彭曾肖蕭田董袁潘于蒋蔣蔡余杜叶葉程苏蘇魏吕呂丁任沈姚卢盧"
    "姜崔钟鍾谭譚陆陸汪范金石廖贾賈夏韦韋付方白邹鄒孟熊秦邱江尹薛闫段雷侯龙龍史陶黎贺賀顾顧毛郝龚龔邵万萬钱錢严嚴覃武戴莫孔向汤湯"
)
_CHINESE = rf"[{_CHINESE_SURNAMES}][\u3400-\u9fff]{{1,2}}"
_CHINESE_BYLINE = re.compile(
    rf"[【（(]?(?:文[/／])?[《\u3400-\u9fff]{{2,9}}》?\s?(?:见习|实习|特约|首席|专栏)?(?:记者|作者|通讯员)[\s:：]{{1,2}}"
    rf"(?P<names>{_CHINESE}(?:[\s、，]{_CHINESE}){{0,4}})\s?[】）)]?$"
    rf"|作者(?P<one>{_CHINESE})$|(?P<two>{_CHINESE})[/／][\u3400-\u9fff]{{2,8}}(?:报|社|网|新闻|周刊|日报)$"
)
_CHINESE_DATELINE = re.compile(
    rf"[电讯電訊]\s?[（(](?:[\u3400-\u9fff]{{2,6}})?记者\s?(?P<names>{_CHINESE}(?:[\s、，]{_CHINESE}){{0,4}})(?:\s[^）)]{{0,12}})?[）)]"
)
_DATELINE = 60
# What stands before a reporter's calling and is no name: of the photographs, of the citizens, of the trade.
_KOREAN = re.compile(
    r"(?:^|\s)(?!사진|시민|전문|담당|취재|객원)(?P<name>[가-힣]{2,4})\s?(?:선임|수습|인턴)?\s?기자(?:$|[\s(=])"
)
_CUT = re.compile(
    r"\s*(?:[|•·\n\t■►→()\[\]<>（）【】]"
    r"|[,.;/]?\s(?:fotos?|photos?|photography|pictures?|images?|bilder?|zdjęcia|фото|video)(?:\s?:|\s(?:by|von|de|di|par)\s)"
    r"|\s[–—-]+\s|\s[–—-]+$|[:：]$|\s@|\s\d"
    r"|,?\s(?:(?-i:on|in|for|at|is)|updated|published|posted|last|reviewed by)\s).*",
    re.IGNORECASE | re.DOTALL,
)
_BREAK = re.compile(r"\s*(?:[,;、，]|\s[&+/]\s|\s(?:and|und|et|y|e|och|og|en|i|и|ve|dan|và|και|with)\s)\s*")
_LINK_WORDS = frozenset("and und et y e och og en i и ve dan và και & + , / with ، 、".split())
_JOINED = ("and ", "und ", "et ", "y ", "& ")
# No name begins with one of these, and none holds two.
_NOT_NAMES = frozenset(
    """
    about all article articles author authors back blog by category categories click comment comments contact contributor
    contributors date download edit edited editor email facebook follow followed followers home image instagram join joined
    last learn linkedin location login member members menu message messages min mins minute minutes more newsletter next
    offline online page photo points post posted posts previous print profile published publisher read reading rating
    registered reply reporter review reviewed reviews save search see share sign subscribe tags topic twitter update updated
    user view views visit website written writer your you this autor autorin auteur autore redaktion admin administrator
    anonymous guest unknown staff none null undefined time today yesterday ago shop originally uncategorized question answer
    verified expert experts table contents advertisement stand information info details submitted account office
    发布于 发布者 发表于 作者 编辑 来源 未知 相关文章 热门文章 精华文章 推荐阅读
    """.split()
)
# The words of a date, which are a name only before another one.
_NOT_ALONE = frozenset(
    """
    january february march april june july august september october november december jan feb mar apr may jun jul aug sep
    sept oct nov dec mon tue wed thu fri sat sun monday tuesday wednesday thursday friday saturday sunday 一覧 会見 一览
    """.split()
)
# Who writes for a paper ...
_TRADES = frozenset(
    """
    editor writer reporter correspondent journalist columnist redakteur redakteurin korrespondent korrespondentin journalistin
    redactor redactora corresponsal periodista redacteur redactrice journaliste correspondant correspondante giornalista
    corrispondente redaktor redaktorka dziennikarz dziennikarka toimittaja verslaggever muhabir
    """.split()
)
# ... and what else people are.
_ROLES = _TRADES | frozenset(
    """
    manager director officer president founder cofounder ceo cto cfo contributor specialist analyst consultant coordinator
    head chief strategist expert producer marketing phd md mba rn cpa jd esq rd rdn ms ma mph facp dds
    """.split()
)
_TEAMS = frozenset(("editors", "staff", "team", "desk", "writers", "redaktion"))
# How the names of places begin, and of people hardly any.
_PLACE = re.compile(
    r"(?:new|north|south|east|west|northern|southern|eastern|western|los|cape|fort|port|mount|saint|st|sao|rio"
    r"|san (?:francisco|diego|jose|antonio|juan|sebastian)|hong kong|tel aviv|buenos aires|kuala lumpur) "
)
_DEGREE = re.compile(
    r"(?:[A-Z]{2,6}|[A-Z][a-z]?\.?[A-Z][a-z]?\.?[A-Z]?\.?|Ph\.? ?D\.?|MSc|BSc|LLM|CFP®|Jr\.?|Sr\.?)(?:[- ][A-Z]{1,3})?"
)
_LETTERS = re.compile(r"[^\W\d_]")
_NEVER = re.compile(r"\d|@|http|[!?…]$")
_MOST_WORDS, _LONGEST_NAME, _MOST_LINES, _MOST_SMALL, _MOST_OF_CALLING = 5, 60, 12, 2, 4


class Opening(NamedTuple):
    """How a byline begins: `is_plain` where the words say that a name follows, and mean nothing else."""

    is_plain: bool


def opening_of(text: str) -> Opening | None:
    """Return how a text begins if it begins like a byline."""
    text = _GLUED.sub("By ", text)
    if text.lstrip(_LEAD)[:2].lower() in _STARTS:
        if found := _OPENER.match(text):
            return Opening(is_plain=found["plain"] is not None)
        if _CJK_OPENER.match(text):
            return Opening(is_plain=True)
    if text.isascii():
        return None
    if _CJK_INNER.search(text):
        return Opening(is_plain=True)
    is_korean = "기자" in text and _KOREAN.search(text) is not None
    if is_korean or _CHINESE_BYLINE.match(text):
        # With an address it signs the article, wherever it stands.
        return Opening(is_plain=is_korean and "@" in text)
    return None


def names_of_dateline(text: str) -> list[str]:
    """Return the reporters that the dateline of a Chinese report names, before its first sentence.

    >>> names_of_dateline("临水在线3月3日讯（记者王小明 李小红）港口管理局今天宣布，九年来首次提高停泊费。")
    ['王小明', '李小红']
    """
    found = None if text[:_DATELINE].isascii() else _CHINESE_DATELINE.search(text, 0, _DATELINE)
    return re.findall(_CHINESE, found["names"]) if found else []


def is_signature(text: str) -> bool:
    """Tell whether a text is a name and what its bearer is for the paper, no more.

    >>> [is_signature(f"{who}, Harbour Correspondent") for who in ("Marta Lund", "New Quay")]
    [True, False]
    >>> is_signature("Marta Lund | Senior Writer | 3 March 2021")
    True
    """
    name, *others = _APART.split(text)
    words = shapes.fold(others[0]).split() if others else []
    is_calling = len(words) <= _MOST_OF_CALLING and not _TRADES.isdisjoint(words)
    return (
        is_calling and " " in name and _is_name(name, is_user=False) and not _PLACE.match(shapes.fold(name))
    )


def names_in(lines: Sequence[str], *, is_user: bool = False) -> list[str]:
    """Return the names in the texts of a byline; what follows them is somebody's role, a date, a share button.

    >>> names_in(["By", "Marta Lund", "and", "Tom Ashe", "Harbour Correspondent"])
    ['Marta Lund', 'Tom Ashe']
    """
    names: list[str] = []
    is_joined = True
    for line in lines[:_MOST_LINES]:
        if line.strip().lower() in _LINK_WORDS:
            is_joined = True
            continue
        begins = line.lstrip().startswith((",", *_JOINED))
        if names and not (is_joined or begins):
            break
        found = names_of(line, is_user=is_user)
        if names and not found:
            break
        names += found
        is_joined = not names or line.rstrip().endswith((",", "&", " and", " und", " et", " y"))
    return names


def names_of(text: str, *, is_user: bool = False) -> list[str]:
    """Return the names in one text, without what introduces them."""
    text = _GLUED.sub("By ", shapes.visible(text))
    if not text.isascii():
        if found := _CHINESE_BYLINE.match(text):
            return re.split(r"[\s、，]", next(filter(None, found.groups())))
        if found := _CJK_OPENER.match(text):
            text = found["name"] or found["other"]
        elif found := _CJK_INNER.search(text) or _KOREAN.search(text):
            return [] if is_nobody(found["name"]) else [found["name"]]
    text = _strip_opener(text).lstrip(" ,&:：-–—|•·/【")
    cut = _CUT.sub("", f"{text} ").strip(" ,.;:|–—-*»«›‹")
    for word in _JOINED:
        cut = cut.removeprefix(word)
    return _join_titles([name.strip(" .,") for name in _BREAK.split(cut)], is_user=is_user)


def _join_titles(parts: Sequence[str], *, is_user: bool) -> list[str]:
    """Return the names among the parts of a byline; a degree stays with its name, a role and a place go."""
    names: list[str] = []
    for part in parts:
        if names and is_employer(part, names[-1]):
            continue
        if names and _DEGREE.fullmatch(part):
            names[-1] += f", {part}"
        elif names and _is_aside(part):
            continue
        elif _is_name(part, is_user=is_user):
            names.append(part)
    return names


def _is_aside(part: str) -> bool:
    words = shapes.fold(part).split()
    return (part.isascii() and " " not in part) or not _ROLES.isdisjoint(words)


def _strip_opener(text: str) -> str:
    """Return a byline without the words that begin it."""
    for _ in range(2):
        found = _OPENER.match(text)
        if not found:
            break
        text = text[found.end() :]
    return text


def _is_name(name: str, *, is_user: bool) -> bool:
    words = name.split()
    if not words or len(words) > _MOST_WORDS or len(name) > _LONGEST_NAME or not _LETTERS.search(name):
        return False
    if _is_label(shapes.fold(name).split()):
        return False
    if is_user and len(words) == 1:
        return "http" not in name
    return not is_nobody(name) and not _NEVER.search(name) and _has_capitals(words)


def _is_label(words: Sequence[str]) -> bool:
    """Tell whether folded words are those of a button, a label, a role or a date."""
    if not words or (len(words) == 1 and (words[0] in _NOT_ALONE or words[0] in _ROLES)):
        return True
    labels = sum(word in _NOT_NAMES for word in words)
    return labels > 1 or words[0] in _NOT_NAMES or words[-1] == "offline"


def _has_capitals(words: Sequence[str]) -> bool:
    if words[0][0].islower() or sum(word[0].islower() for word in words) > _MOST_SMALL:
        return False
    return not words[-1][0].islower() or words[-1].lower() in _TEAMS
