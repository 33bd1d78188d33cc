package main

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"shoptwin/core/uplift"
)

// uplift: made campaigns whose effect on each person is known, medians of
// three seeds; and campaigns of which nothing may be said.
func (b *bench) uplift() error {
	persons, seeds := 20_000, 3
	if b.quick {
		persons, seeds = 5000, 1
	}
	got := map[string][]float64{}
	for seed := range uint64(seeds) {
		for _, kind := range []string{"even", "given"} {
			c := newCampaign(persons, map[string]float64{"given": 0.7}[kind], seed)
			log, scores := filepath.Join(b.dir, "campaign.csv"), filepath.Join(b.dir, "scores.csv")
			if err := c.write(log); err != nil {
				return err
			}
			args := []string{"promo", "uplift", "--log", log, "--treated", "reached", "--outcome", "bought", "--id", "customer",
				"--context", "age,visits,spend,region,days,noise", "--value", "30", "--cost", "1", "--out", scores}
			if kind == "given" {
				args = append(args, "--propensity", "chance")
			}
			var r uplift.Report
			ran, err := b.result(&r, args...)
			if err != nil {
				return err
			}
			expected, reach, err := readScores(scores)
			if err != nil {
				return err
			}
			add := func(name string, x float64) { got[kind+name] = append(got[kind+name], x) }
			area, oracle := c.area(expected), c.area(c.effect)
			chosen := r.Learners[len(r.Learners)-1]
			add("rank", rankCorrelation(expected, c.effect))
			add("share", area/oracle)
			add("low", chosen.AUUC.Lo/oracle)
			add("gain", c.gain(reach)/c.gain(c.best()))
			add("all", c.gain(slices.Repeat([]bool{true}, persons))/c.gain(c.best()))
			held := 0.0
			if chosen.AUUC.Lo <= area && area <= chosen.AUUC.Hi {
				held++
			}
			if mean := total(c.effect) / float64(persons); r.Effect.Lo <= mean && mean <= r.Effect.Hi {
				held++
			}
			add("held", held)
			add("seconds", ran.seconds)
			for k, l := range r.Learners {
				got[kind+l.Name] = append(got[kind+l.Name], r.Learners[k].AUUC.Mean/oracle)
			}
		}
	}
	for _, kind := range []string{"even", "given"} {
		m := func(name string) float64 { return median(got[kind+name]) }
		name := fmt.Sprintf("made campaign, %d persons, chances %s: ", persons, kind)
		least := b.least
		if b.quick {
			least = func(check string, x, bar float64) {
				b.add(check, fmt.Sprintf("%.3f", x), fmt.Sprintf("told; at least %g in the full form", bar), true)
			}
		}
		least(name+"rank correlation with the true effects", m("rank"), .75)
		least(name+"area under the uplift curve, of the oracle's", m("share"), .85)
		least(name+"the lower bound of that area is above chance", m("low"), .001)
		least(name+"gain of reaching whom it says, of the oracle's", m("gain"), .85)
		b.add(name+"beside it", fmt.Sprintf("reaching all gains %.2f; AUUC as told: T %.2f, X %.2f, DR %.2f; %.0f of %d intervals hold the truth; %.1f s",
			m("all"), m("t"), m("x"), m("dr"), total(got[kind+"held"]), 2*len(got[kind+"held"]), m("seconds")), "told", true)
	}
	return b.refusedCampaigns()
}

func (b *bench) refusedCampaigns() error {
	log := filepath.Join(b.dir, "campaign.csv")
	for _, tt := range []struct {
		name, want string
		c          *campaign
		args       []string
	}{
		{"a campaign that sought the old", "did not reach people by chance", newCampaign(5000, 0.9, 7), nil},
		{"a campaign with propensities that are not its own", "do not fit what happened", newCampaign(5000, 0.9, 7), []string{"--propensity", "0.5"}},
		{"a campaign of 300 persons", "too small", newCampaign(300, 0, 7), nil},
	} {
		if err := tt.c.write(log); err != nil {
			return err
		}
		r, err := b.command(nil, append([]string{"promo", "uplift", "--log", log, "--treated", "reached", "--outcome", "bought", "--context", "age,visits,spend,region", "--quiet"}, tt.args...)...)
		if err != nil {
			return err
		}
		b.add(tt.name, strings.TrimSpace(strings.Split(r.err, "\n")[0]), "refused in words", r.code != 0 && strings.Contains(r.err, tt.want))
	}
	return nil
}

