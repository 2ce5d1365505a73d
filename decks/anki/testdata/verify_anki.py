#!/usr/bin/env python3
"""Asks the real Anki (the PyPI package "anki") about files that Kartei wrote.

usage: verify_anki.py csv FIRST EDITED WANT LANG
       verify_anki.py package FIRST EDITED EDITED_CSV WANT
       verify_anki.py roundtrip PACKAGE WANT
       verify_anki.py make FOLDER
       verify_anki.py back FOLDER TEXT WANT
       verify_anki.py learner FIRST EDITED OTHER WANT

Run by TestAnki. Prints one line of figures, or fails with what differs.
"""
import json
import os
import sys
import tempfile
import time

import anki.lang
from anki.collection import (
    Collection,
    Delimiter,
    ExportAnkiPackageOptions,
    ImportAnkiPackageOptions,
    ImportAnkiPackageRequest,
    ImportCsvRequest,
)
from anki.import_export_pb2 import ImportAnkiPackageUpdateCondition as Update

PROBLEMS = ("duplicate", "conflicting", "first_field_match", "missing_notetype", "missing_deck", "empty_first_field")


def same(what, got, want):
    if got != want:
        sys.exit(f"{what}:\n got {got!r}\nwant {want!r}")


def import_csv(col, path):
    meta = col.get_csv_metadata(path=path, delimiter=None)
    return meta, col.import_csv(ImportCsvRequest(path=path, metadata=meta)).log


def check_database(col):
    empty = col.get_empty_cards().notes
    same("empty cards", len(empty), 0)
    report, fine = col.fix_integrity()
    same("Check Database: " + report, fine, True)


def check_header(meta, want):
    same("separator", (meta.force_delimiter, meta.delimiter), (True, Delimiter.TAB))
    same("html", (meta.force_is_html, meta.is_html), (True, True))
    same("guid column", meta.guid_column, 1)
    same("note type", (meta.WhichOneof("notetype"), meta.notetype_column), ("notetype_column", 2))
    same("deck", (meta.WhichOneof("deck"), meta.deck_column), ("deck_column", 3))
    same("if matches, match scope", (meta.dupe_resolution, meta.match_scope), (0, 0))
    same("global tags", list(meta.global_tags), want["global_tags"])
    same("tags column", meta.tags_column, want["tags_column"])


def check_notes(col, want):
    by_guid = dict(col.db.all("select guid, id from notes"))
    same("notes, guids", (col.note_count(), len(by_guid)), (len(want["notes"]), len(want["notes"])))
    step = len(want["notes"]) // 2000 + 1  # Anki's field check looks through all notes each time
    for i, n in enumerate(want["notes"]):
        note = col.get_note(by_guid[n["guid"]])
        same("fields of " + n["guid"], list(note.fields), n["fields"])
        same("note type of " + n["guid"], note.note_type()["name"], n["notetype"])
        same("tags of " + n["guid"], sorted(note.tags), sorted(n["tags"]))
        if i % step == 0:
            same("field check of " + n["guid"], note.fields_check(), 0)
        cards = note.cards()
        same("cards of " + n["guid"], [c.ord for c in cards], n["ordinals"])
        for card in cards:
            same("deck of " + n["guid"], col.decks.name(card.did), n["deck"])
            if not card.question() or not card.answer():
                sys.exit("a card of " + n["guid"] + " shows nothing")
        for ordinal, text in n.get("deletions", {}).items():
            got = col.extract_cloze_for_typing(note.fields[0], int(ordinal))
            same("deletion %s of %s" % (ordinal, n["guid"]), got, text)


def schedule(col):
    return (
        col.db.all("select id,nid,did,ord,type,queue,due,ivl,factor,reps,lapses,left,flags,data from cards order by id"),
        col.db.all("select * from revlog order by id"),
    )


def study(col):
    """Gives cards a due date, and a few of them a history."""
    cards = list(col.find_cards(""))
    col.sched.set_due_date(cards[::2], "5")
    for deck in col.decks.all_names_and_ids():
        col.decks.select(deck.id)
        for _ in range(3):
            card = col.sched.getCard()
            if card is None:
                break
            col.sched.answerCard(card, 3)
    col.fix_integrity()  # newer Ankis find something to add to what set_due_date did


