package recommend

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"shoptwin/core"
	"shoptwin/core/table"
	"shoptwin/core/tree"
)

// Soon is how well it is told which customers come within some days: learned
// from times before, examined once on the last days of a log.
type Soon struct {
	Days      int     `json:"days"`
	Action    string  `json:"action,omitempty"` // what counts, such as purchase; "": any event
	Customers int     `json:"customers"`        // asked
	Share     float64 `json:"share"`            // of them who came
	Methods   []Told  `json:"methods"`          // the best by log loss first
	Words     []Words `json:"words"`

	now []float32 // the chance of each customer at the log's end; NaN without events
}

// Told is one way of telling who comes.
type Told struct {
	Name    string         `json:"name"`
	Control bool           `json:"control,omitempty"`
	Scores  Classification `json:"scores"` // at the threshold of one half
	Cuts    []Cut          `json:"cuts"`   // by threshold .01, .02, … .99
}

// Cut is what a threshold gives: who is above it is contacted.
type Cut struct {
	Hit    int `json:"hit"`    // contacted and came
	False  int `json:"false"`  // contacted and did not
	Missed int `json:"missed"` // not contacted and came
	Left   int `json:"left"`   // neither
}

// facts of a customer at a time; their names are told with importances.
var soonFacts = []string{"days since the last", "days known", "visits", "visits in 28 days", "visits in 84 days", "mean gap", "gaps since the last",
	"spend in 28 days", "spend a visit", "different items", "days since it counted", "times it counted", "times it counted in 28 days"}

const (
	soonTimes = 6       // times before the examination that are learned from
	soonMost  = 120_000 // examples
)

// Within learns who comes within so many days, from what was known at earlier
// times: boosted trees on recency, frequency, spend and rhythm, made
// probabilities by a logistic curve on later examples (Platt 1999), beside a
// control that knows when and how often somebody was there. action, if it is
// not "", is the one that counts. Invalid where there are too few days.
func Within(ctx context.Context, l *Log, days int, action string) (*Soon, error) {
	begin, end, ok := l.Times()
	if !ok {
		return nil, core.Errorf(core.Invalid, "the events have no times that differ: nobody can say who comes when").WithHint("name the column of times: --map time=COLUMN")
	}
	counts := -1
	if action != "" {
		if counts = slices.Index(l.Actions, action); counts < 0 {
			return nil, core.Errorf(core.NotFound, "no event has the action %q", action)
		}
	}
	span := float64(days) * 86400
	if (end-begin)/span < 4 {
		return nil, core.Errorf(core.Invalid, "the events cover %.0f days, too few to learn who comes within %d", (end-begin)/86400, days).WithHint("choose fewer days")
	}
	exam := end - span
	var times []float64
	for k := 1; k <= soonTimes && exam-float64(k)*span > begin+span; k++ {
		times = append(times, exam-float64(k)*span)
	}
	if len(times) < 2 {
		return nil, core.Errorf(core.Invalid, "there are too few days to learn from before the last %d", days).WithHint("choose fewer days")
	}
	every := max(1, len(l.Customers)*len(times)/soonMost)
	calibrate := newSnapshot(l, times[0], span, counts, every)
	learn := &snapshot{}
	for _, at := range times[1:] {
		learn.join(newSnapshot(l, at, span, counts, every))
	}
	ask := newSnapshot(l, exam, span, counts, 1)
	if len(ask.came) == 0 || len(learn.came) == 0 || len(calibrate.came) == 0 {
		return nil, core.Errorf(core.Invalid, "no customer was there before the last %d days", days).WithHint("choose fewer days, or give a longer history")
	}
	s := &Soon{Days: days, Action: action, Customers: len(ask.came)}
	for _, y := range ask.came {
		s.Share += float64(y) / float64(len(ask.came))
	}
	now := newSnapshot(l, end+1, 0, counts, 1)
	trees, err := tellByTrees(ctx, learn, calibrate)
	if err != nil {
		return nil, err
	}
	for _, m := range []struct {
		name    string
		control bool
		tell    func(*snapshot) []float64
	}{{"boosted trees", false, trees}, {"recency and frequency", true, tellByRhythm(learn, calibrate)}} {
		chance := m.tell(ask)
		s.Methods = append(s.Methods, told(m.name, m.control, chance, ask.came))
		if !m.control {
			s.now = make([]float32, len(l.Customers))
			for c := range s.now {
				s.now[c] = float32(math.NaN())
			}
			for i, p := range m.tell(now) {
				s.now[now.who[i]] = float32(p)
			}
		}
	}
	slices.SortStableFunc(s.Methods, func(a, b Told) int { return cmp.Compare(a.Scores.LogLoss, b.Scores.LogLoss) })
	s.Words = s.say()
	return s, ctx.Err()
}

