package recommend

import (
	"bytes"
	"context"
	"math/rand/v2"
	"slices"
	"testing"

	"shoptwin/core"
)

// TestKept: what a file keeps of a method scores the same bits; a file that is
// changed anywhere is refused, not believed.
func TestKept(t *testing.T) {
	l := habits(60, 20, 8, 3)
	methods := append(controls(), Spectral(Spectrum{Degree: 6}), EASE(Ease{MaxItems: 7}))
	choose, err := LastBasket(l)
	if err != nil {
		t.Fatal(err)
	}
	inner, err := choose.Inner(true)
	if err != nil {
		t.Fatal(err)
	}
	board, err := Backtest(context.Background(), inner, choose, Controls(true)[:4], Trial{Ensembles: true, Usual: true}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"blend", "stack"} {
		if e := board.Of(name); e != nil {
			methods = append(methods, e.method)
		}
	}
	hs := []History{l.History(0), l.History(7), {Customer: -1}, {Customer: -1, Items: []int32{3, 1}, Basket: []int32{0, 0}}}
	for _, m := range methods {
		was, s, err := Train(context.Background(), m, l, nil, nil)
		if err != nil {
			t.Fatal(m.Name, err)
		}
		var file bytes.Buffer
		if err := was.Write(&file); err != nil {
			t.Fatal(m.Name, err)
		}
		is, err := Read(bytes.NewReader(file.Bytes()))
		if err != nil || is.Scorer() == nil {
			t.Fatalf("%s: %v, scorer %v", m.Name, err, is)
		}
		want, got := make([]float32, len(hs)*len(l.Items)), make([]float32, len(hs)*len(l.Items))
		s.Score(hs, want)
		is.Scorer().Score(hs, got)
		if !slices.Equal(want, got) {
			t.Errorf("%s: other scores after the file", m.Name)
		}
		if h := is.HistoryOf(l.Customers[7]); !slices.Equal(h.Items, l.History(7).Items) || h.Time != nil {
			t.Errorf("%s: history %+v", m.Name, h)
		}
		for at := 9; at < file.Len(); at += max(1, file.Len()/40) {
			b := slices.Clone(file.Bytes())
			b[at] ^= 0x55
			if _, err := Read(bytes.NewReader(b)); core.KindOf(err) != core.Invalid {
				t.Fatalf("%s: byte %d changed: %v", m.Name, at, err)
			}
			if _, err := Read(bytes.NewReader(b[:at])); core.KindOf(err) != core.Invalid {
				t.Fatalf("%s: cut at %d: %v", m.Name, at, err)
			}
		}
	}
}

