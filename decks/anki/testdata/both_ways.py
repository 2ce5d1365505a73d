#!/usr/bin/env python3
"""Lets a learner use the real Anki beside Kartei.

usage: both_ways.py FOLDER STEP

FOLDER has or gets the collection. STEP is a JSON file: "import" names a package, text
files or nothing; "replace" has pairs of texts for fields; every third card is answered,
from "first" on; "export" is the package that is written. Prints what the collection
has then, as JSON in one line.
"""
import json
import os
import sys

from anki.collection import Collection, ExportAnkiPackageOptions
from verify_anki import PROBLEMS, check_database, import_csv, import_package, same


def answer(col, card_id, rating):
    card = col.get_card(card_id)
    card.start_timer()
    states = col._backend.get_scheduling_states(card_id)
    col.sched.answer_card(col.sched.build_answer(card=card, states=states, rating=rating))


def main(folder, step):
    with open(step, encoding="utf-8") as f:
        step = json.load(f)
    col = Collection(os.path.join(folder, "collection.anki2"))
    try:
        col.set_config("fsrs", True)
        updated = 0
        for path in step["import"]:
            log = import_package(col, path) if path.endswith(".apkg") else import_csv(col, path)[1]
            for problem in PROBLEMS[1:]:
                same(problem, len(getattr(log, problem)), 0)
            updated += len(log.updated)
        for old, new in step["replace"]:
            changed = 0
            for note_id in col.find_notes(""):
                note = col.get_note(note_id)
                fields = [field.replace(old, new) for field in note.fields]
                if fields != note.fields:
                    note.fields = fields
                    col.update_note(note)
                    changed += 1
            same("notes with " + old, changed, 1)
        cards = sorted(col.find_cards("-is:suspended"))
        for i, card_id in enumerate(cards[step["first"] :: 3]):
            answer(col, card_id, (i + step["first"]) % 4)
        check_database(col)
        options = ExportAnkiPackageOptions(with_scheduling=True, with_deck_configs=True, with_media=True, legacy=False)
        col.export_anki_package(out_path=step["export"], limit=None, options=options)
        print(
            json.dumps(
                {
                    "updated": updated,
                    "answers": col.db.scalar("select count() from revlog where ease > 0"),
                    "notes": {guid: [fields.split("\x1f"), tags.split()] for guid, fields, tags in col.db.all("select guid, flds, tags from notes")},
                    "cards": [
                        [guid, ordinal, kind, interval, due - col.sched.today]
                        for guid, ordinal, kind, interval, due in col.db.all(
                            "select n.guid, c.ord, c.type, c.ivl, c.due from cards c join notes n on n.id = c.nid"
                        )
                    ],
                }
            )
        )
    finally:
        col.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
