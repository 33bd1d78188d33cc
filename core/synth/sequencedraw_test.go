package synth

import (
	"testing"

	"shoptwin/core/encode"
)

// TestGapRoom: a customer with many visits to come keeps time for them.
func TestGapRoom(t *testing.T) {
	var days []float64
	for i := range 700 {
		days = append(days, float64(i/10))
	}
	g, err := newGauge("days", days, SequenceConfig{}.WithDefaults().Encode)
	if err != nil || g == nil {
		t.Fatal(g, err)
	}
	p := &plan{slots: []slot{{width: g.width(), gauge: gaugeDays, block: -1}}}
	for _, tt := range []struct {
		name         string
		visits       int
		room         float64
		most, beyond float64
	}{
		{"the last visit may be near the end", 1, 61, 59, 62},
		{"the first of forty may not", 40, 61, 6, 8},
		{"a day is left whatever comes", 40, 3, 1, 3},
		{"there is no time", 4, 0, 0, 1},
	} {
		a := &walk{t: &trail{p: p, m: moments{days: &encode.Calendar{}, last: tt.room}, visits: tt.visits}}
		logits := make([]float32, g.width())
		a.mask(0, logits, g)
		if logits[g.code(tt.most)] == never || logits[g.code(tt.beyond)] != never {
			t.Errorf("%s: not from %g to %g", tt.name, tt.most, tt.beyond)
		}
	}
}

// TestMostMean: of seven customers, the third largest number of events a visit.
func TestMostMean(t *testing.T) {
	p := &parts{owner: []int32{0}, visit: []int32{0}}
	for _, mean := range []int32{3, 50, 7, 9, 2, 80, 4} {
		for range 2 {
			p.visit = append(p.visit, p.visit[len(p.visit)-1]+mean)
		}
		p.owner = append(p.owner, int32(len(p.visit)-1))
	}
	if got := p.mostMean(3); got != 9 {
		t.Errorf("three customers have %g", got)
	}
	if got := p.mostMean(8); got != 0 {
		t.Errorf("seven customers bound eight by %g", got)
	}
}
