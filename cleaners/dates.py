"""Dates as people write them, in some fifty languages, to ISO 8601."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from cleaners import calendars, shapes

# Month after month: its names and short forms in the languages of the rules, compared as `shapes.fold` has them.
_MONTHS = """
    january jan januar janner januari ocak oca ianuarie ian gennaio gen enero ene janvier janv janeiro leden ledna
    tammikuu tammikuuta styczen stycznia sty jaanuar января январь янв січня січень січ ιανουαριου ιανουαριος ιαν
    يناير كانون_الثاني ינואר जनवरी জানুয়ারি জানুয়ারী มกราคม ม.ค. januarie ژانویه siječnja sijecnja sausio janvaris
    јануар януари gener januara januarja xaneiro janari janar janvari yanvar студзеня қаңтар იანვარი հունվարի جنوری
    जानेवारी ஜனவரி јануара sausis ;
    february feb februar februari feber subat sub februarie febbraio febrero fevrier fevr fev fevereiro unor unora
    helmikuu helmikuuta luty lutego lut veebruar февраля февраль фев февр лютого лютий лют φεβρουαριου φεβρουαριος
    φεβ فبراير شباط פברואר फरवरी फ़रवरी ফেব্রুয়ারি ফেব্রুয়ারী กุมภาพันธ์ ก.พ. فوریه veljace vasario februaris
    фебруар февруари febrer februara februarja febreiro shkurt febr fevral pebrero лютага ақпан თებერვალი փետրվարի
    فروری फेब्रुवारी பிப்ரவரி фебруара ;
    march mar marz maerz mart maart martie marzo mars marco brezen brezna maaliskuu maaliskuuta marzec marca marts
    marcius марта март мар березня березень бер μαρτιου μαρτιος μαρ مارس آذار מרץ मार्च মার্চ มีนาคม มี.ค. mrt maret
    ozujka kovo marta marc mac marso machi сакавіка наурыз მარტი մարտի مارچ மார்ச் ;
    april apr aprile abril abr avril avr nisan nis aprilie duben dubna huhtikuu huhtikuuta kwiecien kwietnia kwi
    aprilis aprill апреля апрель апр квітня квітень квіт απριλιου απριλιος απρ أبريل ابريل إبريل نيسان אפריל अप्रैल
    এপ্রিল เมษายน เม.ย. آوریل travnja balandzio април aprila aprili prill aprel красавіка сәуір აპრილი ապրիլի اپریل
    एप्रिल ஏப்ரல் априла ;
    may mai mei maj maio mayo maggio mag mayis kveten kvetna toukokuu toukokuuta maja majus мая май травня травень
    трав μαΐου μαιου μαιος μαϊ مايو أيار מאי मई মে พฤษภาคม พ.ค. مه svibnja geguzes мај maig maija maijs мамыр მაისი
    մայիսի مئی மே маја ;
    june jun juni junio junho juin giugno giu haziran haz iunie iun cerven cervna kesakuu kesakuuta czerwiec czerwca
    cze junius июня июнь июн червня червень черв ιουνιου ιουνιος ιουν يونيو حزيران יוני जून জুন มิถุนายน มิ.ย. ژوئن
    lipnja birzelio јун юни juny juna junija junij junijs juuni xuno qershor iyun hunyo чэрвеня маусым ივნისი
    հունիսի جون ஜூன் јуна ;
    july jul juli julio julho juillet juil luglio lug temmuz tem iulie iul cervenec cervence heinakuu heinakuuta
    lipiec lipca lip julius июля июль июл липня липень лип ιουλιου ιουλιος ιουλ يوليو تموز יולי जुलाई জুলাই กรกฎาคม
    ก.ค. ژوئیه srpnja liepos јул юли juliol jula julija julij julijs juuli julai xullo korrik iyul hulyo ліпеня
    шілде ივლისი հուլիսի جولائی जुलै ஜூலை јула ;
    august aug agosto ago aout agustos augustus augusti avgust srpen srpna elokuu elokuuta sierpien sierpnia sie
    augusztus августа август авг серпня серпень серп αυγουστου αυγουστος αυγ أغسطس اغسطس آب אוגוסט अगस्त আগস্ট
    สิงหาคม ส.ค. agustus agt اوت kolovoza rugpjucio agost augusta augusts avgusta agust gusht avqust agosti ogos
    жніўня тамыз აგვისტო օգոստոսի اگست ऑगस्ट ஆகஸ்ட் ;
    september sept sep septembre septiembre setembro set settembre sett eylul eyl septembrie zari syyskuu syyskuuta
    wrzesien wrzesnia wrz szeptember сентября сентябрь сен сент вересня вересень вер σεπτεμβριου σεπτεμβριος σεπ
    سبتمبر أيلول ספטמבר सितंबर सितम्बर সেপ্টেম্বর กันยายน ก.ย. سپتامبر rujna rugsejo септембар септември setembre
    septembra septembar septembris septembri shtator sentyabr sentabr setyembre septemba верасня қыркүйек სექტემბერი
    սեպտեմբերի ستمبر सप्टेंबर செப்டம்பர் септембра ;
    october oct oktober okt octobre octubre outubro out ottobre ott ekim eki octombrie rijen rijna lokakuu lokakuuta
    pazdziernik pazdziernika paz октября октябрь окт жовтня жовтень жовт οκτωβριου οκτωβριος οκτ أكتوبر اكتوبر
    אוקטובר अक्टूबर अक्तूबर অক্টোবর ตุลาคม ต.ค. اکتبر spalio октобар октомври oktobra oktobar oktobris oktobri
    oktoober tetor oktyabr oktabr oktubre oktoba кастрычніка қазан ოქტომბერი հոկտեմբերի اکتوبر ऑक्टोबर அக்டோபர்
    октобра ;
    november nov novembre noviembre novembro kasim kas noiembrie noi listopad listopada lis marraskuu marraskuuta
    ноября ноябрь ноя листопада листопад лист νοεμβριου νοεμβριος νοε نوفمبر נובמבר नवंबर नवम्बर নভেম্বর พฤศจิกายน
    พ.ย. نوامبر studenoga lapkricio новембар ноември listopadu novembra novembar novembris novembri nentor noyabr
    nobyembre novemba лістапада қараша ნოემბერი նոյեմբերի نومبر नोव्हेंबर நவம்பர் новембра ;
    december dec dezember dez decembre diciembre dic dezembro dicembre aralik ara decembrie prosinec prosince
    joulukuu joulukuuta grudzien grudnia gru декабря декабрь дек грудня грудень груд δεκεμβριου δεκεμβριος δεκ
    ديسمبر דצמבר दिसंबर दिसम्बर ডিসেম্বর ธันวาคม ธ.ค. دسامبر prosinca gruodzio децембар декември desembre desember
    des decembra decembar decembris decembri detsember dhjetor dekabr disyembre disember desemba снежня желтоқсан
    დეკემბერი դեկտեմբերի دسمبر डिसेंबर டிசம்பர் децембра
