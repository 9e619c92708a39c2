"""Dates as people write them, in some thirty languages, to ISO 8601."""

from __future__ import annotations

import re
from calendar import monthrange
from functools import lru_cache
from typing import NamedTuple

from cleaners import shapes

# Month after month: its names and short forms in the languages of the rules, compared as `shapes.fold` has them.
_MONTHS = """
    january jan januar janner januari ocak oca ianuarie ian gennaio gen enero ene janvier janv janeiro leden ledna
    tammikuu tammikuuta styczen stycznia sty jaanuar января январь янв січня січень січ ιανουαριου ιανουαριος ιαν
    يناير كانون_الثاني ינואר जनवरी জানুয়ারি জানুয়ারী มกราคม ม.ค. januarie ژانویه siječnja sijecnja sausio janvaris
    јануар януари gener ;
    february feb februar februari feber subat sub februarie febbraio febrero fevrier fevr fev fevereiro unor unora
    helmikuu helmikuuta luty lutego lut veebruar февраля февраль фев февр лютого лютий лют φεβρουαριου φεβρουαριος φεβ
    فبراير شباط פברואר फरवरी फ़रवरी ফেব্রুয়ারি ফেব্রুয়ারী กุมภาพันธ์ ก.พ. فوریه veljace vasario februaris фебруар
    февруари febrer ;
    march mar marz maerz mart maart martie marzo mars marco brezen brezna maaliskuu maaliskuuta marzec marca marts
    marcius марта март мар березня березень бер μαρτιου μαρτιος μαρ مارس آذار מרץ मार्च মার্চ มีนาคม มี.ค. mrt maret
    ozujka kovo ;
    april apr aprile abril abr avril avr nisan nis aprilie duben dubna huhtikuu huhtikuuta kwiecien kwietnia kwi
    aprilis aprill апреля апрель апр квітня квітень квіт απριλιου απριλιος απρ أبريل ابريل إبريل نيسان אפריל अप्रैल
    এপ্রিল เมษายน เม.ย. آوریل travnja balandzio април ;
    may mai mei maj maio mayo maggio mag mayis kveten kvetna toukokuu toukokuuta maja majus мая май травня травень
    трав μαΐου μαιου μαιος μαϊ مايو أيار מאי मई মে พฤษภาคม พ.ค. مه svibnja geguzes мај maig ;
    june jun juni junio junho juin giugno giu haziran haz iunie iun cerven cervna kesakuu kesakuuta czerwiec czerwca
    cze junius июня июнь июн червня червень черв ιουνιου ιουνιος ιουν يونيو حزيران יוני जून জুন มิถุนายน มิ.ย. ژوئن
    lipnja birzelio јун юни juny ;
    july jul juli julio julho juillet juil luglio lug temmuz tem iulie iul cervenec cervence heinakuu heinakuuta
    lipiec lipca lip julius июля июль июл липня липень лип ιουλιου ιουλιος ιουλ يوليو تموز יולי जुलाई জুলাই กรกฎาคม
    ก.ค. ژوئیه srpnja liepos јул юли juliol ;
    august aug agosto ago aout agustos augustus augusti avgust srpen srpna elokuu elokuuta sierpien sierpnia sie
    augusztus августа август авг серпня серпень серп αυγουστου αυγουστος αυγ أغسطس اغسطس آب אוגוסט अगस्त আগস্ট สิงหาคม
    ส.ค. agustus agt اوت kolovoza rugpjucio agost ;
    september sept sep septembre septiembre setembro set settembre sett eylul eyl septembrie zari syyskuu syyskuuta
    wrzesien wrzesnia wrz szeptember сентября сентябрь сен сент вересня вересень вер σεπτεμβριου σεπτεμβριος σεπ
    سبتمبر أيلول ספטמבר सितंबर सितम्बर সেপ্টেম্বর กันยายน ก.ย. سپتامبر rujna rugsejo септембар септември setembre ;
    october oct oktober okt octobre octubre outubro out ottobre ott ekim eki octombrie rijen rijna lokakuu lokakuuta
    pazdziernik pazdziernika paz октября октябрь окт жовтня жовтень жовт οκτωβριου οκτωβριος οκτ أكتوبر اكتوبر אוקטובר
    अक्टूबर अक्तूबर অক্টোবর ตุลาคม ต.ค. اکتبر spalio октобар октомври ;
    november nov novembre noviembre novembro kasim kas noiembrie noi listopad listopada lis marraskuu marraskuuta
    ноября ноябрь ноя листопада листопад лист νοεμβριου νοεμβριος νοε نوفمبر נובמבר नवंबर नवम्बर নভেম্বর พฤศจิกายน
    พ.ย. نوامبر studenoga lapkricio новембар ноември ;
    december dec dezember dez decembre diciembre dic dezembro dicembre aralik ara decembrie prosinec prosince joulukuu
    joulukuuta grudzien grudnia gru декабря декабрь дек грудня грудень груд δεκεμβριου δεκεμβριος δεκ ديسمبر דצמבר
    दिसंबर दिसम्बर ডিসেম্বর ธันวาคม ธ.ค. دسامبر prosinca gruodzio децембар декември desembre desember des
"""
# The signs that a date is one of a change, not of the first publication; folded stems.
_CHANGED = """
    updat modif edited revised revisad revisto aktuali geandert actualiz aggiorn atualiz bijgewerkt gewijzigd uppdat opdat oppdat endret andret
    paivit muokat zaktualiz zmodyfik обновл изменен оновл змінено guncel diperbarui frissit modosit ενημερωσ تحديث تعديل עודכן
    अपडेट আপডেট 更新 수정 업데이트 แก้ไข อัปเดต آخرین ویرایش bearbeitet editado reviewed
"""
_CHANGED_PHRASES = ("mis a jour", "cap nhat", "last activity", "last reviewed")
_W = r"[^\W\d_][^\s\d,;:|/()\-]{1,16}"
_PATTERN = re.compile(
    r"(?<![\d.])(?:"
    r"(?P<y>\d{4})\s?[-/.年년]\s?(?P<m>\d{1,2})\s?[-/.月월]\s?(?P<d>\d{1,2})(?!\d)"
    r"|(?P<d2>\d{1,2})\s?[-/.]\s?(?P<m2>\d{1,2})\s?[-/.]\s?(?P<y2>\d{4}|\d{2})(?![\d:]|\.\d)"
    rf"|(?P<d3>\d{{1,2}})(?:st|nd|rd|th|er|[ºª°.])?[\s-]{{1,2}}(?:de |d'|of |ta' )?(?P<w3>{_W})[\s,-]{{1,3}}(?:de |del )?(?P<y3>\d{{4}})(?!\d)"
    rf"|(?P<y5>\d{{4}})\.?\s(?P<w5>{_W})\s(?P<d5>\d{{1,2}})(?!\d)"
    r"|(?P<d6>\d{1,2}) tháng (?P<m6>\d{1,2}),? (?:năm )?(?P<y6>\d{4})"
    rf")|(?<![^\W\d_])(?P<w4>{_W})[\s.-]{{1,2}}(?P<d4>\d{{1,2}})(?:st|nd|rd|th)?,?[\s-](?:de )?(?P<y4>\d{{4}})(?!\d)",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_IN_ADDRESS = re.compile(
    r"/((?:19|20)\d\d)[/-]?(0[1-9]|1[0-2]|[1-9](?=/))[/-]?([0-2]\d|3[01]|[1-9](?=[/-]))(?=[/-]|\b)"
)
_STAMP = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s?(?:Z|[+-]\d{2}:?\d{2})?)?", re.ASCII
)
_FIRST_YEAR, _LAST_YEAR, _CENTURY, _BUDDHIST = 1990, 2100, 100, 543
_MONTHS_OF_YEAR = 12
_LABEL = 40
_LONGEST = 300


