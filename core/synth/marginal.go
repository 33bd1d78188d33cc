package synth

import (
	"context"
	"math"
	"math/rand/v2"

	"shoptwin/core"
	"shoptwin/core/encode"
	"shoptwin/core/privacy"
	"shoptwin/core/table"
)

// How the budget is shared, found on Adult.
const (
	encodeShare    = .55 // of rho, for the encoder: ranges, values, single columns
	chooseShare    = .1  // of what a round may spend, for choosing its pair
	thresholdShare = .1  // of delta, for values that nobody listed
	roundsPerBlock = 1.5
	maxRounds      = 80
	maxCandidates  = 600 // pairs looked at in a round; of more some are taken by chance
	maxModelCells  = 100_000
)

// Marginal fits a differentially private model to t: what leaves is
// (cfg.Epsilon, cfg.Delta)-private for tables that differ in the rows of one
// person, at most cfg.PersonRows of them. It measures single columns, then in
// rounds chooses the pair of columns that the model has most wrong and
// measures its table, and fits a graphical model to all of that: AIM (McKenna,
// Mullins, Sheldon and Miklau 2022) with pairs as its workload. Everything it
// learns from the rows is paid for and listed in the model's Guarantee;
// [encode.FitPrivate] says what is taken to be public.
//
// rng is what the noise comes from. Privacy hangs on nobody being able to
// guess it: give it a ChaCha8 seeded by the system's source of randomness. The
// model does not keep its seed. Same t, cfg and rng state, same model,
// whatever the number of threads.
//
// The model says nothing that would identify fewer than cfg.Encode.MinCount
// rows, as a threshold of noisy counts says which values it keeps, and its
// tables are of noisy counts alone.
//
// report, if not nil, is called after every round. Once ctx is cancelled
// Marginal stops within a moment and returns nil with ctx's error; what was
// asked of the data until then was not shown to anyone. O(rows x pairs).
func Marginal(ctx context.Context, t *table.Table, cfg Config, rng *rand.Rand, report func(core.Progress)) (*Model, error) {
	// What other engines read may follow from the rows, such as steps from
	// their number, and would be kept in the model.
	rake := cfg.Rake
	cfg = Config{
		Engine: "marginal", Encode: cfg.Encode, Epsilon: cfg.Epsilon, Delta: cfg.Delta, PersonRows: cfg.PersonRows,
		Person: cfg.Person, Public: cfg.Public, Repeatable: cfg.Repeatable,
	}.WithDefaults()
	known, err := readKnown(cfg.Public)
	switch {
	case err != nil:
		return nil, err
	case !(cfg.Epsilon > 0 && cfg.Epsilon <= 100):
		return nil, core.Errorf(core.Invalid, "epsilon %g is not above 0 and at most 100", cfg.Epsilon)
	case !(cfg.Delta > 0 && cfg.Delta < .01):
		return nil, core.Errorf(core.Invalid, "delta %g is not above 0 and below 0.01", cfg.Delta).WithHint("take less than one over the number of rows, such as 1e-5")
	case rake:
		return nil, core.Errorf(core.Invalid, "raking uses the real pair tables, which a private model does not have").WithHint("leave rake off")
	}
	if t, err = bounded(t, cfg, rng); err != nil {
		return nil, err
	}
	rho := privacy.Rho(cfg.Epsilon, cfg.Delta*(1-thresholdShare))
	m := &marginal{
		ctx: ctx, cfg: cfg, rng: rng, report: report,
		ledger: privacy.NewLedger(rho, cfg.Delta*thresholdShare, cfg.PersonRows),
	}
	enc := cfg.Encode
	enc.Bins = min(enc.Bins, 16)
	budget := encode.Budget{Ledger: m.ledger, Rho: rho * encodeShare, Delta: cfg.Delta * thresholdShare, Known: known}
	var margins []encode.Margin
	out := &Model{Config: cfg}
	if out.Encoder, margins, err = private(t, enc, budget, rng); err != nil {
		return nil, err
	}
	out.TrainRows = out.Encoder.Rows
	if len(margins) > 0 {
		codes, err := out.Encoder.Codes(t)
		if err != nil {
			return nil, err
		}
		if out.Body, err = m.learn(codes, out.Encoder.Widths(), margins, float64(out.Encoder.Rows)); err != nil {
			return nil, err
		}
	}
	out.Guarantee = m.statement(rho, known, t)
	return out, nil
}