"""
_PERSIAN_MONTHS = "فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند"
# The signs that a date is one of a change, not of the first publication; folded stems.
_CHANGED = """
    updat modif edited revised revisad revisto aktuali geandert actualiz aggiorn atualiz bijgewerkt gewijzigd uppdat opdat oppdat endret andret
    paivit muokat zaktualiz zmodyfik обновл изменен оновл змінено guncel diperbarui frissit modosit ενημερωσ تحديث تعديل עודכן
    अपडेट আপডেট 更新 수정 업데이트 แก้ไข อัปเดต آخرین ویرایش bearbeitet editado reviewed
"""
_CHANGED_PHRASES = ("mis a jour", "cap nhat", "last activity", "last reviewed")
# Somebody looked at it again on that day: it may be much older.
_REVIEW = re.compile(
    r"\b(?:last|next|medically|clinically|page|content|fact) (?:last )?(?:review(?:ed)?|checked)\b|\breviewed(?: on)?$"
    r"|\b(?:zuletzt|medizinisch|fachlich) (?:ge|uber)pruft\b|\bderniere (?:revision|relecture)\b"
    r"|\bultim[ao] (?:revision|revisione|revisao|controllo)\b|\blaatst (?:gecontroleerd|beoordeeld)\b"
)
# The signs that it is the one of the publication, at the beginning of a line; folded stems.
_PUBLISHED = """
    publi publ post date data datum dato fecha created written issued erschien veroffentlicht erstellt gepubliceerd geplaatst
    pubbl skrivet upplagd lagt oprettet julkais opublikow dodano zverejn vydan опублик опублік дата δημοσι αναρτ نشر تاريخ منتشر تاریخ
    פורסם תאריך प्रकाशित প্রকাশ 发布 發布 发表 發表 发稿 時間 时间 日期 公開 掲載 投稿 配信 作成 입력 등록 게시 승인 작성 yayin tarih eklenme diterbit
    ngay เผยแพร่ วันที่ objavljen megjelen kozzet paskelbt avaldat