def csv(first, edited, want, lang):
    anki.lang.set_lang(lang)
    with open(want, encoding="utf-8") as f:
        want = json.load(f)
    with tempfile.TemporaryDirectory() as folder:
        col = Collection(os.path.join(folder, "collection.anki2"))
        try:
            start = time.monotonic()
            meta, log = import_csv(col, first)
            took = time.monotonic() - start
            check_header(meta, want)
            for problem in PROBLEMS:
                same(problem, len(getattr(log, problem)), want.get(problem, 0))
            same("found notes", log.found_notes, want["rows"])
            same("new notes", len(log.new), len(want["notes"]))
            check_notes(col, want)
            check_database(col)

            study(col)
            mine = col.get_note(col.find_notes("")[0]) if want["notes"] else None
            if mine and not want["tags_column"]:
                mine.tags.append("mine")
                col.update_note(mine)
            before = schedule(col)
            _, log = import_csv(col, edited)
            same("updated notes", len(log.updated), want["changed"])
            same("new notes at the second import", len(log.new), 0)
            same("schedule and history", schedule(col), before)
            if mine and not want["tags_column"] and "mine" not in col.get_note(mine.id).tags:
                sys.exit("a tag of the learner's own is lost")
            check_database(col)
            print(
                f"Anki {anki.buildinfo.version} ({lang}): {want['rows']} rows, {len(want['notes'])} notes, "
                f"{len(before[0])} cards, {len(before[1])} reviews kept; {want['changed']} updated; import {took:.2f} s"
            )
        finally:
            col.close()


def import_package(col, path):
    options = ImportAnkiPackageOptions(
        merge_notetypes=False,
        with_scheduling=True,
        with_deck_configs=False,
        update_notes=Update.IMPORT_ANKI_PACKAGE_UPDATE_CONDITION_IF_NEWER,
        update_notetypes=Update.IMPORT_ANKI_PACKAGE_UPDATE_CONDITION_IF_NEWER,
    )
    return col.import_anki_package(ImportAnkiPackageRequest(package_path=path, options=options)).log


def check_schedules(col, want):
    """Compares each card with the schedule that Kartei has, and Anki's own reading of the log with both."""
    ids = {(guid, ordinal): cid for guid, ordinal, cid in col.db.all("select n.guid, c.ord, c.id from cards c join notes n on n.id = c.nid")}
    worst = 0.0
    for s in want["schedules"]:
        cid = ids[s["guid"], s["ordinal"]]
        card = col.get_card(cid)
        what = "card %s-%d: " % (s["guid"], s["ordinal"])
        same(what + "type, queue", (card.type, card.queue), (s["type"], s["queue"]))
        due = card.due
        if s["queue"] in (2, 3) or (s["type"] == 2 and s["queue"] < 0):
            due += want["begun"] + want["days"] - col.sched.today
        if s["type"]:
            same(what + "due", due, s["due"])
        same(what + "interval, reps, lapses, flag", (card.ivl, card.reps, card.lapses, card.flags), tuple(s["numbers"]))
        rows = col.db.all("select id, ease, ivl, lastIvl, factor, time, type from revlog where cid = ? order by id", cid)
        same(what + "review log", rows, s["reviews"])
        if s["stability"]:
            memory = card.memory_state
            worst = max(worst, abs(memory.stability - s["stability"]) / s["stability"])
            same(what + "difficulty", round(memory.difficulty, 2), round(s["difficulty"], 2))
            same(what + "last review", card.last_review_time, s["last"])
    if worst > 1e-3:
        sys.exit("stability is off by a part of %g" % worst)
    return worst


def package(first, edited, edited_csv, want):
    anki.lang.set_lang("de")
    with open(want, encoding="utf-8") as f:
        want = json.load(f)
    with tempfile.TemporaryDirectory() as folder:
        col = Collection(os.path.join(folder, "collection.anki2"))
        try:
            col.set_config("fsrs", True)
            start = time.monotonic()
            log = import_package(col, first)
            took = time.monotonic() - start
            same("found notes", log.found_notes, len(want["notes"]))
            same("new notes", len(log.new), len(want["notes"]))
            for problem in PROBLEMS:
                same(problem, len(getattr(log, problem)), 0)
            check_notes(col, want)
            worst = check_schedules(col, want)
            for name, size in want["media"].items():
                same("size of " + name, os.path.getsize(os.path.join(col.media.dir(), name)), size)
            check_database(col)

            study(col)
            before = schedule(col)
            log = import_package(col, edited)
            same("updated notes", len(log.updated), want["changed"])
            same("new notes at the second import", len(log.new), 0)
            same("schedule and history", schedule(col), before)

            _, log = import_csv(col, edited_csv)
            same("notes that the text updates", len(log.updated), want["changed"])
            same("new notes from the text", len(log.new), 0)
            for problem in PROBLEMS[1:]:
                same(problem, len(getattr(log, problem)), 0)
            same("schedule and history after the text", schedule(col), before)
            check_database(col)
            print(
                f"Anki {anki.buildinfo.version} (de): {len(want['notes'])} notes, {len(before[0])} cards, {len(before[1])} reviews, "
                f"{len(want['media'])} media; stability within {worst:.1g}; {want['changed']} updated; import {took:.2f} s"
            )
        finally:
            col.close()


