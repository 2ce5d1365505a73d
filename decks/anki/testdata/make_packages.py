#!/usr/bin/env python3
"""Makes the packages of TestReadPackage with the real Anki.

usage: make_packages.py FOLDER [REVIEWS]

The collection has every stock note type, sub-decks, a filtered deck, tags,
media, suspended, buried, flagged and leech cards. With REVIEWS, cards are added
and answered until the log has that many rows. Writes latest.apkg, legacy.apkg,
latest.colpkg, legacy.colpkg, notes.txt and facts.json, what the collection
holds.
"""
import json
import os
import sys
import tempfile

from anki.collection import Collection, ExportAnkiPackageOptions

folder = sys.argv[1]
reviews = int(sys.argv[2]) if len(sys.argv) > 2 else 0

home = tempfile.mkdtemp()
path = os.path.join(home, "collection.anki2")
col = Collection(path)
col.set_config("fsrs", True)


def add(notetype, deck, fields, tags=()):
    note = col.new_note(col.models.by_name(notetype))
    note.fields[: len(fields)] = fields
    note.tags = list(tags)
    col.add_note(note, col.decks.id(deck))
    return note


for name, data in (("map of africa.png", b"\x89PNG\r\n\x1a\n a picture"), ("anthem.mp3", b"ID3 a sound")):
    col.media.write_data(name, data)

add("Basic", "Geo::Africa", ["Capital of <b>Kenya</b>?", "Nairobi"], ["africa", "geo::capitals"])
add("Basic", "Geo::Africa", ['Which continent?<br><img src="map of africa.png">', "Africa [sound:anthem.mp3]"])
add("Basic (and reversed card)", "Geo", ["delta", "a river's mouth"], ["rivers"])
add("Basic (optional reversed card)", "Geo", ["isthmus", "a narrow strip of land", "y"])
add("Basic (optional reversed card)", "Geo", ["fjord", "a drowned valley", ""])
add("Basic (type in the answer)", "Geo", ["Highest mountain of Africa?", "Kilimanjaro"])
add("Cloze", "Geo", ["{{c1::Lisbon}} lies on the {{c2::Tagus::a river}}.", "Since the <i>Phoenicians</i>."])
add("Cloze", "Maths", [r"\(x^2 = {{c1::y}}\) and {{c2::<b>std:&#58;map</b>}}"])
add("Basic", "Code & more", ["<pre><code>if a {<br>    b &lt; c<br>}</code></pre>", "<ul><li>one</li><li>two *</li></ul>"])
add("Basic", "Code & more", ["Q: a question that looks like a key<br>A: or an answer", "1. one<br># two<br>| a |<br>---"])
add("Basic", "地理", ["日本の首都", "東京"])
io = col.models.by_name("Image Occlusion")
if io:
    note = col.new_note(io)
    note.fields[0] = "{{c1::image-occlusion:rect:left=.1:top=.1:width=.2:height=.2}}"
    note.fields[1] = '<img src="map of africa.png">'
    col.add_note(note, col.decks.id("Pictures"))

cards = col.find_cards("")
if reviews:
    for i in range(reviews // 4):
        add("Basic", f"Many::{i % 5}", [f"question {i}", f"answer {i}"], [f"t{i % 7}"])
    for deck in col.decks.all_names_and_ids():
        conf = col.decks.config_dict_for_deck_id(deck.id)
        conf["new"]["perDay"] = conf["rev"]["perDay"] = 9999
        conf["lapse"]["leechFails"] = 2
        col.decks.update_config(conf)

answered = 0
col.sched.set_due_date(cards[:6], "0")
for name in ["Geo", "Code & more", "Many"]:
    col.decks.select(col.decks.id(name))
    while answered < max(reviews, 12) or name == "Geo":
        card = col.sched.getCard()
        if card is None:
            break
        col.sched.answerCard(card, 1 + (answered * 7 + answered // 5) % 4)
        answered += 1
        if not reviews and answered >= 12:
            break
while reviews and col.db.scalar("select count() from revlog") < reviews:
    col.sched.set_due_date(col.find_cards("deck:Many::*"), "0")
    col.decks.select(col.decks.id("Many"))
    for _ in range(len(cards) + reviews):
        card = col.sched.getCard()
        if card is None or col.db.scalar("select count() from revlog") >= reviews:
            break
        col.sched.answerCard(card, 1 + (answered * 7 + answered // 5) % 4)
        answered += 1

conf = col.decks.config_dict_for_deck_id(col.decks.id("Geo::Africa"))
conf["lapse"].update(leechFails=2, leechAction=1)  # tag only
col.decks.update_config(conf)
col.decks.select(col.decks.id("Geo::Africa"))
for _ in range(2):
    col.sched.set_due_date([cards[1]], "0")
    card = col.get_card(cards[1])
    card.start_timer()
    col.sched.answerCard(card, 1)

col.sched.suspend_cards([cards[0]])
col.sched.bury_cards([cards[4]])
col.set_user_flag_for_cards(3, [cards[2]])
filtered = col.decks.new_filtered("Cram")
deck = col.decks.get(filtered)
deck["terms"][0][0] = "deck:Maths"
col.decks.save(deck)
col.sched.rebuild_filtered_deck(filtered)

def memory(col):
    """What each card that was answered is known by: repetitions, lapses, stability, difficulty."""
    for data, reps, lapses in col.db.execute("select data, reps, lapses from cards where data like '%\"s\"%'"):
        data = json.loads(data)
        yield [reps, lapses, round(data["s"], 3), round(data["d"], 2)]


facts = {
    "notes": col.note_count(),
    "cards": col.card_count(),
    "reviews": col.db.scalar("select count() from revlog"),
    "suspended": col.db.scalar("select count() from cards where queue=-1"),
    "buried": col.db.scalar("select count() from cards where queue in (-2,-3)"),
    "flagged": col.db.scalar("select count() from cards where flags&7"),
    "filtered": col.db.scalar("select count() from cards where odid"),
    "review_cards": col.db.scalar("select count() from cards where type=2"),
    "learning": col.db.scalar("select count() from cards where type in (1,3)"),
    "leeches": len(col.find_notes("tag:leech")),
    "stability": col.db.scalar("select sum(json_extract(data,'$.s')) from cards where data like '%\"s\"%'"),
    "dues": sorted(col.db.list("select case when odid and odue then odue else due end from cards where type=2")),
    "revlog": col.db.all("select id, ease, ivl, lastIvl, factor, time, type from revlog order by id"),
    "memory": sorted(memory(col)),
    "decks": col.db.scalar("select count(distinct case when odid then odid else did end) from cards"),
    "tags": sorted(col.tags.all()),
    "crt": col.crt,
}
with open(os.path.join(folder, "facts.json"), "w") as f:
    json.dump(facts, f)
for name, legacy in (("latest.apkg", False), ("legacy.apkg", True)):
    options = ExportAnkiPackageOptions(with_scheduling=True, with_deck_configs=True, with_media=True, legacy=legacy)
    col.export_anki_package(out_path=os.path.join(folder, name), limit=None, options=options)
col.export_note_csv(
    out_path=os.path.join(folder, "notes.txt"), limit=None, with_html=True, with_tags=True, with_deck=True, with_notetype=True, with_guid=True
)
for name, legacy in (("latest.colpkg", False), ("legacy.colpkg", True)):
    col.export_collection_package(os.path.join(folder, name), include_media=True, legacy=legacy)
    col = Collection(path)
col.close()