// private is encode.FitPrivate with its panic about a budget that is too small
// as an error.
func private(t *table.Table, cfg encode.Config, b encode.Budget, rng *rand.Rand) (e *encode.Encoder, margins []encode.Margin, err error) {
	defer func() {
		if r := recover(); r != nil {
			problem, ok := r.(*core.Error)
			if !ok || problem.Kind != core.Invalid {
				panic(r)
			}
			err = problem
		}
	}()
	return encode.FitPrivate(t, cfg, b, rng)
}

// bounded returns t with at most cfg.PersonRows rows of a person, chosen by
// chance, if a column tells persons apart. A row that names nobody is a
// person of its own.
func bounded(t *table.Table, cfg Config, rng *rand.Rand) (*table.Table, error) {
	if cfg.Person == "" {
		return t, nil
	}
	c := t.Column(cfg.Person)
	if c == nil {
		return nil, core.Errorf(core.NotFound, "table %q has no column %q to tell persons apart by", t.Name, cfg.Person)
	}
	// Every row gets a place in a random order, and a person keeps the first.
	count := map[float64]int{}
	keep := make([]bool, t.Rows())
	for _, i := range rng.Perm(t.Rows()) {
		if keep[i] = true; c.Missing(i) {
			continue
		}
		var who float64
		if c.Kind == table.Text {
			who = float64(c.Codes[i])
		} else {
			who = c.Num[i]
		}
		count[who]++
		keep[i] = count[who] <= cfg.PersonRows
	}
	var rows []int
	for i, k := range keep {
		if k {
			rows = append(rows, i)
		}
	}
	return t.Take(rows), nil
}

func (m *marginal) statement(rho float64, known map[string]encode.Known, t *table.Table) *privacy.Statement {
	spent, _ := m.ledger.Spent()
	s := &privacy.Statement{
		Epsilon: m.cfg.Epsilon, Delta: m.cfg.Delta, Rho: rho, Spent: spent, Rows: m.cfg.PersonRows,
		Person: m.cfg.Person, Repeatable: m.cfg.Repeatable, Costs: m.ledger.Costs(),
	}
	for _, c := range t.Columns {
		if _, ok := known[c.Name]; ok {
			s.Public = append(s.Public, c.Name)
		}
	}
	return s
}

// marginal is a fit under way.
type marginal struct {
	ctx    context.Context
	cfg    Config
	rng    *rand.Rand
	report func(core.Progress)
	ledger *privacy.Ledger

	codes [][]uint16
	rows  float64 // noisy
	model markov
	real  [][]int32 // pair tables, by pair
	pairs [][2]int
}

func (m *marginal) more() bool { return m.ctx.Err() == nil }

func (m *marginal) learn(codes [][]uint16, widths []int, margins []encode.Margin, rows float64) (Body, error) {
	m.codes, m.rows = codes, rows
	m.model = markov{widths: widths, total: rows}
	for b, g := range margins {
		f := m.factor([]int{b}, widths[b])
		for i, n := range g.Count {
			f.want[i], f.weight[i] = n/rows, rows*rows/g.Var[i]
		}
	}
	m.model.arrange()
	m.model.fit(100, m.more)
	for a := range widths {
		for b := a + 1; b < len(widths); b++ {
			m.pairs = append(m.pairs, [2]int{a, b})
		}
	}
	m.real = make([][]int32, len(m.pairs))
	rounds := 0
	if len(m.pairs) > 0 {
		rounds = min(maxRounds, int(math.Ceil(roundsPerBlock*float64(len(widths)-1))))
	}
	for r := range rounds {
		m.tell(r, rounds+1)
		m.round(m.ledger.Left() / float64(rounds-r))
		if err := m.ctx.Err(); err != nil {
			return nil, err
		}
	}
	m.model.fit(600, m.more)
	if err := m.ctx.Err(); err != nil {
		return nil, err
	}
	m.tell(rounds+1, rounds+1)
	return m.model.body(), nil
}

func (m *marginal) tell(done, total int) {
	if m.report != nil {
		m.report(core.Progress{Stage: "train", Done: int64(done), Total: int64(total), Unit: "rounds"})
	}
}

func (m *marginal) factor(vars []int, size int) *factor {
	f := &factor{vars: vars, log: make([]float64, size), want: make([]float64, size), weight: make([]float64, size), have: make([]float64, size)}
	m.model.factors = append(m.model.factors, f)
	return f
}

