#!/usr/bin/env python3
"""Learns a package in the real Anki, with its history, and takes it out again.

usage: answer_all.py IN.apkg OUT.apkg ANSWERS.json

Every card is answered once. One note is reworded there, and one gets another deck. ANSWERS.json has for each review that is new its note's guid
and the number of its card.
"""
import json
import os
import sys
import tempfile

from anki.collection import Collection, ExportAnkiPackageOptions, ImportAnkiPackageOptions, ImportAnkiPackageRequest
from anki.scheduler.v3 import CardAnswer

source, target, answers = sys.argv[1:]
col = Collection(os.path.join(tempfile.mkdtemp(), "collection.anki2"))
col.set_config("fsrs", True)
col.import_anki_package(ImportAnkiPackageRequest(package_path=source, options=ImportAnkiPackageOptions(with_scheduling=True)))
before = set(col.db.list("select id from revlog"))
for number, card_id in enumerate(col.db.list("select id from cards order by id")):
    states = col._backend.get_scheduling_states(card_id)
    card = col.get_card(card_id)
    card.start_timer()
    col.sched.answer_card(col.sched.build_answer(card=card, states=states, rating=CardAnswer.GOOD if number % 3 else CardAnswer.AGAIN))
new = {}
for rid, guid, ordinal in col.db.execute("select r.id, n.guid, c.ord from revlog r join cards c on c.id = r.cid join notes n on n.id = c.nid"):
    if rid not in before:
        new[str(rid)] = [guid, ordinal]
notes = col.db.list("select id from notes order by id")
note = col.get_note(notes[0])
note.fields[0] += " (reworded in Anki)"
col.update_note(note)
col.set_deck(col.get_note(notes[1]).card_ids(), col.decks.id("Elsewhere"))
with open(answers, "w") as f:
    json.dump(new, f)
options = ExportAnkiPackageOptions(with_scheduling=True, with_deck_configs=True, with_media=True, legacy=False)
col.export_anki_package(out_path=target, limit=None, options=options)
print("%d reviews, %d of them new" % (len(before) + len(new), len(new)))
