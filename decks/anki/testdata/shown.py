"""Makes notes whose templates do what real ones do, and says what Anki shows of them.

usage: shown.py FOLDER

FOLDER gets shown.apkg, and shown.json: for each card, by the note's guid and its number,
the words of both sides, and with which text Anki compares what is typed.
"""

import html
import json
import os
import re
import sys
import tempfile

from anki.collection import Collection, ExportAnkiPackageOptions

col = Collection(os.path.join(tempfile.mkdtemp(), "collection.anki2"))

TYPES = {
    "typed": (["{{Front}}<br>{{type:Word}}"], ["{{FrontSide}}<hr id=answer>{{type:Word}}<br>{{Extra}}"]),
    "typed, in the question only": (["{{Front}} {{type:Word}}"], ["{{FrontSide}}<hr id=answer>{{Extra}}"]),
    "typed, no rule": (["{{Front}} {{type:nc:Word}}"], ["{{Front}}<br>{{type:nc:Word}}<br>{{Extra}}"]),
    "two ways": (["{{Front}}{{type:Word}}", "{{#Extra}}{{Word}}?{{type:Front}}{{/Extra}}"],
                 ["{{FrontSide}}<hr id=answer>{{Extra}}", "{{FrontSide}}<hr id=answer>{{type:Front}}"]),
    "above": (["{{Front}}"], ["{{Front}}<br>{{Extra}}<hr id=answer>{{Word}}"]),
    "only above": (["{{Front}}"], ["{{Word}} {{Extra}}<hr id=answer>{{FrontSide}}"]),
    "of the card": (["{{Front}} {{Card}}"], ["{{FrontSide}}<hr id=answer>{{Deck}} {{Subdeck}} {{Tags}} {{Type}} {{CardFlag}}"]),
    "sections": (["{{#Word}}{{Front}}{{/Word}}{{^Word}}none{{/Word}}{{#Tags}} tagged{{/Tags}}"], ["{{FrontSide}}<hr id=answer>{{Word}}"]),
}
CLOZES = {
    "plain": ("{{cloze:Text}}", "{{cloze:Text}}<br>{{More}}"),
    "single cards": ("{{cloze:Text}}{{#c1}}<br>first {{More}}{{/c1}}", "{{cloze:Text}}{{#c1}}<br>first {{More}}{{/c1}}{{#c2}}<br>second{{/c2}}"),
    "not the first": ("{{cloze:Text}}{{^c1}}<br>another{{/c1}}", "{{cloze:Text}}{{^c1}}<br>another{{/c1}}<br>{{More}}"),
    "typed": ("{{cloze:Text}} {{type:cloze:Text}}", "{{cloze:Text}} {{type:cloze:Text}}<br>{{More}}"),
}
FIELDS = [
    {"Front": "house", "Word": "Haus", "Extra": "das Haus, die Häuser"},
    {"Front": "<b>cat</b>", "Word": "<i>Katze</i>", "Extra": "die Katze [sound:cat.mp3]"},
    {"Front": "tree", "Word": "Baum &amp; Strauch", "Extra": ""},
    {"Front": "two", "Word": "eins<br>zwei", "Extra": "x"},
]
TEXTS = ["A {{c1::one}} and {{c2::two::hint}}.", "{{c1::x}} {{c2::y}} {{c3::z}}"]


def notetype(name, fields, questions, answers, cloze=False):
    kind = col.models.new(name)
    for field in fields:
        col.models.add_field(kind, col.models.new_field(field))
    for number, (question, answer) in enumerate(zip(questions, answers)):
        template = col.models.new_template(f"Card {number + 1}")
        template["qfmt"], template["afmt"] = question, answer
        col.models.add_template(kind, template)
    if cloze:
        kind["type"] = 1
    col.models.add(kind)
    return col.models.by_name(name)


def add(kind, fields):
    note = col.new_note(kind)
    for name, value in fields.items():
        note[name] = value
    note.tags = ["t1", "t2"]
    col.add_note(note, col.decks.id("Deck::Deep"))


for name, (questions, answers) in TYPES.items():
    kind = notetype(name, ["Front", "Word", "Extra"], questions, answers)
    for fields in FIELDS:
        add(kind, fields)
for name, (question, answer) in CLOZES.items():
    kind = notetype("cloze " + name, ["Text", "More"], [question], [answer], cloze=True)
    for text in TEXTS:
        add(kind, {"Text": text, "More": "<u>more</u>"})


def words(side):
    side = re.sub(r"\[\[type:[^]]*\]\]|\[anki:play:[qa]:\d+\]", "", side)
    return html.unescape(re.sub(r"<[^>]*>", " ", side))


def compared(card, output):
    """What the reviewer compares with (aqt/reviewer.py)."""
    found = re.search(r"\[\[type:(.+?)\]\]", output.question_text)
    if not found:
        return ""
    field = found.group(1).removeprefix("nc:")
    note = card.note()
    if field.startswith("cloze:"):
        return col.extract_cloze_for_typing(note[field.removeprefix("cloze:")], card.ord + 1)
    return note[field]


said = {}
for card in map(col.get_card, col.db.list("select id from cards")):
    output = card.render_output()
    expected = compared(card, output)
    said[f"{card.note().guid} {card.ord}"] = {
        "question": words(output.question_text),
        "answer": words(output.answer_text),
        "typed": html.unescape(re.sub(r"<[^>]*>", "", re.sub(r"<br>", " ", expected))),
    }
col.export_anki_package(out_path=os.path.join(sys.argv[1], "shown.apkg"), limit=None, options=ExportAnkiPackageOptions(
    with_scheduling=True, with_deck_configs=True, with_media=True, legacy=False))
with open(os.path.join(sys.argv[1], "shown.json"), "w", encoding="utf-8") as f:
    json.dump(said, f)
print(len(said), "cards")
