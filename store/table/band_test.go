package table

import (
	"math/rand/v2"
	"testing"
)

func TestBandsHoldTheirStabilities(t *testing.T) {
	dice := rand.New(rand.NewPCG(3, 4))
	for range 10_000 {
		s := 0.001 + 36500*dice.Float64()*dice.Float64()*dice.Float64()
		if b := Band(s); s < LowestOf(b) || s >= LowestOf(b+1) {
			t.Fatalf("stability %v is not in band %d: [%v, %v)", s, b, LowestOf(b), LowestOf(b+1))
		}
	}
}