class Date(NamedTuple):
    """A date found in a text; `is_change` where the words before it say that something was changed then."""

    iso: str
    start: int
    is_change: bool


def find_dates(text: str, *, month_first: bool = False) -> list[Date]:
    """Return the dates of a short text, in order; `month_first` reads 3/4/2021 as the fourth of March.

    >>> [date.iso for date in find_dates("Publié le 3 août 2021, mis à jour le 2021-08-04")]
    ['2021-08-03', '2021-08-04']
    """
    text = text[:_LONGEST]
    if not _DIGIT.search(text):
        return []
    found: list[Date] = []
    end = 0
    for match in _PATTERN.finditer(text):
        if iso := _read(match, month_first=month_first):
            found.append(
                Date(iso, match.start(), says_change(text[max(end, match.start() - _LABEL) : match.start()]))
            )
            end = match.end()
    return found


def read_stamp(value: str) -> str:
    """Return the ISO 8601 date that a value for machines begins with, and its time of day if it has one.

    >>> read_stamp("2021-03-04T09:14:00Z, Quayside")
    '2021-03-04T09:14:00Z'
    """
    found = _STAMP.match(value.strip())
    return found[0] if found and _iso(int(found[1]), int(found[2]), int(found[3])) else ""


def says_change(label: str) -> bool:
    """Tell whether the words before a date say that the article was changed then."""
    folded = shapes.fold(label)
    words = folded.split()
    is_said = any(word.startswith(_stems()) for word in words) or "stand" in words
    return is_said or any(phrase in folded for phrase in _CHANGED_PHRASES)


