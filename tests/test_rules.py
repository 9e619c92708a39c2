"""Rules are values; what they take stops where the story goes on, and never takes too much."""

from collections.abc import Callable
from pathlib import Path

import pytest
from prose import PROSE

from cleaners import Article, RuleError, Rules, clean_html, clean_text
from cleaners.matching import Context
from cleaners.prompts import Prompt, Prompts
from cleaners.rulefile import Rule
from cleaners.rules import noise_types

A, B, C, D, E, F = PROSE["en"]
HEADLINE = "Night ferry to the islands is back after nine years"
RULE = """
[[rule]]
id = "en.weather-box"
noise = "related"
action = "drop-block"
phrases = ["tides and weather today"]
drops = ["Tides and weather today"]
keeps = ["The tides and weather today were kind, the pilots said."]
"""
BROKEN = {
    "an empty file": ("", "holds no \\[\\[rule"),
    "lists alone": ('[lists]\nday = ["Monday"]', "holds no \\[\\[rule"),
    "a site given as an address": ('site = "https://quay.example"\n' + RULE, "'site' is a host"),
    "a site with a path": ('site = "quay.example/fees"\n' + RULE, "'site' is a host"),
    "a site with www": ('site = "www.quay.example"\n' + RULE, "'site' is a host"),
    "a site in capitals": ('site = "Quay.example"\n' + RULE, "'site' is a host"),
    "not TOML": ("a = ", "not valid TOML"),
    "an unknown key": ('colour = "red"', "unknown key 'colour'"),
    "an unknown key of a rule": (RULE + 'colour = "red"', "unknown key 'colour'"),
    "no cases to drop": (RULE.replace('drops = ["Tides and weather today"]', "drops = []"), "'drops' is missing"),
    "no id": (RULE.replace('id = "en.weather-box"', ""), "'id' is missing"),
    "an unknown action": (RULE.replace("drop-block", "burn"), "'burn' is none of drop-block"),
    "an unknown noise type": (RULE.replace('"related"', '"weather"'), "unknown noise type 'weather'"),
    "an unknown kind": (RULE + 'only = ["box"]', "'box' is none of heading"),
    "an unknown place": (RULE + 'position = "middle"', "'middle' is none of"),
    "an unknown rest": (RULE + 'rest = "poem"', "'poem' is none of title"),
    "nothing to match": (RULE.replace("phrases", "unless"), "matches nothing"),
    "openers alone": (RULE.replace("phrases", "opens"), "needs 'mentions' or 'closes'"),
    "selectors of a block": (RULE + 'selectors = [".box"]', "go together"),
    "a cut without a pattern": (RULE.replace("drop-block", "drop-inline"), "needs a 'pattern'"),
    "what a text holds without a pattern": (RULE + 'holds = ["tides"]', "'holds' needs a 'pattern'"),
    "what a text holds in capitals": (RULE + "pattern = 'x'\nholds = ['Tides']", "'Tides' is not"),
    "a case that does not hold it": (
        RULE.replace("phrases", "#") + "pattern = 'tides and .*'\nholds = ['moon', 'sun']", "does not match its own drop",
    ),
    "a pattern that does not compile": (RULE + "pattern = '('", "does not compile"),
    "a case it does not drop": (RULE.replace('["Tides', '["High tides'), "does not match its own drop"),
    "a case it does not keep": (RULE.replace(" were kind, the pilots said", "").replace("The t", "T"), "matches its own keep"),
}  # fmt: skip


def cleaned(*lines: str, rules: Rules | None = None) -> Article:
    return clean_text("\n\n".join(lines), language="en", rules=rules)


def with_rule(folder: Path, text: str) -> Rules:
    path = folder / "own.toml"
    path.write_text(text, "utf-8")
    return Rules.default().with_file(path)


def test_a_noise_type_can_be_kept() -> None:
    rules = Rules.default().without("share")
    assert "Share this:" not in cleaned(A, "Share this:", B).text
    assert "Share this:" in cleaned(A, "Share this:", B, rules=rules).text


def test_a_noise_type_that_is_kept_by_default_can_be_removed() -> None:
    dated = f"LISBON, May 3 (Reuters) - {A}"
    assert dated in cleaned(dated, B).text
    assert cleaned(dated, B, rules=Rules.default().including("dateline")).text == f"{A}\n\n{B}"


def test_rules_are_values() -> None:
    rules = Rules.default()
    rules.without("share").including("dateline")
    assert rules.is_on("share")
    assert not rules.is_on("dateline")


@pytest.mark.parametrize("change", [Rules.without, Rules.including])
def test_an_unknown_noise_type_is_an_error_that_names_the_known_ones(
    change: Callable[[Rules, str], Rules],
) -> None:
    with pytest.raises(RuleError, match="unknown noise type 'adverts'; known: advertisement, author-bio"):
        change(Rules.default(), "adverts")


def test_without_rules_no_text_is_noise() -> None:
    assert "Share this:" in cleaned(A, "Share this:", B, rules=Rules.none()).text


@pytest.mark.parametrize("noise", sorted(noise_types()))
def test_every_noise_type_can_be_kept(noise: str) -> None:
    assert noise not in {rule.noise for rule in Rules.default().without(noise).all_rules}


