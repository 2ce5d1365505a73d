package fsrs

import "kartei/scheduler/internal/portable"

// Predict implements [Trainable].
func (m *Seven) Predict(recall []float64, history []Review) {
	var s State
	for i := range history {
		r := &history[i]
		if i == 0 {
			recall[i], s = 0, m.first[clampGrade(r.Grade)]
			continue
		}
		t := sevenStep{before: s, grade: clampGrade(r.Grade), days: r.Days}
		s = m.step(&t)
		recall[i] = t.recall
	}
}

// Gradient implements [Trainable].
func (m *Seven) Gradient(gradient []float64, tree []Node, work *Work) (loss float64) {
	work.start(len(tree))
	work.seven = grown(work.seven, len(tree))
	for i := range tree {
		n, t := &tree[i], &work.seven[i]
		t.grade = clampGrade(n.Grade)
		if n.Parent < 0 {
			work.after[i] = m.first[t.grade]
			continue
		}
		t.before, t.days, t.followed = work.after[n.Parent], n.Days, false
		work.after[i] = m.step(t)
		var cost float64
		cost, t.slope = n.loss(t.recall, portable.Log(t.recall))
		loss += float64(cost)
	}
	b := sevenBackward{Seven: m}
	for i := len(tree) - 1; i >= 0; i-- {
		by := work.slopes[i]
		if parent := tree[i].Parent; parent < 0 {
			b.first(work.seven[i].grade, by)
		} else {
			before, to := b.step(&work.seven[i], by), &work.slopes[parent]
			to.s, to.f, to.d = to.s+before.s, to.f+before.f, to.d+before.d
		}
	}
	b.finish(gradient)
	return loss
}

// sevenBackward walks steps from the last to the first and collects what each
// parameter did to the loss.
type sevenBackward struct {
	*Seven
	g       [34]float64
	byDecay float64 // slope by the slow decay
	byRate  float64 // slope by the logarithm of the slow factor
	pulled  float64 // sum of slopes by the unbounded difficulty after a step
}

// first takes the slopes by the state after a first answer.
func (b *sevenBackward) first(g Grade, by slopes) {
	b.g[g-1] += by.s
	if 0.8*b.w[g-1] > minStabilitySeven {
		b.g[g-1] += float64(0.8 * by.f)
	}
	if d := b.Seven.first[g].Difficulty; d > 1 && d < 10 {
		n := float64(g - 1)
		b.g[4] += by.d
		b.g[5] -= float64(by.d * n * portable.Exp(b.w[5]*n))
	}
}

// step returns the slopes by the state before a step.
func (b *sevenBackward) step(t *sevenStep, by slopes) slopes {
	switch {
	case t.stuckF:
		by.f = 0
	case t.followed:
		by.s += float64(0.8 * by.f)
		by.f = 0
	}
	if t.stuckS {
		by.s = 0
	}
	if t.stuckD {
		by.d = 0
	}
	s := t.before
	beforeD, byRecall := b.difficulty(t, by.d)
	slowS, slowD, slowR := b.stability(7, s.Stability, s.Difficulty, t.recall, t.grade, &t.slow, by.s)
	fastS, fastD, fastR := b.stability(15, s.Fast, s.Difficulty, t.fastR, t.grade, &t.fast, by.f)
	before := b.curve(t, t.slope+byRecall+slowR, fastR)
	before.s += slowS
	before.f += fastS
	before.d += beforeD + slowD + fastD
	return before
}

func (b *sevenBackward) difficulty(t *sevenStep, byD float64) (beforeD, byRecall float64) {
	b.pulled += byD
	byMoved := 0.99 * byD
	g := float64(t.grade) - 3
	weight := 1.0
	room := (10 - t.before.Difficulty) * (1.0 / 9)
	if t.grade == Again {
		weight = t.recall + 0.1
		byRecall = -byMoved * room * b.w[6] * g
	}
	b.g[6] -= float64(byMoved * room * g * weight)
	return byMoved * (1 + float64(b.w[6]*g*weight*(1.0/9))), byRecall
}

