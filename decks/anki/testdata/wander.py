#!/usr/bin/env python3
"""Makes packages of one collection of the real Anki while its notes wander.

usage: wander.py FOLDER SEED ROUNDS

Writes round0.apkg, round1.apkg and so on. Between them notes are deleted, added
with ids older than those of all others, reworded (question, answer, or both),
moved to other decks, given a reverse, and answered. Decks are in Latin, Chinese
and Japanese letters; many notes ask the same. The last thing that a note says is
its mark, "#17", which nothing changes. wander.json says for each round which
mark and card each review belongs to, {review id: "17/0"}, and which cards there
are.
"""
import itertools
import json
import os
import random
import sys
import tempfile

from anki.collection import Collection, ExportAnkiPackageOptions
from anki.scheduler.v3 import CardAnswer

folder, seed, rounds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
dice = random.Random(seed)
col = Collection(os.path.join(tempfile.mkdtemp(), "collection.anki2"))
col.set_config("fsrs", True)
marks = {}  # by note id
numbers = itertools.count(1)
LATIN = ["Same question?", "What does it mean?", "House", "¿Cuál de las siguientes?", "x + 1"]
HAN = ["犬", "猫", "鳥", "魚", "開門見山", "日本語"]
DECKS = ["Words", "日本語", "Words::More", "中文"]


def add():
    mark = next(numbers)
    kind = dice.choice(["Basic", "Basic", "Basic", "Basic (and reversed card)", "Basic (optional reversed card)", "Cloze"])
    deck = dice.choice(DECKS)
    words = dice.choice(LATIN if deck.startswith("Words") else HAN)
    note = col.new_note(col.models.by_name(kind))
    if kind == "Cloze":
        note.fields[:2] = ["{{c1::%s}} and {{c2::%s}}" % (words, dice.choice(HAN + LATIN)), "#%d" % mark]
    else:
        note.fields[:2] = [words, "%s #%d" % (dice.choice(["dog", "cat", "bird"]), mark)]
    col.add_note(note, col.decks.id(deck))
    marks[note.id] = mark
    return note


def older(note):
    """Gives a note and its cards ids before all others, as a shared deck has that is imported late."""
    first = col.db.scalar("select min(id) from notes") - 1
    col.db.execute("update notes set id = ? where id = ?", first, note.id)
    col.db.execute("update cards set nid = ? where nid = ?", first, note.id)
    marks[first] = marks.pop(note.id)


def reword(note):
    side = dice.choice([0, 1, 2])
    mark = "#%d" % marks[note.id]
    if "{{c1::" in note.fields[0]:
        note.fields[0] = note.fields[0] + dice.choice([" too", " also"])
    else:
        if side != 1:
            note.fields[0] = dice.choice(HAN + LATIN)
        if side != 0:
            note.fields[1] = dice.choice(["horse ", "mouse ", "fish "]) + mark
    if len(note.fields) == 3 and dice.random() < 0.5:
        note.fields[2] = "y"
    col.update_note(note)


def answer(card_id):
    states = col._backend.get_scheduling_states(card_id)
    card = col.get_card(card_id)
    card.start_timer()
    rating = dice.choice([CardAnswer.AGAIN, CardAnswer.HARD, CardAnswer.GOOD, CardAnswer.EASY])
    col.sched.answer_card(col.sched.build_answer(card=card, states=states, rating=rating))


def known():
    """Which card each review is of, and where each card stands."""
    reviews, cards = {}, {}
    for cid, nid, ordinal, reps, lapses in col.db.execute("select id, nid, ord, reps, lapses from cards"):
        name = "%d/%d" % (marks[nid], ordinal)
        cards[name] = [reps, lapses]
        for rid in col.db.list("select id from revlog where cid = ? and ease > 0", cid):
            reviews[str(rid)] = name
    return {"reviews": reviews, "cards": cards}


def wander():
    notes = list(marks)
    for nid in dice.sample(notes, len(notes) // 6):
        col.remove_notes([nid])
        del marks[nid]
    for _ in range(3):
        note = add()
        if dice.random() < 0.7:
            older(note)
    for nid in dice.sample(list(marks), len(marks) // 4):
        reword(col.get_note(nid))
    for nid in dice.sample(list(marks), len(marks) // 5):
        col.set_deck(col.get_note(nid).card_ids(), col.decks.id(dice.choice(DECKS)))


for _ in range(24):
    add()
log = []
for number in range(rounds + 1):
    if number:
        wander()
    cards = list(col.db.list("select id from cards"))
    for card_id in dice.sample(cards, len(cards) * 2 // 3):
        answer(card_id)
    log.append(known())
    options = ExportAnkiPackageOptions(with_scheduling=True, with_deck_configs=True, with_media=True, legacy=dice.random() < 0.5)
    col.export_anki_package(out_path=os.path.join(folder, "round%d.apkg" % number), limit=None, options=options)
with open(os.path.join(folder, "wander.json"), "w") as f:
    json.dump(log, f)
print("%d notes in the end, %d reviews" % (len(marks), len(log[-1]["reviews"])))
