// Trains fsrs-rs on a log, to compare with: writes its parameters and how long
// it took.
//
//	npm install @open-spaced-repetition/binding@0.5.0
//	KARTEI_FIT_LOGS=/tmp/logs go test ./scheduler/fit -run TestAgreesWithFSRSRS
//	node fsrs-rs.mjs /tmp/logs/*.log
//
// A line of a log is "card day grade", in the order of the answers.
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { basename } from "node:path"

const require = createRequire(process.cwd() + "/")
const { FSRSBindingItem, FSRSBindingReview, computeParameters } = require("@open-spaced-repetition/binding")

const all = {}
for (const file of process.argv.slice(2)) {
  const cards = new Map()
  const items = []
  for (const line of readFileSync(file, "utf8").split("\n")) {
    if (!line) continue
    const [card, day, grade] = line.split(" ").map(Number)
    const before = cards.get(card)
    const days = before ? Math.max(0, day - before.day) : 0
    const reviews = before ? before.reviews : []
    reviews.push(new FSRSBindingReview(grade, days))
    cards.set(card, { day, reviews })
    if (before && days > 0) items.push(new FSRSBindingItem(reviews.slice()))
  }
  const began = performance.now()
  const parameters = await computeParameters(items, { enableShortTerm: true, numRelearningSteps: 1 })
  const ms = Math.round(performance.now() - began)
  console.error(file, items.length, "items", ms, "ms", Math.round(process.resourceUsage().maxRSS / 1024), "MB")
  all[basename(file, ".log")] = parameters.map((x) => Number(x.toPrecision(7)))
}
console.log(JSON.stringify(all, null, 0).replace(/],/g, "],\n"))