func (b *sevenBackward) stability(
	block int, old, difficulty, recall float64, g Grade, t *strengthening, by float64,
) (beforeS, beforeD, byRecall float64) {
	w, to := b.w[block:block+8], b.g[block:block+8]
	if g == Again {
		if t.capped {
			return by, 0, 0
		}
		lost := by * t.gain
		byFactor := by * w[3] * t.surprise * t.factor
		to[3] += float64(by * (t.factor - 1) * t.surprise)
		to[4] += float64(byFactor * t.log)
		to[5] += float64(lost * (1 - recall))
		return byFactor * w[4] / (old + 1), 0, -lost * w[5]
	}
	grown := float64(by * old * t.gain)
	to[0] += grown
	to[1] -= float64(grown * t.log)
	plain := by * old * b.growth(block) * (11 - difficulty) * t.factor
	switch g {
	case Hard:
		to[6] += float64(plain * (t.surprise - 1))
		plain *= w[6]
	case Easy:
		to[7] += float64(plain * (t.surprise - 1))
		plain *= w[7]
	}
	bySurprise := plain * t.surprise
	to[2] += float64(bySurprise * (1 - recall))
	return by * (1 + t.gain - float64(w[1]*t.gain)), -grown / (11 - difficulty), -bySurprise * w[2]
}

// curve returns the slopes by the state through the forgetting curve.
func (b *sevenBackward) curve(t *sevenStep, byRecall, byFastR float64) slopes {
	w, g, c := &b.w, &b.g, &t.curve
	byMixed := byRecall * (1 - 2e-5)
	hardness := t.before.Difficulty - 5
	// The share, by the logarithms of u and v.
	byShare := byMixed * (t.fastR - t.slowR) * c.share * (1 - c.share)
	g[27] += byShare / w[27]
	g[28] -= byShare / w[28]
	g[29] -= float64(byShare * c.logF)
	g[30] -= float64(byShare * c.logS)
	g[31] -= float64(byShare * hardness)
	byLogF := float64(-byShare * w[29])
	byLogS := float64(-byShare * w[30])
	byD := float64(-byShare * (w[31] - 0.5))
	// The fast part.
	byLog := (byFastR + float64(byMixed*c.share)) * t.fastR
	x := float64(c.fastRate * t.days)
	byX := -byLog * c.fastDecay / (1 + x)
	byDecay := float64(-byLog * t.fastL)
	byLogF -= float64(byX * x)
	if steep := b.fastBase / c.fastDecay; steep < 60 {
		byRatio := byX * (t.days / t.before.Fast) * c.stretch / c.fastDecay
		byDecay -= float64(byRatio * steep)
		g[25] -= byRatio / w[25]
	}
	if !c.stuck {
		byLogDecay := byDecay * c.fastDecay
		g[23] += byLogDecay / w[23]
		g[33] += float64(byLogDecay * c.logF)
		byLogF += float64(byLogDecay * (w[33] - 0.3))
	}
	// The slow part.
	byLog = byMixed * (1 - c.share) * t.slowR
	x = float64(c.slowRate * t.days)
	byLogX := float64(-byLog * c.slowDecay / (1 + x) * x)
	b.byDecay -= float64(byLog * t.slowL)
	b.byRate += byLogX
	g[32] += float64(byLogX * hardness)
	byD += float64(byLogX * (w[32] - 0.3))
	byLogS -= byLogX
	return slopes{s: byLogS / t.before.Stability, f: byLogF / t.before.Fast, d: byD}
}

// finish adds what was collected to gradient.
func (b *sevenBackward) finish(gradient []float64) {
	w := &b.w
	pull := float64(0.01 * b.pulled)
	b.g[4] += pull
	b.g[5] -= float64(pull * 3 * portable.Exp(float64(3*w[5])))
	// m = w26^(-1/b) - 1, and b = w24.
	byFactor := b.byRate / b.slowFactor * (b.slowFactor + 1) / b.slowDecay
	b.g[26] -= byFactor / w[26]
	b.g[24] += b.byDecay + float64(byFactor*portable.Log(w[26])/b.slowDecay)
	for i, g := range b.g {
		gradient[i] += g
	}
}
