"""Presets under the real Anki, both ways.

usage: presets.py FOLDER            makes FOLDER/presets.colpkg and says what Good comes to
       presets.py FOLDER PACKAGE    imports PACKAGE and says which presets its decks have
"""
import json, os, sys, time

from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest

answers, sys.stdout = sys.stdout, sys.stderr  # Anki prints that it was slow

folder = sys.argv[1]
col = Collection(os.path.join(folder, "collection.anki2" if len(sys.argv) < 3 else "other.anki2"))

if len(sys.argv) > 2:
    col.import_anki_package(ImportAnkiPackageRequest(package_path=sys.argv[2], options=ImportAnkiPackageOptions(
        with_scheduling=True, with_deck_configs=True)))
    print(json.dumps({d.name: col.decks.config_dict_for_deck_id(d.id) for d in col.decks.all_names_and_ids()}), file=answers)
    col.close()
    sys.exit()

col.set_config("fsrs", True)
col.set_config("loadBalancerEnabled", False)
preset = col.decks.get_config(col.decks.add_config_returning_id("Mine"))
preset["new"].update(delays=[1.5, 10, 1440], perDay=33, bury=True)
preset["rev"].update(perDay=123, maxIvl=180)
preset["lapse"].update(delays=[15], leechFails=5, leechAction=0)
preset.update(desiredRetention=0.95, maxTaken=90, newMix=2, reviewOrder=7, buryInterdayLearning=True,
    easyDaysPercentages=[1, 1, 1, 1, 1, 0.5, 0], sm2Retention=0.8,
    fsrsParams6=[0.3, 1.1, 3, 10, 6, 0.7, 2.5, 0.01, 1.7, 0.2, 0.9, 1.5, 0.1, 0.3, 1.7, 0.5, 1.9, 0.6, 0.1, 0.1, 0.2])
col.decks.update_config(preset)
decks = {name: col.decks.id(name) for name in ("Mine", "Mine::Sub", "Usual")}
for name in ("Mine", "Mine::Sub"):
    deck = col.decks.get(decks[name])
    deck["conf"] = preset["id"]
    if name == "Mine::Sub":
        deck["newLimit"] = 7
    col.decks.save(deck)

basic = col.models.by_name("Basic")
now = int(time.time())
good = {}
for i in range(30):
    note = col.new_note(basic)
    note["Front"], note["Back"] = f"question {i}", f"answer {i}"
    col.add_note(note, decks["Mine"])
    card = note.cards()[0]
    states = col._backend.get_scheduling_states(card.id)
    memory = states.easy.normal.review.memory_state
    memory.stability, memory.difficulty = 3.0 + i * 2, 1 + i % 9
    card.memory_state = memory
    card.type = card.queue = 2
    card.ivl, card.reps = 3 + i * 2, 3
    card.due = col.sched.today - i % 3
    card.last_review_time = now - (card.ivl + i % 3) * 86400
    col.update_card(card)
    s = col._backend.get_scheduling_states(card.id)
    good[f"question {i}"] = [s.hard.normal.review.scheduled_days, s.good.normal.review.scheduled_days]
for deck in ("Mine::Sub", "Usual"):
    note = col.new_note(basic)
    note["Front"], note["Back"] = "new in " + deck, "answer"
    col.add_note(note, decks[deck])
print(json.dumps({"now": now, "good": good}), file=answers)
col.export_collection_package(os.path.join(folder, "presets.colpkg"), include_media=False, legacy=False)