// count counts the real table of pair i, once.
func (m *marginal) count(i int) {
	if m.real[i] != nil {
		return
	}
	a, b := m.pairs[i][0], m.pairs[i][1]
	wb := m.model.widths[b]
	n := make([]int32, m.model.widths[a]*wb)
	for r, x := range m.codes[a] {
		n[int(x)*wb+int(m.codes[b][r])]++
	}
	m.real[i] = n
}

// candidates returns the pairs that a round looks at: which they are does not
// follow from the rows.
func (m *marginal) candidates() []int {
	if len(m.pairs) > maxCandidates {
		return m.rng.Perm(len(m.pairs))[:maxCandidates]
	}
	all := make([]int, len(m.pairs))
	for i := range all {
		all[i] = i
	}
	return all
}

// each calls f with the numbers below n, on all processors, unless cancelled.
func (m *marginal) each(n int, f func(i int)) error {
	core.Parallel(n, func(i int) {
		if m.ctx.Err() == nil {
			f(i)
		}
	})
	return m.ctx.Err()
}

// round spends rho on one more pair table.
func (m *marginal) round(rho float64) {
	widths := m.model.widths
	choose, measure := rho*chooseShare, rho*(1-chooseShare)
	g, ok := privacy.NewGaussian(measure, m.ledger.Rows())
	if !ok {
		return
	}
	guess := m.sample()
	joined := m.model.joined()
	among := m.candidates()
	score := make([]int64, len(among))
	open := make([]bool, len(among))
	if m.each(len(among), func(k int) {
		i := among[k]
		a, b := m.pairs[i][0], m.pairs[i][1]
		if joined(a, b) {
			return
		}
		if _, _, open[k] = eliminate(widths, func(x, y int) bool { return x == a && y == b || joined(x, y) }, maxModelCells); !open[k] {
			return
		}
		m.count(i)
		score[k] = m.wrong(i, guess) - int64(math.Sqrt(2/math.Pi)*g.Sigma()*float64(widths[a]*widths[b]))
	}) != nil {
		return
	}
	var scores []int64
	var which []int
	for k, s := range score {
		if open[k] {
			scores, which = append(scores, s), append(which, among[k])
		}
	}
	if len(which) == 0 {
		return
	}
	// One row more changes a table by one, and so its distance from another.
	i := which[m.ledger.Choose(privacy.ForChoices, scores, uint64(m.ledger.Rows()), choose, m.rng)]
	a, b := m.pairs[i][0], m.pairs[i][1]
	count := make([]int64, len(m.real[i]))
	for k, n := range m.real[i] {
		count[k] = int64(n)
	}
	noisy := m.ledger.Histogram(privacy.ForPairs, count, g, m.rng)
	f := m.factor([]int{a, b}, len(noisy))
	for k, n := range noisy {
		f.want[k], f.weight[k] = float64(n)/m.rows, m.rows*m.rows/float64(g.V)
	}
	m.model.arrange()
	m.model.fit(40, m.more)
}

// sample draws rows from the model, to see which pairs it has wrong. They are
// drawn by a seed of their own: nothing here is secret.
func (m *marginal) sample() [][]uint16 {
	rows := min(1<<16, max(1<<12, 20_000_000/max(1, min(len(m.pairs), maxCandidates))))
	d := m.model.body().drawer(m.model.widths)
	out := make([][]uint16, len(m.model.widths))
	for c := range out {
		out[c] = make([]uint16, rows)
	}
	rng := rand.NewPCG(uint64(len(m.model.factors)), 1)
	part := make([][]uint16, len(out))
	for lo := 0; lo < rows; lo += d.batch() {
		for c := range out {
			part[c] = out[c][lo:min(lo+d.batch(), rows)]
		}
		d.draw(part, rng)
	}
	return out
}

// wrong returns by how many rows the real table of pair i differs from that
// of the guessed rows, whose counts are rounded first: the distance is whole.
func (m *marginal) wrong(i int, guess [][]uint16) (sum int64) {
	a, b := m.pairs[i][0], m.pairs[i][1]
	wb := m.model.widths[b]
	n := make([]int64, m.model.widths[a]*wb)
	for r, x := range guess[a] {
		n[int(x)*wb+int(guess[b][r])]++
	}
	scale := m.rows / float64(len(guess[a]))
	for k, x := range n {
		d := int64(math.Round(float64(x)*scale)) - int64(m.real[i][k])
		sum += max(d, -d)
	}
	return sum
}
