"""Random histories of cards under Anki's own scheduler, a JSON line for each answer.

usage: parity.py FOLDER SEED HISTORIES OPTIONS

OPTIONS is JSON: learn and relearn (minutes), retention, parameters, longest (days).
Each line says where a card stood, when it was answered last and when it is answered
now, and what each of the four grades would have made of it. Time passes by moving what
the card says of its past back.
"""
import json, random, sys, time

from anki.collection import Collection

answers, sys.stdout = sys.stdout, sys.stderr  # Anki prints that it was slow

folder, seed, histories, options = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), json.loads(sys.argv[4])
dice = random.Random(seed)
col = Collection(folder + "/collection.anki2")
col.set_config("fsrs", True)
col.set_config("loadBalancerEnabled", False)
col.set_config("rollover", 4)
preset = col.decks.get_config(1)
preset["new"]["delays"] = options["learn"]
preset["lapse"]["delays"] = options["relearn"]
preset["lapse"]["leechFails"] = 0
preset["rev"]["maxIvl"] = options["longest"]
preset["desiredRetention"] = options["retention"]
preset["fsrsParams6"] = options["parameters"]
col.decks.update_config(preset)

basic = col.models.by_name("Basic")
DAY = 86400


def state(s):
    """What a state of Anki's says, in few words."""
    n = s.normal
    kind = n.WhichOneof("kind")
    out = {"kind": kind, "days": 0, "secs": 0, "left": 0, "lapses": 0, "s": 0.0, "d": 0.0}
    def learning(l):
        out["left"], out["secs"] = l.remaining_steps, l.scheduled_secs
        out["s"], out["d"] = l.memory_state.stability, l.memory_state.difficulty
    def review(r):
        out["days"], out["lapses"] = r.scheduled_days, r.lapses
        out["s"], out["d"] = r.memory_state.stability, r.memory_state.difficulty
    if kind == "learning":
        learning(n.learning)
    elif kind == "review":
        review(n.review)
    elif kind == "relearning":
        review(n.relearning.review)
        learning(n.relearning.learning)
    return out


def pause(now):
    """How long the learner waits until the next answer, in seconds."""
    if now["kind"] != "review":
        wait = now["secs"]
        return wait if dice.random() < 0.8 else int(wait * dice.uniform(0.2, 40))
    days = now["days"]
    roll = dice.random()
    if roll < 0.5:
        return days * DAY
    if roll < 0.7:
        return max(1, int(days * dice.uniform(0.3, 1))) * DAY
    if roll < 0.95:
        return int(days * dice.uniform(1, 3)) * DAY
    return dice.randrange(60, 3600)  # once more on the same day


for number in range(histories):
    note = col.new_note(basic)
    note["Front"] = str(number)
    col.add_note(note, 1)
    card = note.cards()[0]
    good = dice.choice([0.95, 0.85, 0.6, 0.4])  # how often it is known
    now = None
    for _ in range(dice.randrange(6, 17)):
        card.load()
        states = col._backend.get_scheduling_states(card.id)
        at = int(time.time())
        before = state(states.current)
        grades = [state(getattr(states, g)) for g in ("again", "hard", "good", "easy")]
        print(json.dumps({"history": number, "reps": card.reps, "interval": card.ivl, "lapses": card.lapses,
            "last": card.last_review_time or 0, "now": at, "before": before, "grades": grades,
            "cutoff": col.sched.day_cutoff}), file=answers)
        roll = dice.random()
        grade = 0 if roll > good else dice.choice([1, 2, 2, 2, 3])
        now = grades[grade]
        wait = pause(now)
        card.reps += 1
        card.lapses = max(card.lapses, now["lapses"])
        card.memory_state = type(card.memory_state or states.good.normal.learning.memory_state)(
            stability=now["s"], difficulty=now["d"])
        card.last_review_time = at - wait
        card.left = now["left"]
        if now["kind"] == "review":
            card.type, card.queue, card.ivl = 2, 2, now["days"]
            card.due = col.sched.today + now["days"] - wait // DAY
        else:
            card.type = 3 if now["kind"] == "relearning" else 1
            card.queue, card.due = 1, at + now["secs"] - wait
            if now["kind"] == "relearning":
                card.ivl = now["days"]
        col.update_card(card)
col.close()
