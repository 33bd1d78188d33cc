package main

import (
	"fmt"
	"path/filepath"
	"strconv"
)

// private: Adult by the differentially private engine, ranges and categories
// paid for. Its noise differs with every run, as it must; a seed for it makes
// the figures repeatable.
func (b *bench) private() error {
	seeds := 5
	if b.quick {
		seeds = 1
	}
	var overall, c2, tstr, took []float64
	for seed := 1; seed <= seeds; seed++ {
		var out struct {
			Report struct {
				scores
				Guarantee *struct{ Epsilon, Delta, Rho, Spent float64 }
			}
		}
		r, err := b.result(&out, "synth", b.adult("train.csv.gz"), "--holdout", b.adult("holdout.csv.gz"), "--engine", "marginal", "--epsilon", "1",
			"--out", filepath.Join(b.dir, "private.csv"), "--seed", strconv.Itoa(seed), "--noise-seed", strconv.Itoa(seed))
		if err != nil {
			return err
		}
		g := out.Report.Guarantee
		if g == nil || g.Epsilon != 1 || g.Delta != 1e-5 || g.Spent > g.Rho*(1+1e-9) {
			return fmt.Errorf("the report promises %+v", g)
		}
		s := out.Report.scores
		overall, c2, took = append(overall, s.Overall), append(c2, s.Detection.C2Holdout), append(took, r.seconds)
		if s.Utility != nil {
			tstr = append(tstr, s.Utility.TSTR)
		}
	}
	what := fmt.Sprintf("marginal adult, epsilon 1, median of %d: ", seeds)
	if b.quick { // one draw of the noise says little about Overall
		b.add(what+"Overall", fmt.Sprintf("%.4f", median(overall)), "told", true)
	} else {
		b.least(what+"Overall", median(overall), .955)
	}
	b.most(what+"C2ST against the holdout", median(c2), .78, "")
	b.add(what+"TSTR", fmt.Sprintf("%.3f", median(tstr)), "told", true)
	b.add(what+"learn, sample, judge, write", fmt.Sprintf("%.0f s", median(took)), "told", true)
	return nil
}