def memory(col):
    """What each card that was answered is known by: repetitions, lapses, stability, difficulty."""
    for data, reps, lapses in col.db.execute("select data, reps, lapses from cards where data like '%\"s\"%'"):
        data = json.loads(data)
        yield [reps, lapses, round(data["s"], 3), round(data["d"], 2)]


def learner(first, edited, other, want):
    """Compares what a learner did in Kartei with what Anki makes of the package."""
    with open(want, encoding="utf-8") as f:
        want = json.load(f)
    with tempfile.TemporaryDirectory() as folder:
        col = Collection(os.path.join(folder, "collection.anki2"))
        try:
            col.set_config("fsrs", True)
            log = import_package(col, first)
            for problem in PROBLEMS:
                same(problem, len(getattr(log, problem)), 0)
            stored = derived = 0.0
            today = (int(time.time()) - 4 * 3600) // 86400
            types = {"new": 0, "learning": 1, "review": 2, "relearning": 3}
            for w in want["cards"]:
                cid = col.db.scalar("select c.id from cards c join notes n on n.id = c.nid where n.guid = ?", w["id"])
                card = col.get_card(cid)
                what = w["prompt"] + ": "
                rows = col.db.all("select id / 1000 * 1000, ease, time from revlog where cid = ? and ease order by id", cid)
                same(what + "reviews", rows, w["reviews"])
                state = "suspended" if card.queue == -1 else "buried" if card.queue in (-2, -3) else ""
                same(what + "queue", state, w["queue"])
                same(what + "flag", card.flags, w["flag"])
                if not w["reviews"]:
                    continue
                same(what + "type", card.type, types[w["state"]])
                same(what + "reps, lapses", (card.reps, card.lapses), (w["reps"], w["lapses"]))
                if w["state"] == "review":
                    same(what + "days until due", card.due - col.sched.today, w["due_day"] - today)
                stored = max(stored, abs(card.memory_state.stability / w["stability"] - 1))
                same(what + "difficulty", round(card.memory_state.difficulty, 2), round(w["difficulty"], 2))
                mine = col.compute_memory_state(cid)
                derived = max(derived, abs(mine.stability / w["stability"] - 1))
            if stored > 1e-3 or derived > 1e-3:
                sys.exit(f"stability: stored within {stored}, as Anki derives it from the log within {derived}")
            check_database(col)
            before = schedule(col)
            log = import_package(col, edited)
            same("updated notes", len(log.updated), want["changed"])
            same("new notes", len(log.new), 0)
            same("schedule and history", schedule(col), before)
            log = import_package(col, other)
            same("new notes of another deck", len(log.new), log.found_notes)
            same("schedule and history", schedule(col)[1], before[1])
            check_database(col)
            print(
                f"Anki {anki.buildinfo.version}: {len(before[0])} cards, {len(before[1])} reviews; stability within {stored:.1g}, "
                f"derived by Anki from the log within {derived:.1g}; {want['changed']} updated"
            )
        finally:
            col.close()


def make(folder):
    """Makes a collection whose notes are going to be edited elsewhere, and its package."""
    col = Collection(os.path.join(folder, "collection.anki2"))
    try:
        deck = col.decks.id("Geo & more::Africa")
        own = col.models.copy(col.models.by_name("Basic"))
        own["name"] = "Word"
        col.models.add_field(own, col.models.new_field("Example"))
        own["tmpls"][0]["qfmt"] = "{{Front}}<br>{{Example}}"
        col.models.update_dict(own)
        verb = col.models.copy(col.models.by_name("Cloze"))  # each card says something of its own
        verb["name"] = "Verb"
        verb["tmpls"][0]["afmt"] = "{{cloze:Text}}<br>{{#c1}}first: {{Back Extra}}{{/c1}}"
        col.models.update_dict(verb)
        picture = os.path.join(tempfile.mkdtemp(), "desert.png")
        with open(picture, "wb") as f:
            f.write(bytes.fromhex("89504e470d0a1a0a0000000d494844520000000200000001080200000075cdc1be"
                                  "0000000f49444154789c63606060f8ffff3f000ffe04fe50a0b4ec0000000049454e44ae426082"))
        col.media.add_file(picture)
        for kind, *fields in (
            ("Verb", "<i>Yo</i> {{c1::hablo}}, ella {{c2::<b>habla</b>}}.", "irregular"),
            ("Image Occlusion", "{{c1::image-occlusion:rect:left=.1:top=.1:width=.2:height=.2}}", '<img src="desert.png">',
             "<b>Dunes</b> of sand", "see <u>map</u>", ""),
            ("Basic", 'Capital of <font color="#ff0000">Kenya</font>?', "Nairobi"),
            ("Basic", "Capital of <b>Ghana</b>?", "Akra"),
            ("Basic", "Capital of Togo?", "Lome"),
            ("Basic (and reversed card)", "oasis", "a well in the desert"),
            ("Basic (optional reversed card)", "wadi", "a dry river", "y"),
            ("Basic (type in the answer)", "Longest river?", "Nil"),
            ("Cloze", "{{c1::Kairo}} lies on the {{c2::Nile}}.", "since 969"),
            ("Cloze", "{{c1::Tunis}} lies in <u>Tunisia</u>.", ""),
            ("Word", "savanna", "grass land", "The savanna burns."),
            ("Word", "delta", "mouth", "The delta floods."),
        ):
            note = col.new_note(col.models.by_name(kind))
            note.fields = fields
            note.tags = ["mine"]
            col.add_note(note, deck)
        study(col)
        options = ExportAnkiPackageOptions(with_scheduling=True, with_deck_configs=True, with_media=True, legacy=False)
        col.export_anki_package(out_path=os.path.join(folder, "out.apkg"), limit=None, options=options)
    finally:
        col.close()