// campaign is a made one: who buys hangs on age and spend, what the campaign
// changes on visits, region and the days since the last visit.
type campaign struct {
	rows           [][]string
	effect, chance []float64
}

func newCampaign(n int, lean float64, seed uint64) *campaign {
	rng := rand.New(rand.NewPCG(seed, 11))
	c := &campaign{}
	number := func(x float64) string { return strconv.FormatFloat(x, 'g', 5, 64) }
	for i := range n {
		age, visits, region := rng.Float64(), rng.Float64(), rng.IntN(5)
		spend, days := math.Exp(3+0.8*rng.NormFloat64()+visits), 60*rng.ExpFloat64()
		p := 0.04 + 0.1*age + 0.002*min(spend, 60)
		e := 0.15*math.Exp(-18*(visits-0.45)*(visits-0.45)) - 0.03 - 0.02*math.Tanh((days-60)/30)
		if region >= 3 {
			e *= 1.7
		}
		chance := 0.5 + lean*(age-0.5)
		on := rng.Float64() < chance
		if on {
			p += e
		}
		bought := rng.Float64() < max(p, 0)
		flag := func(b bool) string {
			if b {
				return "1"
			}
			return "0"
		}
		c.rows = append(c.rows, []string{fmt.Sprintf("C%05d", i), number(18 + 60*age), number(math.Round(20 * visits)), number(spend), string(rune('A' + region)),
			number(math.Round(days)), number(rng.NormFloat64()), number(chance), flag(on), flag(bought)})
		c.effect, c.chance = append(c.effect, e), append(c.chance, chance)
	}
	return c
}

func (c *campaign) write(path string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	w := csv.NewWriter(f)
	head := []string{"customer", "age", "visits", "spend", "region", "days", "noise", "chance", "reached", "bought"}
	if err := w.WriteAll(append([][]string{head}, c.rows...)); err != nil {
		return err
	}
	return f.Close()
}

// area under the uplift curve of a ranking, above that of chance.
func (c *campaign) area(rank []float64) float64 {
	n := float64(len(rank))
	sum := 0.0
	for k, i := range ordered(rank) {
		sum += c.effect[i] * ((float64(k)+0.5)/n - 0.5) / n
	}
	return sum
}

// gain of reaching these, a sale being worth 30 and a letter costing 1.
func (c *campaign) gain(reach []bool) (sum float64) {
	for i, on := range reach {
		if on {
			sum += 30*c.effect[i] - 1
		}
	}
	return sum
}

func (c *campaign) best() []bool {
	out := make([]bool, len(c.effect))
	for i, e := range c.effect {
		out[i] = 30*e > 1
	}
	return out
}

// ordered returns places by value, smallest first.
func ordered(x []float64) []int {
	order := make([]int, len(x))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(x[a], x[b]) })
	return order
}

// rankCorrelation is Spearman's, ties by place.
func rankCorrelation(a, b []float64) float64 {
	n := float64(len(a))
	ra, rb := make([]float64, len(a)), make([]float64, len(b))
	for k, i := range ordered(a) {
		ra[i] = float64(k)
	}
	for k, i := range ordered(b) {
		rb[i] = float64(k)
	}
	sum := 0.0
	for i := range ra {
		sum += (ra[i] - rb[i]) * (ra[i] - rb[i])
	}
	return 1 - 6*sum/(n*(n*n-1))
}

func readScores(path string) (expected []float64, reach []bool, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, nil, err
	}
	for _, r := range rows[1:] {
		x, err := strconv.ParseFloat(r[1], 64)
		if err != nil {
			return nil, nil, err
		}
		expected, reach = append(expected, x), append(reach, r[2] == "1")
	}
	return expected, reach, nil
}
