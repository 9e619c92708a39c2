"""The language of a text is what its page declares, unless its words say otherwise."""

import pytest
from prose import PROSE

from cleaners import clean_text
from cleaners.language import language_of, normalise_code

# Languages without rules, a few sentences each.
OTHERS = {
    "hr": "Lučki odbor je u ponedjeljak navečer odlučio da će se pristojbe za trajekte povećati. Kapetani su već "
    "mjesecima upozoravali da stari gat neće izdržati još jednu zimu, a ronioci su u proljeće našli pukotine.",
    "sl": "Pristaniški odbor je v ponedeljek zvečer sklenil, da se bodo pristojbine za trajekte zvišale. Kapitani so že "
    "mesece opozarjali, da stari pomol ne bo zdržal še ene zime, ker so potapljači spomladi našli razpoke.",
    "sk": "Prístavná rada sa v pondelok večer rozhodla, že poplatky za trajekty sa zvýšia. Kapitáni už mesiace varovali, "
    "že staré mólo nevydrží ďalšiu zimu, a potápači na jar našli trhliny, ktoré sú len pod vodou.",
    "lt": "Uosto taryba pirmadienio vakarą nusprendė, kad mokesčiai už keltus bus didesni. Kapitonai jau kelis mėnesius "
    "įspėjo, kad sena krantinė dar vienos žiemos neatlaikys, o narai pavasarį rado įtrūkimų, bet tai ne viskas.",
    "et": "Sadamanõukogu otsustas esmaspäeva õhtul, et praamide tasud tõusevad. Kaptenid olid juba kuid hoiatanud, et vana "
    "kai ei pea veel ühele talvele vastu, ja tuukrid leidsid kevadel praod, mis on ainult vee all.",
    "ca": "La junta del port va decidir dilluns al vespre que les taxes dels transbordadors pujaran. Els capitans ja havien "
    "avisat que el moll vell no resistiria un altre hivern, i els bussos hi van trobar esquerdes amb aigua.",
    "sq": "Këshilli i portit vendosi të hënën në mbrëmje që tarifat për tragetet të rriten. Kapitenët kishin paralajmëruar "
    "se moli i vjetër nuk do të mbante një dimër tjetër, dhe zhytësit gjetën në pranverë të çara.",
    "sw": "Baraza la bandari liliamua Jumatatu jioni kwamba ada za vivuko zitapanda. Manahodha walikuwa wameonya kwa miezi "
    "kuwa gati la zamani halitadumu, na wapiga mbizi walipata nyufa katika nguzo za gati hilo.",
    "is": "Hafnarráðið ákvað á mánudagskvöld að hækka gjöldin fyrir ferjurnar. Skipstjórar höfðu varað við því að gamla "
    "bryggjan myndi ekki þola annan vetur, og kafarar fundu sprungur í henni sem voru undir vatni.",
    "af": "Die haweraad het Maandagaand besluit dat die fooie vir die veerbote gaan styg. Kapteins het al maande lank "
    "gewaarsku dat die ou kaai nie nog 'n winter sal hou nie, en duikers het krake in die pilare gevind.",
    "bg": "Пристанищният съвет реши в понеделник вечерта, че таксите за фериботите ще се увеличат. Капитаните от месеци "
    "предупреждаваха, че старият кей няма да издържи още една зима, а водолази са намерили пукнатини.",
    "mk": "Пристанишниот совет во понеделникот вечерта одлучи дека таксите за траектите ќе се зголемат. Капетаните со "
    "месеци предупредуваа дека стариот кеј не ќе издржи уште една зима, а нуркачи нашле пукнатини во него.",
    "sr": "Лучки одбор је у понедељак увече одлучио да се таксе за трајекте повећају. Капетани су већ месецима "
    "упозоравали да стари кеј неће издржати још једну зиму, а рониоци су на пролеће нашли пукотине.",
    "ur": "بندرگاہ کی مجلس نے پیر کی شام فیصلہ کیا کہ کشتیوں کے محصول میں اضافہ ہو گا۔ ناخدا مہینوں سے کہہ رہے تھے کہ پرانا گھاٹ "
    "ایک اور سردی نہیں سہے گا اور غوطہ خوروں کو بہار میں اس کے ستونوں میں دراڑیں ملیں۔",
    "mr": "बंदर मंडळाने सोमवारी संध्याकाळी होडीचे भाडे वाढवण्याचा निर्णय घेतला आहे. जुना धक्का आणखी एक हिवाळा टिकणार नाही असे "
    "नाविक सांगत होते, आणि पाणबुड्यांना या वर्षी त्या खांबात तडे सापडले आहेत.",
    "yi": "דער פּאָרט ראט האט מאנטיק אין אוונט באשלאסן אז די פרייזן פון די שיפן וועלן שטייגן. די קאפיטאנען האבן שוין "
    "לאנג געזאגט אז דער אלטער ברעג איז נישט שטארק, און מען האט געפונען שפאלטן.",
}


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_without_rules_is_believed_and_never_called_by_another_name(language: str) -> None:
    assert language_of(language, OTHERS[language]) == language
    assert language_of(f"{language}-XX", OTHERS[language]) == language
    assert language_of("", OTHERS[language]) == ""