// snapshot is what was known of customers at a time, by fact, and who came.
type snapshot struct {
	x    [][]float64
	came []float32
	who  []int32
}

func (s *snapshot) join(o *snapshot) {
	if s.x == nil {
		s.x = make([][]float64, len(o.x))
	}
	for j := range o.x {
		s.x[j] = append(s.x[j], o.x[j]...)
	}
	s.came, s.who = append(s.came, o.came...), append(s.who, o.who...)
}

// newSnapshot looks at every every-th customer who had been there.
func newSnapshot(l *Log, now, span float64, counts, every int) *snapshot {
	s := &snapshot{x: make([][]float64, len(soonFacts))}
	for c := range l.Customers {
		if every > 1 && mixed(uint64(c), uint64(now))%uint64(every) != 0 {
			continue
		}
		h := l.History(c)
		n := h.Before(now)
		if n == 0 {
			continue
		}
		came := float32(0)
		for e := n; e < len(h.Items) && h.Time[e] < now+span; e++ {
			if counts < 0 || int(h.Action[e]) == counts {
				came = 1
				break
			}
		}
		for j, v := range h.Slice(0, n).facts(now, counts) {
			s.x[j] = append(s.x[j], v)
		}
		s.came, s.who = append(s.came, came), append(s.who, int32(c))
	}
	return s
}

// facts are the numbers of soonFacts.
func (h History) facts(now float64, counts int) []float64 {
	const day = 86400
	first, last := h.Time[0], h.Time[len(h.Time)-1]
	var visits, near, late, spend, recent, counted, lately float64
	lastCounted := math.NaN()
	items := map[int32]bool{}
	for e, item := range h.Items {
		items[item] = true
		age := (now - h.Time[e]) / day
		if e == 0 || h.Basket[e] != h.Basket[e-1] {
			visits++
			if age <= 28 {
				near++
			}
			if age <= 84 {
				late++
			}
		}
		if h.Price != nil && h.Price[e] == h.Price[e] {
			spend += float64(h.Price[e])
			if age <= 28 {
				recent += float64(h.Price[e])
			}
		}
		if counts < 0 || int(h.Action[e]) == counts {
			counted++
			lastCounted = age
			if age <= 28 {
				lately++
			}
		}
	}
	gap := math.NaN()
	if visits > 1 {
		gap = max(1./24, (last-first)/day/(visits-1))
	}
	since := (now - last) / day
	return []float64{since, (now - first) / day, visits, near, late, gap, since / gap, recent, spend / visits, float64(len(items)), lastCounted, counted, lately}
}

// tellByTrees fits to learn and makes probabilities on calibrate.
func tellByTrees(ctx context.Context, learn, calibrate *snapshot) (func(*snapshot) []float64, error) {
	made := func(s *snapshot) *table.Table {
		t := &table.Table{Name: "customers"}
		for j, name := range soonFacts {
			t.Columns = append(t.Columns, table.NewNumber(name, s.x[j]))
		}
		return t
	}
	bins, err := tree.NewBinning(made(learn), nil)
	if err != nil {
		return nil, err
	}
	x, err := bins.Apply(made(learn))
	if err != nil {
		return nil, err
	}
	if sure, p := oneClass(learn.came); sure {
		return func(s *snapshot) []float64 { return slices.Repeat([]float64{p}, len(s.who)) }, nil
	}
	m, err := tree.FitBinary(ctx, x, learn.came, tree.Config{Trees: 100, MaxDepth: 4, MinLeaf: 40, LearnRate: .08})
	if err != nil {
		return nil, err
	}
	odds := func(s *snapshot) []float64 {
		x, err := bins.Apply(made(s))
		if err != nil {
			panic("recommend: " + err.Error()) // the columns are our own
		}
		out := m.Predict(x)
		for i, p := range out {
			p = min(max(p, 1e-6), 1-1e-6)
			out[i] = math.Log(p / (1 - p))
		}
		return out
	}
	curve := logistic([][]float64{odds(calibrate)}, calibrate.came)
	return func(s *snapshot) []float64 { return curve.of([][]float64{odds(s)}) }, nil
}