"""
_THIS = frozenset(
    "this dieser diese dieses cet cette ce este esta questo questa deze dit denna denne ten ta тази этот эта це ця".split()
)
_W = r"[^\W\d_][^\s\d,;:|/()\-]{1,16}"
_PATTERN = re.compile(
    r"(?<![\d.])(?:"
    rf"(?P<y>\d{{4}}|(?P<era>{'|'.join(calendars.ERAS)})\s?(?:\d{{1,3}}|元))\s?(?P<sign>[-/.年년])\s?(?P<m>\d{{1,2}})"
    r"\s?[-/.月월]\s?(?P<d>\d{1,2})(?!\d)"
    r"|(?P<d2>\d{1,2})\s?(?P<sign2>[-/.])\s?(?P<m2>\d{1,2})\s?[-/.]\s?(?P<y2>\d{4}|\d{2})(?![\d:]|\.\d)"
    rf"|(?P<d3>\d{{1,2}})(?:st|nd|rd|th|er|[ºª°.])?[\s-]{{1,2}}(?:de |d'|of |ta' )?(?:{_W}\s?/\s?)?"
    rf"(?P<w3>{_W})[\s,-]{{1,3}}(?:de |del )?(?P<y3>\d{{4}})(?!\d)"
    rf"|(?P<y8>\d{{4}})\. gada (?P<d8>\d{{1,2}})\. (?P<w8>{_W})"
    rf"|(?P<y5>\d{{4}})\.?\s(?:m\. )?(?P<w5>{_W})\s(?P<d5>\d{{1,2}})(?!\d)"
    r"|(?P<d6>\d{1,2}) tháng (?P<m6>\d{1,2}),? (?:năm )?(?P<y6>\d{4})"
    rf")|(?<![^\W\d_])(?P<w4>{_W})[\s.-]{{1,2}}(?P<d4>\d{{1,2}})(?:st|nd|rd|th)?,?[\s-](?:de )?(?P<y4>\d{{4}})(?!\d)",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
# Of a program, not of a day: "Version 4.1.12".
_OF_VERSION = re.compile(
    r"(?:\bversion|\bver\.?|\bv\.?|\brelease|\bbuild|\bfirmware|vbulletin|®|™)[\s:]*\Z", re.IGNORECASE
)
_EAST_ASIAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_IN_ADDRESS = re.compile(
    r"/((?:19|20)\d\d)(?:/[a-z._-]{2,20}/|[/-]?)(0[1-9]|1[0-2]|[1-9](?=/))[/-]?([0-2]\d|3[01]|[1-9](?=[/-]))(?=[/-]|\b)",
    re.IGNORECASE,
)
TIME_OF_DAY = re.compile(
    r"\d{1,2}\s?[:.h]\s?\d\d(?::\d\d)?(?:\s?[ap]\.?m\b\.?)?|\d{1,2}\s?[ap]\.?m\b\.?", re.IGNORECASE
)
_TIME = r"(?:[01]\d|2[0-3]):[0-5]\d(?::[0-6]\d)?"
_STAMP = re.compile(
    rf"(\d{{4}})-(\d{{2}})-(\d{{2}})(?:[T ](?P<time>{_TIME}(?:\.\d+)?)\s?(?P<zone>Z|UTC|[+-]\d{{2}}(?::?\d{{2}})?)?)?",
    re.ASCII,
)
# As in mail: "Wed, 03 Mar 2021 09:14:00 GMT".
_MAIL_STAMP = re.compile(
    rf"(?:[a-z]{{3}}, )?(\d{{1,2}}) ([a-z]{{3}}) (\d{{4}}) (?P<time>{_TIME})(?: (?P<zone>Z|UTC?|GMT|[+-]\d{{4}}))?",
    re.ASCII | re.IGNORECASE,
)
_FIRST_YEAR = 1990
_FIRST_PAPER = 1605  # The first of the press; what pages declare of their days may be as old.
# Where calendars of computers begin: what stands there in the place of a date is none.
_EPOCHS = frozenset("1753-01-01 1899-12-30 1899-12-31 1900-01-01 1904-01-01 1969-12-31 1970-01-01".split())
_SLACK = timedelta(days=2)  # Somewhere it is tomorrow already, and clocks go wrong.
_MONTHS_OF_YEAR = 12
_SHORT_YEAR = len("21")
_LABEL = 40
_LONGEST = 300


class Date(NamedTuple):
    """A date found in a text.

    `is_change` where the words before it say that something was changed then, `is_review` that it was looked over.
    """

    iso: str
    start: int
    end: int
    is_change: bool
    is_review: bool


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
        label = text[max(end, match.start() - _LABEL) : match.start()]
        if len(match["y2"] or "") == _SHORT_YEAR and _OF_VERSION.search(label):
            continue
        if iso := _iso(_read(match, month_first=month_first)):
            found.append(Date(iso, match.start(), match.end(), says_change(label), says_review(label)))
            end = match.end()
    return found


def read_stamp(value: str, *, is_declared: bool = False) -> str:
    """Return the date that a value for machines begins with in ISO 8601, with its time of day if it has one.

    One that the page declares as its own may be as old as the press.

    >>> read_stamp("2021-03-04 09:14:00 +0100, Quayside"), read_stamp("Thu, 04 Mar 2021 09:14:00 GMT")
    ('2021-03-04T09:14:00+01:00', '2021-03-04T09:14:00Z')
    """
    value = value.strip()
    if found := _STAMP.match(value):
        date_of = _day(int(found[1]), int(found[2]), int(found[3]))
    elif found := _MAIL_STAMP.match(value):
        date_of = _day(int(found[3]), _month_of(found[2]), int(found[1]))
    else:
        return ""
    day = _iso(date_of, _FIRST_PAPER if is_declared else _FIRST_YEAR)
    return f"{day}T{found['time']}{_zone(found['zone'] or '')}" if day and found["time"] else day


def says_change(label: str) -> bool:
    """Tell whether the words before a date say that the article was changed then."""
    folded = shapes.fold(label)
    words = folded.split()
    is_said = any(word.startswith(_stems(_CHANGED)) for word in words) or "stand" in words
    return is_said or any(phrase in folded for phrase in _CHANGED_PHRASES)


def says_review(label: str) -> bool:
    """Tell whether the words before a date say that the article was looked over then, whenever it was written.

    >>> says_review("Medically reviewed on"), says_review("Last reviewed and updated:"), says_review("Reviewed by Ada Lund")
    (True, False, False)
    """
    folded = shapes.fold(label)
    stems = _stems(_CHANGED)
    others = (word for word in folded.split() if word != "reviewed" and not word.startswith("revis"))
    return bool(_REVIEW.search(folded)) and not any(word.startswith(stems) for word in others)


def says_publication(line: str) -> bool:
    """Tell whether a line speaks of its own publication: at its beginning, or after "this article".

    >>> says_publication("First published on"), says_publication("The book was published on")
    (True, False)
    """
    words = shapes.fold(line[:_LONGEST]).split()
    places = words if words[:1] and words[0] in _THIS else words[:2]
    return any(word.startswith(_stems(_PUBLISHED)) for word in places)


def date_of_address(url: str) -> str:
    """Return the day that an address names in its path, empty where it names none.

    >>> date_of_address("https://quay.example/news/2021/03/04/fees.html")
    '2021-03-04'
    """
    found = _IN_ADDRESS.search(url)
    return _iso(_day(int(found[1]), int(found[2]), int(found[3]))) if found else ""


def today() -> date:
    """Return what day it is, in Greenwich."""
    return datetime.now(UTC).date()


@lru_cache(maxsize=4)
def _stems(words: str) -> tuple[str, ...]:
    return tuple(folded for word in words.split() if (folded := shapes.fold(word)))


@lru_cache(maxsize=1)
def _months() -> dict[str, int]:
    """Return the numbers of the months by their names; those of the Persian year follow the common ones."""
    lines = [line.split() for line in _MONTHS.split(";")] + [[name] for name in _PERSIAN_MONTHS.split()]
    return {
        shapes.fold(name.replace("_", " ")): number for number, line in enumerate(lines, 1) for name in line
    }


def _month_of(name: str) -> int:
    word = shapes.fold(name)
    return _months().get(word) or _months().get(word.removeprefix("ב"), 0)  # Hebrew: "in March".


def _zone(zone: str) -> str:
    """Return a time zone as ISO 8601 has it."""
    if zone[:1] not in ("+", "-"):
        return "Z" if zone else ""
    digits = zone[1:].replace(":", "")
    return f"{zone[0]}{digits[:2]}:{digits[2:] or '00'}"


def _read(match: re.Match[str], *, month_first: bool) -> date | None:
    part = match.groupdict()
    if part["y"]:
        return _read_year_first(part)
    if part["d2"]:
        if len(part["y2"]) == _SHORT_YEAR and part["sign2"] != "/" and _EAST_ASIAN.search(match.string):
            return _day(2000 + int(part["d2"]), int(part["m2"]), int(part["y2"]))
        # Nobody puts points behind the month.
        is_american = month_first and part["sign2"] != "."
        return _read_numbers(int(part["d2"]), int(part["m2"]), part["y2"], month_first=is_american)
    if part["d6"]:
        return _day(int(part["y6"]), int(part["m6"]), int(part["d6"]))
    which = next(each for each in "3458" if part["w" + each])
    return _read_words(int(part["y" + which]), part["w" + which], part["d" + which], match[0])


def _read_words(year: int, name: str, day: str, text: str) -> date | None:
    month = _month_of(name)
    if name.lower() == "listopada" and f"{day}." in text:
        month -= 1  # A Pole writes no point behind the day, and the Croat who does means the month before.
    if month > _MONTHS_OF_YEAR:
        return calendars.from_persian(year, month - _MONTHS_OF_YEAR, int(day))
    return _day(year, month, int(day))


def _read_year_first(part: dict[str, str]) -> date | None:
    month, day = int(part["m"]), int(part["d"])
    if era := part["era"]:
        year = part["y"].removeprefix(era).strip()
        return _day(calendars.ERAS[era] + (1 if year == "元" else int(year)), month, day)
    if part["sign"] == "/" and calendars.is_persian_year(int(part["y"])):
        return calendars.from_persian(int(part["y"]), month, day)
    return _day(int(part["y"]), month, day)


def _read_numbers(one: int, two: int, year: str, *, month_first: bool) -> date | None:
    full = int(year) if len(year) > _SHORT_YEAR else 2000 + int(year)
    if two > _MONTHS_OF_YEAR or (month_first and one <= _MONTHS_OF_YEAR):
        one, two = two, one
    return _day(full, two, one)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(calendars.common_year(year), month, day)
    except ValueError:
        return None


def _iso(day: date | None, first_year: int = _FIRST_YEAR) -> str:
    """Return a day on which a page may have been published: not before there were any, and none to come."""
    if day is None or day.year < first_year or day > today() + _SLACK:
        return ""
    iso = day.isoformat()
    return "" if iso in _EPOCHS else iso
