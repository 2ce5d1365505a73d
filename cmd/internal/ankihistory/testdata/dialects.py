"""Makes collections in the dialects of old and new Ankis, and says what Anki makes of them.

usage: dialects.py FOLDER

FOLDER gets the packages, and dialects.json, which has for each of them the cards as
Anki has them once it has read it.
"""

import json
import os
import random
import sqlite3
import sys
import tempfile
import time
import zipfile

from anki import buildinfo
from anki._backend import RustBackend
from anki.collection import (
    Collection,
    ExportAnkiPackageOptions,
    ImportAnkiPackageOptions,
    ImportAnkiPackageRequest,
)

DAY = 86_400
NOW = int(time.time())
LEARN, REVIEW, RELEARN, EXTRA, MANUAL = range(5)  # kinds of rows of the log
LEARNING, IN_REVIEW = 1, 2  # of cards


def fresh():
    """A collection that is not of today: a day before the first is none."""
    col = Collection(os.path.join(tempfile.mkdtemp(), "collection.anki2"))
    col.db.execute("update col set crt = crt - ?", 300 * DAY)
    path = col.path
    col.close()
    return Collection(path)


class Maker:
    """A collection whose cards have histories of dice."""

    def __init__(self, seed):
        self.col = fresh()
        self.dice = random.Random(seed)
        self.rows = []
        for n in range(24):
            note = self.col.new_note(self.col.models.by_name("Basic"))
            note["Front"], note["Back"] = f"question {n}", f"answer {n}"
            self.col.add_note(note, self.col.decks.id(f"home::{n % 3}"))
        self.ids = self.col.db.list("select id from cards order by id")

    def log(self, card, at, kind, ease, ivl, factor=2500):
        self.rows.append([int(at * 1000), card, -1, ease, ivl, 0, factor, 3000, kind])

    def learn(self, card, at):
        """Answers until a card is in review; returns when."""
        for _ in range(self.dice.randrange(3)):
            self.log(card, at, LEARN, self.dice.choice([1, 2, 3]), -600, 0)
            at += 700
        self.log(card, at, LEARN, self.dice.choice([3, 4]), 1, 2500)
        return at

    def review(self, card, at, days=40):
        last, ivl = at, 1
        while last + ivl * DAY < at + days * DAY:
            last += ivl * DAY
            ease = self.dice.choice([1, 2, 3, 3, 3, 4])
            ivl = max(1, int(ivl * [0, 0.3, 1.2, 2, 3][ease]))
            self.log(card, last, REVIEW, ease, ivl)
            if ease == 1:
                last += 600
                self.log(card, last, RELEARN, self.dice.choice([2, 3]), 1)
        return last, ivl

    def histories(self):
        for card in self.ids[: len(self.ids) // 2]:
            start = NOW - 120 * DAY + self.dice.randrange(DAY)
            last, ivl = self.review(card, self.learn(card, start))
            self.stand(card, IN_REVIEW, 2, self.day(last) + ivl, ivl)

    def day(self, at):
        """In days since the collection began."""
        return self.col.sched.today - (self.col.sched.day_cutoff - int(at) - 1) // DAY

    def stand(self, card, kind, queue, due, ivl):
        reps = len([r for r in self.rows if r[1] == card and r[3]])
        self.col.db.execute(
            "update cards set type=?, queue=?, due=?, ivl=?, factor=2500, reps=?, lapses=1, left=1001 where id=?",
            kind, queue, due, ivl, reps, card)

    def write(self):
        """Brings the log into the collection."""
        for row in sorted(self.rows):
            while self.col.db.scalar("select 1 from revlog where id=?", row[0]):
                row[0] += 1
            self.col.db.execute("insert into revlog values (?,?,?,?,?,?,?,?,?)", *row)
        self.rows = []


def plain(m):
    m.histories()


def rollover(hour):
    def make(m):
        m.col.set_config("rollover", hour)
        m.histories()
        m.stand(m.ids[-1], LEARNING, 3, m.col.sched.today + 2, 0)  # learning, due on a day

    return make


def unlogged_resets(m):
    m.histories()
    for n, card in enumerate(m.ids[:6]):
        last, ivl = m.review(card, m.learn(card, NOW - 60 * DAY + n * 5000), 30)
        m.stand(card, IN_REVIEW, 2, m.day(last) + ivl, ivl)


def logged_resets(m):
    m.histories()
    for n, card in enumerate(m.ids[:6]):
        m.log(card, NOW - 61 * DAY + n, MANUAL, 0, 0, 0)
        if n < 3:
            last, ivl = m.review(card, m.learn(card, NOW - 60 * DAY + n * 5000), 30)
            m.stand(card, IN_REVIEW, 2, m.day(last) + ivl, ivl)
        else:  # forgotten, and its counts are kept
            m.stand(card, 0, 0, n, 0)


def crammed(m):
    m.histories()
    for card in m.ids[:8]:
        m.log(card, NOW - 70 * DAY, EXTRA, 3, 5, 0)


def filtered(reschedule):
    def make(m):
        m.histories()
        m.write()
        deck = m.col.sched.get_or_create_filtered_deck(deck_id=0)
        deck.name = "out"
        del deck.config.search_terms[:]
        term = deck.config.search_terms.add()
        term.search, term.limit, term.order = "deck:home::0", 100, 0
        deck.config.reschedule = reschedule
        m.col.sched.add_or_update_filtered_deck(deck)
        if reschedule:
            for _ in range(3):
                q = m.col.sched.get_queued_cards(fetch_limit=1).cards
                if not q:
                    break
                card = m.col.get_card(q[0].card.id)
                card.start_timer()
                m.col.sched.answer_card(m.col.sched.build_answer(card=card, states=q[0].states, rating=m.dice.choice([0, 2])))

    return make


def buried(days):
    def make(m):
        m.histories()
        m.col.db.execute(f"update cards set queue=-3 where id in ({m.ids[0]}, {m.ids[-1]})")
        m.col.db.execute(f"update cards set queue=-1 where id in ({m.ids[1]}, {m.ids[-2]})")
        m.col.set_config("lastUnburied", m.col.sched.today - days)

    return make


def first_scheduler(path, dice):
    """Makes a legacy package one of Anki's first scheduler."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    name = "collection.anki21"
    db = os.path.join(tempfile.mkdtemp(), "db")
    with open(db, "wb") as f:
        f.write(parts[name])
    con = sqlite3.connect(db)
    conf = json.loads(con.execute("select conf from col").fetchone()[0])
    for key in ("schedVer", "sched2021", "creationOffset"):
        conf.pop(key, None)
    con.execute("update col set conf=?", [json.dumps(conf)])
    con.execute("update revlog set ease = ease - 1 where ease > 2 and type in (0, 2)")
    cards = [row[0] for row in con.execute("select id from cards where type = 2 order by id")]
    for card in cards[:3]:  # being learned again: still in review
        con.execute("update cards set queue=1, due=?, odue=due, left=1001 where id=?", [NOW + 300, card])
    con.commit()
    con.close()
    with open(db, "rb") as f:
        parts[name] = f.read()
    with zipfile.ZipFile(path, "w") as new:
        for part, data in parts.items():
            new.writestr(part, data)


def read(path, hour=4):
    """The collection of an Anki, whose days turn at an hour, that took a package in."""
    if path.endswith(".apkg"):
        col = fresh()
        col.set_config("rollover", hour)
        options = ImportAnkiPackageOptions(with_scheduling=True, with_deck_configs=True)
        col.import_anki_package(ImportAnkiPackageRequest(package_path=path, options=options))
        return col
    folder = tempfile.mkdtemp()
    target = os.path.join(folder, "collection.anki2")
    Collection(target).close()
    media = os.path.join(folder, "collection.media")
    os.makedirs(media, exist_ok=True)
    RustBackend().import_collection_package(
        col_path=target, backup_path=path, media_folder=media, media_db=os.path.join(folder, "media.db"))
    col = Collection(target)
    if col.sched_ver() == 1:
        col.upgrade_to_v2_scheduler()
    col.sched.get_queued_cards(fetch_limit=1)  # a day may have begun: what is buried waits again
    return col


def cards(col):
    for deck in col.decks.all():
        if deck["dyn"]:
            col.sched.empty_filtered_deck(deck["id"])
    epoch = (col.sched.day_cutoff - DAY - col.get_config("rollover", 4) * 3600) // DAY  # today, in UTC
    found = {}
    for card in map(col.get_card, col.db.list("select id from cards")):
        memory = col.compute_memory_state(card.id)
        one = {"state": card.type, "reps": card.reps, "lapses": card.lapses, "deck": col.decks.name(card.did),
               "suspended": card.queue == -1, "buried": card.queue in (-2, -3)}
        one["answers"] = [list(row) for row in col.db.execute(
            "select id, ease from revlog where cid = ? and ease > 0 order by id", card.id)]
        if card.type != 0:
            if card.due > 1_000_000_000:
                one["due"] = int(card.due * 1000)
            else:
                one["due_day"] = int(epoch + card.due - col.sched.today)
            if memory.stability:
                one["stability"], one["difficulty"] = memory.stability, memory.difficulty
        found[card.note().fields[0]] = one
    return found


DIALECTS = {
    "plain.apkg": plain, "plain.colpkg": plain,
    "unlogged.apkg": unlogged_resets, "logged.colpkg": logged_resets, "crammed.apkg": crammed,
    "moving.apkg": filtered(True), "moving.colpkg": filtered(True), "preview.colpkg": filtered(False),
    "buried-today.colpkg": buried(0), "buried-before.colpkg": buried(1),
    "first.apkg": plain, "first-unlogged.apkg": unlogged_resets,
}
for hour in (0, 3, 5, 11, 23):
    DIALECTS[f"rollover{hour}.colpkg"] = rollover(hour)
for hour in (4, 0, 11, 23):  # of which a package of decks does not tell
    DIALECTS[f"rollover{hour}.apkg"] = rollover(hour)


def main(folder):
    said = {}
    for seed, (name, make) in enumerate(DIALECTS.items()):
        m = Maker(seed)
        make(m)
        m.write()
        path = os.path.join(folder, name)
        first = name.startswith("first")
        if name.endswith(".apkg"):
            m.col.export_anki_package(out_path=path, limit=None, options=ExportAnkiPackageOptions(
                with_scheduling=True, with_deck_configs=True, with_media=True, legacy=first))
        else:
            m.col.export_collection_package(path, include_media=False, legacy=False)
        if first:
            first_scheduler(path, m.dice)
        said[name] = cards(read(path))
        if name == "rollover4.apkg":  # as Anki itself brings it to Ankis of other hours
            for hour in (0, 3, 4, 5, 9, 12, 16, 20, 23):
                said[f"{name} {hour}"] = cards(read(path, hour))
        elif name.startswith("rollover") and name.endswith(".apkg"):
            said[name] = cards(m.col)  # Anki takes the hour for four, and cards come a day early
    with open(os.path.join(folder, "dialects.json"), "w", encoding="utf-8") as f:
        json.dump({"version": buildinfo.version, "packages": said}, f)
    print(len(said), "packages,", sum(map(len, said.values())), "cards")


main(sys.argv[1])