@pytest.mark.parametrize("language", OTHERS)
def test_a_template_that_says_english_does_not_name_a_language_without_rules(language: str) -> None:
    assert language_of("en-US", OTHERS[language]) == ""


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "ru", "ar"])
@pytest.mark.parametrize("declared", ["ga", "hr", "qu", "sw"])
def test_text_overrules_a_wrong_declaration_of_a_language_without_rules(language: str, declared: str) -> None:
    assert language_of(declared, " ".join(PROSE[language])) == language


@pytest.mark.parametrize("language", ["ru", "ar", "he", "hi"])
def test_few_words_of_another_script_overrule_a_declaration(language: str) -> None:
    assert language_of("en", PROSE[language][0]) == language


@pytest.mark.parametrize("language", sorted(set(PROSE) - {"lt"}))
def test_running_text_tells_its_language(language: str) -> None:
    assert language_of("", " ".join(PROSE[language])) == language


@pytest.mark.parametrize("language", sorted(code for code in PROSE if code != "en" and len(PROSE[code]) > 1))
def test_text_overrules_a_wrong_declaration(language: str) -> None:
    assert language_of("en", " ".join(PROSE[language])) == language


@pytest.mark.parametrize("language", ["sr", "mk", "bg"])
def test_a_declaration_decides_between_near_relatives(language: str) -> None:
    assert language_of(language, " ".join(PROSE["ru"])) == language


@pytest.mark.parametrize("language", ["lt", "eu", "sw"])
def test_a_language_that_cannot_be_voted_for_is_believed(language: str) -> None:
    assert language_of(language, " ".join(PROSE["lt"])) == language


@pytest.mark.parametrize("text", ["", "12 345", "…", "OK"])
def test_where_nothing_tells_the_declaration_stands(text: str) -> None:
    assert language_of("", text) == ""
    assert language_of("de-AT", text) == "de"


@pytest.mark.parametrize(
    ("declared", "code"),
    [
        ("en", "en"), ("EN-us", "en"), ("pt_BR", "pt"), ("nb-NO", "no"), (" de ", "de"), ("zh-Hant-TW", "zh"),
        ("iw", "he"), ("", ""), ("english", ""), ("x", ""), ("<b>", ""), ("en\nde", ""),
    ],
)  # fmt: skip
def test_a_declaration_is_read_as_a_code(declared: str, code: str) -> None:
    assert normalise_code(declared) == code


def test_a_text_with_some_foreign_words_keeps_its_language() -> None:
    assert (
        clean_text("\n\n".join([*PROSE["de"], "“Read more books”, sagte sie auf Englisch."])).language == "de"
    )