// TestExplain: the item that goes before drives what follows it.
func TestExplain(t *testing.T) {
	l := habits(300, 40, 12, 2)
	m, _, err := Train(context.Background(), Markov(Chain{}), l, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	h := m.HistoryOf("5")
	last := h.Items[len(h.Items)-1]
	next := (last+1)%20 + last/20*20
	why := m.Explain("5", []string{m.Items[next], "never seen"})
	if len(why[0].Drove) == 0 || !slices.Contains(why[0].Drove, m.Items[last]) || why[0].Why.En == "" || why[0].Why.Zh == "" || why[1].Drove != nil {
		t.Errorf("after %d came %d because %+v", last, next, why)
	}
	if why := m.Explain("nobody", []string{m.Items[next]}); why[0].Why.En != "popular" || why[0].Drove != nil {
		t.Errorf("to nobody: %+v", why)
	}
}

// TestWithin: who comes every week comes next week, who was last there long ago
// does not, and the chances say how many.
func TestWithin(t *testing.T) {
	l := weekly(600)
	s, err := Within(context.Background(), l, 7, "")
	if err != nil {
		t.Fatal(err)
	}
	best := s.Methods[0]
	if best.Scores.AUC < .8 || best.Scores.ECE > .08 || len(s.Words) < 2 || s.Share < .2 || s.Share > .8 {
		t.Errorf("AUC %.3f, ECE %.3f, %.2f came: %v", best.Scores.AUC, best.Scores.ECE, s.Share, s.Words)
	}
	for k, c := range best.Cuts {
		if c.Hit+c.False+c.Missed+c.Left != s.Customers || k > 0 && c.Hit+c.False > best.Cuts[k-1].Hit+best.Cuts[k-1].False {
			t.Fatalf("cut %d: %+v of %d", k, c, s.Customers)
		}
	}
	if often, rarely := s.Chance(0), s.Chance(1); often < rarely+.3 {
		t.Errorf("a weekly customer has %.2f, a rare one %.2f", often, rarely)
	}
	for _, days := range []int{200, 5000} {
		if _, err := Within(context.Background(), l, days, ""); core.KindOf(err) != core.Invalid {
			t.Errorf("%d days: %v", days, err)
		}
	}
	if _, err := Within(context.Background(), l, 7, "fly"); core.KindOf(err) != core.NotFound {
		t.Errorf("an action that no event has: %v", err)
	}
	if _, err := Within(context.Background(), habits(20, 10, 5, 1), 7, ""); core.KindOf(err) != core.Invalid {
		t.Errorf("no times: %v", err)
	}
}

// weekly are customers of whom the even ones come about every week of half a
// year, the odd ones about every tenth week.
func weekly(customers int) *Log {
	rows := rawRows{}
	for c := range customers {
		every := 7.
		if c%2 == 1 {
			every = 70
		}
		for k, at := 0, every*float64(mixed(uint64(c), 1)%100)/100; at < 182; k++ {
			rows.customer, rows.item = append(rows.customer, int32(c)), append(rows.item, int32(k%5))
			rows.time = append(rows.time, at*86400)
			at += every * (.6 + .8*float64(mixed(uint64(c), uint64(k))%100)/100)
		}
	}
	return rows.log(numbered(customers), numbered(5))
}

// TestPage: a page says of items what the model says, and holds neither
// customers nor pairs that few baskets share.
func TestPage(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	var who, basket, item []int32
	for c := range int32(300) {
		for b := range int32(4) {
			for k := range int32(3) { // of one shelf, but for every third
				who, basket = append(who, c), append(basket, b)
				if item = append(item, c%10*4+(b+k)%4); rng.IntN(3) == 0 {
					item[len(item)-1] = rng.Int32N(40)
				}
			}
		}
	}
	l := FromBaskets(who, basket, item, 300, 40)
	l.Labels = make([]string, 40)
	l.Labels[3] = "🍫, dark"
	m, _, err := Train(context.Background(), Popular(Decay{}), l, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := m.WritePage(&file); err != nil {
		t.Fatal(err)
	}
	p, err := ReadPage(bytes.NewReader(file.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for i := range l.Items {
		var want []PageItem
		for _, x := range m.Relations.To(int32(i), 100) {
			if x.Both >= mostTold {
				want = append(want, PageItem{Item: m.Items[x.Item], Both: x.Both})
			}
		}
		got := p.Related(m.Items[i], 5)
		for k, x := range got {
			if x.Item != want[k].Item || x.Both != want[k].Both {
				t.Fatalf("item %d: %+v, the model says %+v", i, got, want)
			}
			seen++
		}
	}
	if seen < 20 || p.Labels[3] != l.Labels[3] {
		t.Errorf("%d relations, label %q", seen, p.Labels[3])
	}
	next := p.Next([]string{"3", "nothing"}, 3)
	if len(next) != 3 || next[0].Item == "3" || next[0].Score < next[2].Score {
		t.Errorf("next %+v", next)
	}
	for at := 0; at < file.Len(); at += max(1, file.Len()/50) {
		b := slices.Clone(file.Bytes())
		b[at] ^= 0x55
		if _, err := ReadPage(bytes.NewReader(b)); core.KindOf(err) != core.Invalid {
			t.Fatalf("byte %d changed: %v", at, err)
		}
	}
}