def test_a_rule_file_adds_its_rules(tmp_path: Path) -> None:
    rules = with_rule(tmp_path, 'language = "en"' + RULE)
    article = cleaned(A, "TIDES AND WEATHER TODAY", B, rules=rules)
    assert [gone.reason for gone in article.removed] == ["rule:en.weather-box"]


@pytest.mark.parametrize(("text", "message"), BROKEN.values(), ids=BROKEN)
def test_a_broken_rule_file_is_an_error_that_says_why(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(RuleError, match=message):
        with_rule(tmp_path, 'language = "en"\n' + text)


def test_an_error_names_the_file_and_the_rule(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=r"own\.toml: rule 'en\.weather-box': unknown key"):
        with_rule(tmp_path, RULE + "x = 1")


def test_a_rule_file_that_is_missing_or_no_text_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe")
    for name in ("missing.toml", "binary.toml"):
        with pytest.raises(RuleError, match=f"{name}: cannot be read"):
            Rules.default().with_file(tmp_path / name)


@pytest.mark.parametrize(
    ("url", "is_gone"),
    [
        ("https://quay.example/1", True), ("https://www.quay.example/1", True), ("https://news.quay.example/1", True),
        ("https://other.example/1", False), ("https://notquay.example/1", False), (None, False),
    ],
)  # fmt: skip
def test_the_rules_of_a_site_hold_for_its_hosts_alone(
    tmp_path: Path, *, url: str | None, is_gone: bool
) -> None:
    rules = with_rule(tmp_path, 'site = "quay.example"\nlanguage = "en"' + RULE)
    page = f"<article><p>{A}</p><p>{B}</p><p>Tides and weather today</p><p>{C}</p><p>{D}</p></article>"
    assert ("Tides and weather today" not in clean_html(page, url=url, rules=rules).text) is is_gone


def test_the_rules_of_a_site_are_made_ready_once(tmp_path: Path) -> None:
    rules = with_rule(tmp_path, 'site = "quay.example"\nlanguage = "en"' + RULE)
    ready = rules.for_site("quay.example")._index
    assert rules.for_site("www.quay.example")._index is ready
    assert rules.for_site("other.example")._index is not ready


def test_a_prompt_is_found_by_whole_words_where_spaces_part_them_and_by_characters_elsewhere() -> None:
    prompts = Prompts()
    own = {
        opener: Prompt(Rule(opener, "share", "drop-block", "und"), (), (), ())
        for opener in ("like us", "like", "line公式")
    }
    for opener, prompt in own.items():
        prompts.add(opener, prompt)
    assert prompts.of("like us on the net") == [own["like us"], own["like"]]
    assert prompts.of("like usual it rained") == [own["like"]]
    assert prompts.of("line公式アカウント") == [own["line公式"]]
    assert prompts.of("likely") == prompts.of("") == []


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("write to us about our boats", [" our boats "]),
        ("write to us", [" write to us ", " our boats "]),
        ("call us", [" call us "]),
        ("call us names", []),
    ],
)
def test_an_opener_that_holds_a_mention_proves_nothing_unless_it_is_all_there_is(
    text: str, asked: list[str]
) -> None:
    prompts = Prompts()
    rule = Rule("a", "share", "drop-block", "und")
    prompts.add("write to us", Prompt(rule, (" write to us ", " our boats "), (), ()))
    prompts.add("call us", Prompt(rule, (" call us ",), (), ()))
    assert [mention for prompt in prompts.of(text) for mention in prompt.mentions] == asked


def test_rules_that_would_take_a_quarter_of_the_prose_are_held_back() -> None:
    prompt = (
        "Sign up to our newsletter now and never miss a story, because our newsletter brings you every story."
    )
    article = cleaned(A, prompt, prompt + " Really.", B)
    assert article.text.count("Sign up") == 2
    assert article.notes[0].startswith("rules held back: they would have taken")


def test_noise_of_several_kinds_goes_though_it_is_a_quarter_of_the_prose_together() -> None:
    prompt = "Sign up to our newsletter now and never miss a story from the harbour, the town and the county."
    rights = (
        "This material may not be published, broadcast, rewritten or redistributed without our permission."
    )
    article = cleaned(A, B, D, prompt, rights)
    assert (article.text, article.notes) == (f"{A}\n\n{B}\n\n{D}", ())


def test_what_a_user_wants_gone_goes_however_much_it_is(tmp_path: Path) -> None:
    own = with_rule(tmp_path, '[[rule]]\nid = "own"\nnoise = "chrome"\naction = "drop-block"\npattern = "The boards .*"\n'
                    'drops = ["The boards of it"]\nkeeps = ["An end"]\n')  # fmt: skip
    line = "The boards of this page were brought to you by the people who paint them every year in May."
    article = cleaned(A, B, line, f"{line} And so on.", rules=own)
    assert (article.text, article.notes) == (f"{A}\n\n{B}", ())


def test_a_section_ends_where_prose_begins() -> None:
    assert (
        cleaned(A, B, C, "Related stories", HEADLINE, "Five walks along the canal", D).text
        == f"{A}\n\n{B}\n\n{C}\n\n{D}"
    )