def date_of_address(url: str) -> str:
    """Return the day that an address names in its path, empty where it names none.

    >>> date_of_address("https://quay.example/news/2021/03/04/fees.html")
    '2021-03-04'
    """
    found = _IN_ADDRESS.search(url)
    return _iso(int(found[1]), int(found[2]), int(found[3])) if found else ""


@lru_cache(maxsize=1)
def _stems() -> tuple[str, ...]:
    return tuple(shapes.fold(word) for word in _CHANGED.split() if shapes.fold(word))


@lru_cache(maxsize=1)
def _months() -> dict[str, int]:
    lines = [line.split() for line in _MONTHS.split(";")]
    return {
        shapes.fold(name.replace("_", " ")): number for number, line in enumerate(lines, 1) for name in line
    }


def _read(match: re.Match[str], *, month_first: bool) -> str:
    part = match.groupdict()
    if part["y"]:
        return _iso(int(part["y"]), int(part["m"]), int(part["d"]))
    if part["d2"]:
        return _read_numbers(int(part["d2"]), int(part["m2"]), part["y2"], month_first=month_first)
    if part["d6"]:
        return _iso(int(part["y6"]), int(part["m6"]), int(part["d6"]))
    for which in "345":
        if part["w" + which]:
            word = shapes.fold(part["w" + which])
            month = _months().get(word) or _months().get(word.removeprefix("ב"), 0)  # Hebrew: "in March".
            return _iso(int(part["y" + which]), month, int(part["d" + which]))
    return ""


def _read_numbers(one: int, two: int, year: str, *, month_first: bool) -> str:
    full = int(year) if len(year) > len("21") else 2000 + int(year)
    if two > _MONTHS_OF_YEAR or (month_first and one <= _MONTHS_OF_YEAR):
        one, two = two, one
    return _iso(full, two, one)


def _iso(year: int, month: int, day: int) -> str:
    if year > _FIRST_YEAR + _BUDDHIST:
        year -= _BUDDHIST
    if not (_FIRST_YEAR <= year <= _LAST_YEAR and 1 <= month <= _MONTHS_OF_YEAR):
        return ""
    return f"{year:04}-{month:02}-{day:02}" if 1 <= day <= monthrange(year, month)[1] else ""