def back(folder, text, want):
    """Takes the edits home: only they change, in the notes that they belong to."""
    with open(want, encoding="utf-8") as f:
        want = json.load(f)
    col = Collection(os.path.join(folder, "collection.anki2"))
    try:
        rows = lambda: {r[0]: list(r[1:]) for r in col.db.all("select guid, id, mid, flds, tags from notes")}
        before, stood, cards = rows(), schedule(col), col.card_count()
        meta, log = import_csv(col, text)
        for problem in PROBLEMS:
            same(problem, len(getattr(log, problem)), 0)
        same("updated, new", (len(log.updated), len(log.new)), (len(want["edited"]), 1))
        after = rows()
        edited = {}
        for guid, row in before.items():
            if after[guid] != row:
                same("note and its type, tags", after[guid][:2] + after[guid][3:], row[:2] + row[3:])
                edited[row[2]] = after[guid][2]
        same("edited notes", sorted(edited.items()), sorted(want["edited"].items()))
        now = schedule(col)
        known = {card[0] for card in stood[0]}
        same("schedule", [card for card in now[0] if card[0] in known], stood[0])
        same("history", now[1], stood[1])
        same("cards", col.card_count(), cards + 1)
        new = col.get_note(log.new[0].id.nid).cards()[0]
        same("deck of the new note", col.decks.name(new.did), "Geo & more::Africa")
        check_database(col)
        print(f"Anki {anki.buildinfo.version}: {len(before)} notes, {len(edited)} updated, 1 new; {len(stood[0])} cards and {len(stood[1])} reviews untouched")
    finally:
        col.close()


def roundtrip(path, want):
    """Counts what came back from Anki by way of Kartei."""
    with open(want, encoding="utf-8") as f:
        want = json.load(f)
    with tempfile.TemporaryDirectory() as folder:
        col = Collection(os.path.join(folder, "collection.anki2"))
        try:
            col.set_config("fsrs", True)
            log = import_package(col, path)
            for problem in PROBLEMS:
                same(problem, len(getattr(log, problem)), 0)
            offset = (want["crt"] - col.crt) // 86400
            got = {
                "cards": col.card_count(),
                "reviews": col.db.scalar("select count() from revlog"),
                "suspended": col.db.scalar("select count() from cards where queue=-1"),
                "buried": col.db.scalar("select count() from cards where queue in (-2,-3)"),
                "flagged": col.db.scalar("select count() from cards where flags&7"),
                "review_cards": col.db.scalar("select count() from cards where type=2"),
                "learning": col.db.scalar("select count() from cards where type in (1,3)"),
                "leeches": len(col.find_notes("tag:leech")),
                "dues": [due - offset for due in sorted(col.db.list("select due from cards where type=2"))],
                "media": len(os.listdir(col.media.dir())),
                "revlog": col.db.all("select id, ease, ivl, lastIvl, factor, time, type from revlog order by id"),
                "memory": sorted(memory(col)),
                "decks": col.db.scalar("select count(distinct case when odid then odid else did end) from cards"),
                "tags": sorted(col.tags.all()),
            }
            for name, value in got.items():
                same(name, value, want[name])
            stability = col.db.scalar("select sum(json_extract(data,'$.s')) from cards where data like '%\"s\"%'")
            if abs(stability - want["stability"]) > 1e-3 * want["stability"]:
                sys.exit(f"stability: got {stability}, want {want['stability']}")
            check_database(col)
            for name in ("dues", "revlog", "memory", "tags"):
                got[name] = len(got[name])
            print(f"Anki {anki.buildinfo.version}: " + ", ".join(f"{value} {name}" for name, value in got.items()))
        finally:
            col.close()


if __name__ == "__main__":
    {"csv": csv, "package": package, "roundtrip": roundtrip, "learner": learner, "make": make, "back": back}[sys.argv[1]](*sys.argv[2:])