def test_a_section_ends_at_the_next_heading() -> None:
    article = cleaned(
        A, B, "## Related stories", HEADLINE, "Five walks along the canal", "## What comes next", C
    )
    assert article.text == f"{A}\n\n{B}\n\nWhat comes next\n\n{C}"


def test_a_heading_with_prose_under_it_is_no_section_of_links() -> None:
    assert cleaned(A, "## Background", B, C).text == f"{A}\n\nBackground\n\n{B}\n\n{C}"


@pytest.mark.parametrize("label", ["Read more:", "SEE ALSO:", "Related »", "Also read:"])
def test_a_bare_label_takes_the_headline_after_it(label: str) -> None:
    article = cleaned(A, B, label, HEADLINE, C, D)
    assert article.text == f"{A}\n\n{B}\n\n{C}\n\n{D}"


def test_a_bare_label_takes_the_link_after_it() -> None:
    page = f"<article><p>{A}<p>{B}<p>Read more:<p><a href='/x'>night ferry is back.</a><p>{C}<p>{D}</article>"
    assert clean_html(page).text == f"{A}\n\n{B}\n\n{C}\n\n{D}"


def test_a_bare_label_does_not_take_the_prose_after_it() -> None:
    assert cleaned(A, B, "Read more:", C, D).text == f"{A}\n\n{B}\n\n{C}\n\n{D}"


def test_a_label_with_a_headline_goes_and_with_a_sentence_stays() -> None:
    sentence = "Read more books, the minister told the pupils, and argue about them."
    assert cleaned(A, f"READ MORE: {HEADLINE}", sentence, B).text == f"{A}\n\n{sentence}\n\n{B}"


def test_a_field_of_a_form_goes_only_beside_other_parts_of_the_form() -> None:
    assert "Submit" in cleaned(A, "Submit", B).text
    assert "Submit" not in cleaned(A, B, "Leave a Reply", "Name *", "Submit").text


def test_an_inline_rule_cuts_every_place_out_of_its_block() -> None:
    said = (
        "The ministry said on Monday, opens new tab that the port would close (opens in new window) in May."
    )
    article = cleaned(A, said, B)
    assert article.blocks[1].text == "The ministry said on Monday that the port would close in May."
    assert [(gone.text, gone.is_inline) for gone in article.removed] == [
        (", opens new tab", True), ("(opens in new window)", True),
    ]  # fmt: skip


def test_what_an_inline_rule_needs_is_found_whichever_i_the_text_has(tmp_path: Path) -> None:
    rules = with_rule(
        tmp_path,
        """language = "tr"
[[rule]]
id = "tr.heat"
noise = "chrome"
action = "drop-inline"
pattern = ' [(]ısı: [0-9]+[)]'
holds = ["ısı"]
drops = ["Deniz (ısı: 12)"]
keeps = ["Isı"]
""",
    )
    assert [part for _, part in rules.inline("Deniz (ISI: 12)", Context(languages=("tr",)))] == [" (ISI: 12)"]


def test_patterns_of_other_languages_do_not_apply() -> None:
    footer = "The post Harbour fees to rise appeared first on Quayside News."
    assert Rules.default().match(footer, Context(languages=("de", "en", "und"))) is not None
    assert Rules.default().match(footer, Context(languages=("de", "und"))) is None


def test_long_data_among_the_text_is_told_by_its_beginning_and_long_prose_is_not_tried() -> None:
    data = '{"layout":2,' + '"boats":["cutter","ketch","yawl"],' * 500 + '"end":true}'
    found = Rules.default().match(data, Context())
    assert found is not None
    assert found.rule.id == "und.leaked-data"
    assert Rules.default().match('{"layout":2,"boats": ' + "a cutter and a ketch " * 500, Context()) is None


def test_what_stands_under_the_heading_of_a_section_and_says_itself_what_it_is_has_its_own_reason() -> None:
    lines = ["About the author", "Tags: boats, fees", "Post a Comment", "Home port"]
    article = clean_text("\n\n".join([*PROSE["en"], *lines]))
    noises = {gone.text: gone.noise for gone in article.removed}
    assert [noises[line] for line in lines] == ["author-bio", "tags", "comment-form", "author-bio"]


def test_a_rule_of_the_pages_own_language_goes_before_one_of_another(tmp_path: Path) -> None:
    own, foreign = (
        f'language = "{language}"\n[[rule]]\nid = "{language}.quay"\nnoise = "tags"\naction = "drop-block"\n'
        f'phrases = ["quay notes"]\ndrops = ["Quay notes"]\nkeeps = ["The quay notes."]\n'
        for language in ("en", "th")
    )
    rules = Rules.none()
    for name, text in (("own.toml", own), ("foreign.toml", foreign)):
        (tmp_path / name).write_text(text, "utf-8")
        rules = rules.with_file(tmp_path / name)
    for language, found in (("en", "en.quay"), ("th", "th.quay"), ("de", "th.quay")):
        match = rules.match("Quay notes", Context((language, "und")))
        assert match is not None
        assert match.rule.id == found
