package fsrs

import "kartei/scheduler/internal/portable"

// Predict implements [Trainable].
func (m *Six) Predict(recall []float64, history []Review) {
	var s State
	for i := range history {
		r := &history[i]
		if i == 0 {
			recall[i], s = 0, m.first[clampGrade(r.Grade)]
			continue
		}
		t := sixStep{before: s, grade: clampGrade(r.Grade), days: r.Days, recall: 1}
		s = m.step(&t)
		recall[i] = t.recall
	}
}

// Gradient implements [Trainable].
func (m *Six) Gradient(gradient []float64, tree []Node, work *Work) (loss float64) {
	work.start(len(tree))
	work.six = grown(work.six, len(tree))
	for i := range tree {
		n, t := &tree[i], &work.six[i]
		t.grade = clampGrade(n.Grade)
		if n.Parent < 0 {
			work.after[i] = m.first[t.grade]
			continue
		}
		t.before, t.days, t.recall, t.logBase = work.after[n.Parent], n.Days, 1, 0
		work.after[i] = m.step(t)
		var cost float64
		cost, t.slope = n.loss(t.recall, -m.w[20]*t.logBase)
		loss += float64(cost)
	}
	b := sixBackward{Six: m}
	b.prepare()
	for i := len(tree) - 1; i >= 0; i-- {
		by := work.slopes[i]
		if parent := tree[i].Parent; parent < 0 {
			b.first(work.six[i].grade, by.s, by.d)
		} else {
			s, d := b.step(&work.six[i], by.s, by.d)
			work.slopes[parent].s += s
			work.slopes[parent].d += d
		}
	}
	b.finish(gradient)
	return loss
}

// sixBackward walks steps from the last to the first and collects what each
// parameter did to the loss.
type sixBackward struct {
	*Six
	g          [21]float64
	pulled     float64 // sum of slopes by the unbounded difficulty after a step
	factorByW  float64 // derivative of the curve's factor by w20
	inverseCap float64 // e^(-w17 w18)
	target     float64 // D0(Easy), unbounded
}

func (b *sixBackward) prepare() {
	w := &b.w
	b.target = w[4] - portable.Exp(float64(3*w[5])) + 1
	const ln09 = -0.10536051565782628
	b.factorByW = (b.factor + 1) * ln09 / (w[20] * w[20])
	b.inverseCap = 1 / b.lapseCap
}

// step returns the slopes by the state before a step.
func (b *sixBackward) step(t *sixStep, byS, byD float64) (beforeS, beforeD float64) {
	if t.stuckD {
		byD = 0
	}
	beforeD = b.difficulty(t, byD)
	if t.stuckS {
		byS = 0
	}
	byR := t.slope
	switch t.kind {
	case sameDay:
		return b.sameDay(t, byS), beforeD
	case success:
		s, d, r := b.success(t, byS)
		beforeS, beforeD, byR = s, beforeD+d, byR+r
	case failure:
		s, d, r := b.failure(t, byS)
		beforeS, beforeD, byR = s, beforeD+d, byR+r
	}
	return beforeS + b.recall(t, byR), beforeD
}

// first takes the slopes by the state after a first answer.
func (b *sixBackward) first(g Grade, byS, byD float64) {
	b.g[g-1] += byS
	if d := b.Six.first[g].Difficulty; d > 1 && d < 10 {
		n := float64(g - 1)
		b.g[4] += byD
		b.g[5] -= float64(byD * n * portable.Exp(b.w[5]*n))
	}
}

func (b *sixBackward) difficulty(t *sixStep, byD float64) float64 {
	w, d := &b.w, t.before.Difficulty
	g := float64(t.grade) - 3
	room := (10 - d) * (1.0 / 9)
	moved := d - float64(w[6]*g*room)
	byMoved := byD * (1 - w[7])
	b.g[6] -= float64(byMoved * g * room)
	b.g[7] += float64(byD * (b.target - moved))
	b.pulled += byD
	return byMoved * (1 + float64(w[6]*g*(1.0/9)))
}

func (b *sixBackward) sameDay(t *sixStep, byS float64) float64 {
	if t.grade >= Hard && t.factor < 1 {
		return byS
	}
	w := &b.w
	byLog := byS * t.stability
	b.g[17] += float64(byLog * (float64(t.grade) - 3 + w[18]))
	b.g[18] += float64(byLog * w[17])
	b.g[19] -= float64(byLog * t.logS)
	return byS * t.factor * (1 - w[19])
}

func (b *sixBackward) success(t *sixStep, byS float64) (beforeS, beforeD, byR float64) {
	w, s := &b.w, t.before
	grown := float64(byS * s.Stability * t.gain)
	b.g[8] += grown
	b.g[9] -= float64(grown * t.logS)
	beforeS = byS * (1 + t.gain - float64(w[9]*t.gain))
	beforeD = -grown / (11 - s.Difficulty)
	core := b.growth * (11 - s.Difficulty) * t.factor
	plain := byS * s.Stability * core
	switch t.grade {
	case Hard:
		b.g[15] += float64(plain * (t.surprise - 1))
		plain *= w[15]
	case Easy:
		b.g[16] += float64(plain * (t.surprise - 1))
		plain *= w[16]
	}
	bySurprise := plain * t.surprise
	b.g[10] += float64(bySurprise * (1 - t.recall))
	return beforeS, beforeD, -bySurprise * w[10]
}

func (b *sixBackward) failure(t *sixStep, byS float64) (beforeS, beforeD, byR float64) {
	w, s := &b.w, t.before
	fail := w[11] * t.surprise * (t.power - 1)
	if !(fail < s.Stability*b.inverseCap) {
		capped := byS * t.stability
		b.g[17] -= float64(capped * w[18])
		b.g[18] -= float64(capped * w[17])
		return byS * b.inverseCap, 0, 0
	}
	lost := byS * fail
	b.g[11] += float64(byS * t.surprise * (t.power - 1))
	b.g[12] -= float64(lost * portable.Log(s.Difficulty))
	b.g[14] += float64(lost * (1 - t.recall))
	byPower := byS * w[11] * t.surprise * t.power
	b.g[13] += float64(byPower * portable.Log(s.Stability+1))
	return byPower * w[13] / (s.Stability + 1), -lost * w[12] / s.Difficulty, -lost * w[14]
}

// recall returns the slope by stability through the forgetting curve.
func (b *sixBackward) recall(t *sixStep, byR float64) float64 {
	if byR == 0 {
		return 0
	}
	w20, s := b.w[20], t.before.Stability
	byLog := byR * t.recall
	ratio := t.days / s
	byBase := -byLog * w20 / t.base
	b.g[20] += float64(byBase*ratio*b.factorByW) - float64(byLog*t.logBase)
	return -byBase * b.factor * ratio / s
}

// finish adds what was collected to gradient.
func (b *sixBackward) finish(gradient []float64) {
	w := &b.w
	pull := float64(b.pulled * w[7])
	b.g[4] += pull
	b.g[5] -= float64(pull * 3 * portable.Exp(float64(3*w[5])))
	for i, g := range b.g {
		gradient[i] += g
	}
}
