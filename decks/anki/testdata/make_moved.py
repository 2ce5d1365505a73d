#!/usr/bin/env python3
"""Makes moved-before.apkg and moved-after.apkg with the real Anki.

usage: make_moved.py FOLDER

Before: a deck of four Chinese characters and one of three notes with the same
question, each answered once. After: the first of each is gone, one has another
deck, one another question, two are added with ids older than all; all that are
left of the first were answered again, one of them Again. Reviews are on
2026-03-01 and 02.
"""
import os
import sqlite3
import sys
import tempfile
import zipfile

from anki.collection import Collection, ExportAnkiPackageOptions
from anki.scheduler.v3 import CardAnswer

folder = sys.argv[1]
col = Collection(os.path.join(tempfile.mkdtemp(), "collection.anki2"))
col.set_config("fsrs", True)


def add(deck, front, back):
    note = col.new_note(col.models.by_name("Basic"))
    note.fields[:2] = [front, back]
    col.add_note(note, col.decks.id(deck))
    return note.id


def answer(note, rating):
    card_id = col.get_note(note).card_ids()[0]
    states = col._backend.get_scheduling_states(card_id)
    card = col.get_card(card_id)
    card.start_timer()
    col.sched.answer_card(col.sched.build_answer(card=card, states=states, rating=rating))


def date(day):
    """Moves the reviews that are of today to a day of March, half a second apart."""
    first = 1_772_355_600_000 + (day - 1) * 86_400_000
    for i, (rid,) in enumerate(col.db.execute("select id from revlog where id > 1772700000000 order by id")):
        col.db.execute("update revlog set id = ?, time = 3000 where id = ?", first + i * 500, rid)
    for card_id, last in col.db.execute("select cid, max(id) from revlog group by cid"):
        data = col.db.scalar("select data from cards where id = ?", card_id)
        col.db.execute("update cards set data = json_set(?, '$.lrt', ?) where id = ?", data, last // 1000, card_id)
    col.db.execute("update cards set due = ? where queue = 1", first // 1000 + 600)
    return first + 3_600_000


def dated(data, made):
    """Anki takes the time of the export for that of the collection."""
    path = os.path.join(tempfile.mkdtemp(), "c.db")
    with open(path, "wb") as f:
        f.write(data)
    db = sqlite3.connect(path)
    db.execute("update col set mod = ?", (made,))
    db.commit()
    db.close()
    with open(path, "rb") as f:
        return f.read()


def export(name, made):
    path = os.path.join(folder, name)
    options = ExportAnkiPackageOptions(with_scheduling=True, with_deck_configs=True, with_media=False, legacy=True)
    col.export_anki_package(out_path=path, limit=None, options=options)
    with zipfile.ZipFile(path) as package:
        files = {n: package.read(n) for n in package.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for n, data in files.items():
            if n.startswith("collection.") and data.startswith(b"SQLite"):
                data = dated(data, made)
            package.writestr(zipfile.ZipInfo(n), data, zipfile.ZIP_DEFLATED)


han = [add("汉字", c, w) for c, w in (("犬", "dog"), ("猫", "cat"), ("鳥", "bird"), ("魚", "fish"))]
same = [add("Same", "Which one?", w) for w in ("alpha", "beta", "gamma")]
for note in han + same:
    answer(note, CardAnswer.EASY)
days = (col.crt * 1000 - 1_772_355_600_000) // 86_400_000
col.db.execute("update col set crt = crt - ?", days * 86_400)
made = date(1)
export("moved-before.apkg", made)

col.remove_notes([han[0], same[0]])
note = col.get_note(same[1])
note.fields[0] = "Which one is the second?"
col.update_note(note)
col.set_deck(col.get_note(same[2]).card_ids(), col.decks.id("Other"))
for character, word in (("鼠", "mouse"), ("牛", "ox")):
    late = add("汉字", character, word)
    first = col.db.scalar("select min(id) from notes") - 1
    col.db.execute("update notes set id = ? where id = ?", first, late)
    col.db.execute("update cards set nid = ? where nid = ?", first, late)
for note in han[1:3] + same[1:]:
    answer(note, CardAnswer.GOOD)
answer(han[3], CardAnswer.AGAIN)
made = date(2)
export("moved-after.apkg", made)
