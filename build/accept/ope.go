package main

import (
	"compress/gzip"
	"context"
	"encoding/csv"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"shoptwin/core/policy"
	"shoptwin/core/table"
)

// ope: the policy that learned, valued on the log of the one that chose
// evenly, against what it earned itself in the same days. That truth is of 69
// clicks: another week of it would differ by 12 %. A resample is a random half
// of the log: rows drawn with replacement would count the luck of the log
// twice, and no honest 95 % interval would hold more than 83 %.
func (b *bench) ope() error {
	dir := filepath.Join(b.data, "open_bandit")
	log, err := clicks(filepath.Join(dir, "random_men.csv.gz"))
	if err != nil {
		return err
	}
	own, err := clicks(filepath.Join(dir, "bts_men.csv.gz"))
	if err != nil {
		return err
	}
	truth := 0.0
	for _, y := range own.reward {
		truth += y / float64(len(own.reward))
	}
	share := own.shares()
	draws := 20
	if b.quick {
		draws = 5
	}
	rng := rand.New(rand.NewPCG(1, 20))
	mean, off, in := map[string]float64{}, map[string]float64{}, 0.0
	chosen, value := map[string]int{}, make([]float64, 0, draws)
	for range draws {
		rows := rng.Perm(len(log.reward))[:len(log.reward)/2]
		l, target := log.take(rows, share)
		r, err := policy.Evaluate(context.Background(), l, target, policy.Config{Resamples: 400}, rng)
		if err != nil {
			return err
		}
		chosen[r.Chosen]++
		for _, e := range r.Estimates {
			if e.Method == "dr" {
				value = append(value, e.Value)
			}
			mean[e.Method] += e.Value / float64(draws)
			off[e.Method] += math.Abs(e.Value-truth) / truth / float64(draws)
			if e.Method == "dr" && e.Lo <= truth && truth <= e.Hi {
				in += 1 / float64(draws)
			}
		}
	}
	wrong := math.Abs(mean["dr"]-truth) / truth
	if b.quick { // of few resamples neither says much
		b.add(fmt.Sprintf("open bandit: DR, %d resamples", draws), fmt.Sprintf("error of the mean %.3f, %.0f %% of the intervals hold the truth", wrong, 100*in), "told; 0.15 and 93 % in the full form", true)
	} else {
		b.most(fmt.Sprintf("open bandit: DR's error, mean of %d resamples", draws), wrong, 0.15, "")
		b.least("open bandit: DR's 95 % intervals hold the truth", in, 0.93)
	}
	// Halves of one log differ by as much as logs of its size do.
	spread := 0.0
	for _, v := range value {
		spread += (v - mean["dr"]) * (v - mean["dr"]) / float64(len(value)-1)
	}
	b.add("open bandit: what chance leaves open", fmt.Sprintf("the log's %.0f clicks: %.2f of the truth (one standard error); the truth's own %.0f: %.2f",
		total(log.reward), math.Sqrt(spread)/truth, total(own.reward), 1/math.Sqrt(total(own.reward))), "told", true)
	for _, m := range []string{"ips", "snips", "dr", "sndr", "switch", "dros", "fqe"} {
		b.add("open bandit: "+m, fmt.Sprintf("error of the mean %.3f, mean absolute error %.3f, chosen by the log in %d of %d", math.Abs(mean[m]-truth)/truth, off[m], chosen[m], draws), "told", true)
	}
	// The same week's first rows are too few for a policy that is far away.
	small := filepath.Join(b.dir, "few.csv")
	if err := own.write(small, 2500); err != nil {
		return err
	}
	r, err := b.command(nil, "promo", "ope", "--log", small, "--action", "item", "--reward", "click", "--propensity", "propensity", "--quiet")
	if err != nil {
		return err
	}
	b.add("too few effective rows are refused", strings.TrimSpace(strings.Split(r.err, "\n")[0]), "refused", r.code != 0 && strings.Contains(r.err, "tells too little"))
	return nil
}

func total(x []float64) (sum float64) {
	for _, v := range x {
		sum += v
	}
	return sum
}

// clickLog is a log of the Open Bandit data.
type clickLog struct {
	item, position     []int
	reward, propensity []float64
	user               [][]string
}

func clicks(path string) (*clickLog, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	rows, err := csv.NewReader(z).ReadAll()
	if err != nil {
		return nil, err
	}
	at := func(name string) int { return slices.Index(rows[0], name) }
	l := &clickLog{}
	for _, r := range rows[1:] {
		item, err := strconv.Atoi(r[at("item_id")])
		if err != nil {
			return nil, err
		}
		position, err := strconv.Atoi(r[at("position")])
		if err != nil {
			return nil, err
		}
		click, err := strconv.ParseFloat(r[at("click")], 64)
		if err != nil {
			return nil, err
		}
		q, err := strconv.ParseFloat(r[at("propensity_score")], 64)
		if err != nil {
			return nil, err
		}
		first := at("user_feature_0")
		l.item, l.position = append(l.item, item), append(l.position, position-1)
		l.reward, l.propensity, l.user = append(l.reward, click), append(l.propensity, q), append(l.user, r[first:first+4])
	}
	return l, nil
}

const items, positions = 34, 3

// shares of the items by position, each counted once more than it was shown.
func (l *clickLog) shares() (p [positions][items]float64) {
	var n [positions]float64
	for k := range p {
		for a := range p[k] {
			p[k][a] = 1
		}
		n[k] = items
	}
	for i, a := range l.item {
		p[l.position[i]][a]++
		n[l.position[i]]++
	}
	for k := range p {
		for a := range p[k] {
			p[k][a] /= n[k]
		}
	}
	return p
}

func (l *clickLog) take(rows []int, share [positions][items]float64) (*policy.Log, policy.Target) {
	out := &policy.Log{Actions: items, Context: &table.Table{Name: "clicks"}}
	var target policy.Target
	position := make([]float64, 0, len(rows))
	user := make([][]string, 4)
	for _, i := range rows {
		out.Action, out.Reward, out.Propensity = append(out.Action, l.item[i]), append(out.Reward, l.reward[i]), append(out.Propensity, l.propensity[i])
		position = append(position, float64(l.position[i]))
		for k := range user {
			user[k] = append(user[k], l.user[i][k])
		}
		target = append(target, share[l.position[i]][:]...)
	}
	out.Context.Columns = append(out.Context.Columns, table.NewNumber("position", position))
	for k, cells := range user {
		out.Context.Columns = append(out.Context.Columns, table.NewText(fmt.Sprintf("user_%d", k), cells, nil))
	}
	return out, target
}

func (l *clickLog) write(path string, rows int) error {
	var text strings.Builder
	text.WriteString("item,click,propensity\n")
	for i := range rows {
		fmt.Fprintf(&text, "%d,%g,%g\n", l.item[i], l.reward[i], l.propensity[i])
	}
	return os.WriteFile(path, []byte(text.String()), 0o600)
}