// tellByRhythm is the control: when and how often somebody was there.
func tellByRhythm(learn, calibrate *snapshot) func(*snapshot) []float64 {
	of := func(s *snapshot) [][]float64 {
		since, visits := make([]float64, len(s.who)), make([]float64, len(s.who))
		for i := range s.who {
			since[i], visits[i] = math.Log1p(s.x[0][i]), math.Log1p(s.x[2][i])
		}
		return [][]float64{since, visits}
	}
	all := &snapshot{}
	all.join(learn)
	all.join(calibrate)
	curve := logistic(of(all), all.came)
	return func(s *snapshot) []float64 { return curve.of(of(s)) }
}

// oneClass says that all are alike, and a careful chance of yes for them.
func oneClass(y []float32) (bool, float64) {
	yes := 0.
	for _, v := range y {
		yes += float64(v)
	}
	n := float64(len(y))
	return yes == 0 || yes == n, (yes + 1) / (n + 2)
}

// told examines chances.
func told(name string, control bool, chance []float64, came []float32) Told {
	y := make([]float64, len(came))
	for i, v := range came {
		y[i] = float64(v)
	}
	t := Told{Name: name, Control: control, Scores: Classify(chance, y, .5), Cuts: make([]Cut, 99)}
	if math.IsNaN(t.Scores.AUC) { // all the same: nothing to tell apart
		t.Scores.AUC = .5
	}
	for k := range t.Cuts {
		c := &t.Cuts[k]
		for i, p := range chance {
			above := p >= float64(k+1)/100
			switch {
			case above && came[i] > 0:
				c.Hit++
			case above:
				c.False++
			case came[i] > 0:
				c.Missed++
			default:
				c.Left++
			}
		}
	}
	return t
}

// say puts into words what the best method can do, beside the control.
func (s *Soon) say() []Words {
	best, control := s.Methods[0], s.Methods[0]
	for _, m := range s.Methods {
		if m.Control {
			control = m
		}
	}
	top := func(m Told) int { // of the tenth with the best chances, how many of ten came
		want := s.Customers / 10
		for k := range m.Cuts {
			if c := m.Cuts[k]; c.Hit+c.False <= want {
				return int(math.Round(10 * float64(c.Hit) / float64(max(1, c.Hit+c.False))))
			}
		}
		return 0
	}
	what, zh := "come", "光顾"
	if s.Action != "" {
		what, zh = s.Action, s.Action
	}
	out := []Words{{
		fmt.Sprintf("Within %d days %.0f %% of the customers %s. Of the tenth with the best chances %d in 10 do, by %s.", s.Days, 100*s.Share, what, top(best), best.Name),
		fmt.Sprintf("%d 天内有 %.0f%% 的顾客会%s。按 %s，机会最高的十分之一顾客中，10 人有 %d 人会。", s.Days, 100*s.Share, zh, nameZh(best.Name), top(best)),
	}}
	if best.Control {
		return append(out, Words{
			"The learned model does not beat the simple rule: when and how often somebody was there says as much.",
			"学习的模型不比简单规则好：只看上次何时来、来过多少次就够了。",
		})
	}
	return append(out, Words{
		fmt.Sprintf("Chances are off by %.1f points on average; AUC %.2f, the simple rule %.2f.", 100*best.Scores.ECE, best.Scores.AUC, control.Scores.AUC),
		fmt.Sprintf("概率平均偏差 %.1f 个百分点；AUC %.2f，简单规则 %.2f。", 100*best.Scores.ECE, best.Scores.AUC, control.Scores.AUC),
	})
}

func nameZh(name string) string {
	return map[string]string{"boosted trees": "提升树", "recency and frequency": "最近与频次"}[name]
}

// Chance returns how likely the customer of that number comes within Days of
// the log's end; NaN for one without events.
func (s *Soon) Chance(customer int) float64 { return float64(s.now[customer]) }
