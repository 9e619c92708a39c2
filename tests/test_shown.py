"""What browsers show of a page and its markup alone does not say comes into the text."""

import time

import pytest
from prose import PROSE, page_of, paragraphs

from cleaners import clean_html
from cleaners.shown import as_shown

SHOWN = {
    "a quotation": ("<p>He said <q>no</q>.", "<p>He said <q>“no”</q>."),
    "a quotation with its source": ("<q cite='/a'>no</q>", "<q cite='/a'>“no”</q>"),
    "a quotation with marks of its own": ("<q>“no”</q> <q> «no» </q>", "<q>“no”</q> <q> «no» </q>"),
    "a quotation in a quotation": ("<q>a <q>b</q> c</q>", "<q>“a <q>‘b’</q> c”</q>"),
    "a quotation in one with marks": ("<q>“a <q>b</q>”</q>", "<q>“a <q>‘b’</q>”</q>"),
    "a quotation behind one that never ends": ("<p><q>a<p><q>b</q>", "<p><q>a<p><q>“b”</q>"),
    "an empty quotation": ("<q></q>", "<q>“”</q>"),
    "a quotation in capitals": ("<Q>no</Q>", "<Q>“no”</Q>"),
    "code": ("<pre>a <q>b</q></pre><q>c</q>", "<pre>a <q>b</q></pre><q>“c”</q>"),
    "a quotation that ends with an apostrophe": ("<q>the walkers'</q>", "<q>“the walkers'”</q>"),
    "an end without a beginning": ("a</q>", "a</q>"),
    "a price": ("$19<sup>99</sup> or €5<sup>50</sup>", "$19.99 or €5.50"),
    "a fraction": ("3<sup>1</sup>/<sub>2</sub>", "3<sup>1</sup>/<sub>2</sub>"),
    "the mark of a note behind a word": ("Wexby<sup>1</sup>", "Wexby<sup>1</sup>"),
    "another element": ("<quote>no</quote>", "<quote>no</quote>"),
    "a power": ("10<sup>6</sup> and 5 m<sup class=x> −2 </sup>", "10⁶ and 5 m⁻²"),
    "a power in capitals": ("10<SUP>6</SUP>", "10⁶"),
    "a formula with its words": ("<math alttext='x &lt; 2'><mi>x</mi></math>", "<span>x &lt; 2</span>"),
    "a formula with its style": (r'<math alttext="{\displaystyle x^{2}}">x</math>', "<span>x^{2}</span>"),
    "a formula with its TeX": (
        "<math><semantics><mi>x</mi><annotation encoding='application/x-tex'> x_1 </annotation></semantics></math>",
        "<span>x_1</span>",
    ),
    "a formula of signs": (
        "<math><mi>x</mi> <mo>=</mo>\n<mn>2</mn><annotation-xml><ci>x</ci></annotation-xml></math>",
        "<span>x = 2</span>",
    ),
    "a formula that stands there twice": (
        "<i class=katex-mathml><math><mi>x</mi></math></i>",
        "<i class=katex-mathml><math><mi>x</mi></math></i>",
    ),
    "the end of an ordinal": ("1<sup>st</sup>", "1<sup>st</sup>"),
    "the mark of a note behind a sentence": ("So it was.<sup>1</sup>", "So it was.<sup>1</sup>"),
    "the mark of a note": ("so<sup><a href='#n'>1</a></sup>", "so<sup><a href='#n'>1</a></sup>"),
    "a template": ("<template><p>a</template>", "<template><p>a</template>"),
    "a shadow tree": (
        "<x-y><template shadowrootmode=open><p>a</template></x-y>",
        "<x-y><chaffinch-shadow shadowrootmode=open><p>a</chaffinch-shadow></x-y>",
    ),
    "a template in a shadow tree": (
        "<template shadowrootmode='open'><template>a</template></template>",
        "<chaffinch-shadow shadowrootmode='open'><template>a</template></chaffinch-shadow>",
    ),
}
HOSTILE = [
    "<q ",
    "</q>",
    "<q>",
    "<q>“",
    "<q>a</q>",
    "<math>",
    "<math ",
    "<math alttext='",
    "<math><annotation x",
    "<annotation ",
    '"' + " " * 50,
    "<sup> ",
    "<sup>1",
    "<template shadowrootmode=x ",
    "<template shadowrootmode=x>",
    "</template>",
]


@pytest.mark.parametrize(("markup", "shown"), SHOWN.values(), ids=SHOWN)
def test_what_a_browser_adds_is_added(markup: str, shown: str) -> None:
    assert as_shown(markup) == shown


def test_an_article_in_a_shadow_tree_is_read() -> None:
    article = clean_html(
        page_of("<fee-story><template shadowrootmode=open>", *paragraphs(), "</template></fee-story>")
    )
    assert article.text == "\n\n".join(PROSE["en"])
    assert article.verdict == "article"


def test_a_formula_is_read_where_it_stands() -> None:
    formula = "<p>So <math alttext='a^2+b^2'><msup><mi>a</mi><mn>2</mn></msup></math> is what the board took for the area."
    assert "So a^2+b^2 is what" in clean_html(page_of(*paragraphs(), formula)).text


@pytest.mark.parametrize("piece", HOSTILE)
def test_much_of_it_takes_no_longer_each(piece: str) -> None:
    begun = time.process_time()
    as_shown("</q></sup></math><template shadowrootmode=open>" + piece * (500_000 // len(piece)))
    assert time.process_time() - begun < 2
