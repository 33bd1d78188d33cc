package main

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"shoptwin/core/encode"
	"shoptwin/core/source"
	"shoptwin/store/duck"
)

// judged is one engine on one cut: medians over seeds.
type judged struct {
	overall, floor, ceiling, c2ho, tstr, dcr, seconds float64
	dcrHalf                                           float64 // half the width of one seed's 95 % interval of dcr
	took                                              string  // the engine that auto took
}

// everywhere: the same recipe on every table and on small cuts of each. A row
// for each table and engine, beside the control: independent columns under the
// same rule for rare values, which says, too, how near to the rows learned from
// a small table's values alone bring drawn ones. The report's floor is told; it
// is made of the real cells themselves, rare ones included, which no model may
// keep. What auto takes is judged by three seeds; the GAN is told by one.
// $SHOPTWIN_TABLES, their names with commas, measures some of the tables.
func (b *bench) everywhere() error {
	seeds, engines := 3, []string{"tree", "gan", "auto"}
	tables := os.Getenv("SHOPTWIN_TABLES")
	want := func(table string, _ int, _ bool) bool {
		return tables == "" || slices.Contains(strings.Split(tables, ","), table)
	}
	if b.quick {
		seeds, engines = 1, []string{"tree", "auto"}
		want = func(table string, rows int, whole bool) bool {
			return !whole && (table == "adult" && rows <= 2000 || table == "promotions" && rows == 2000)
		}
	}
	cuts, err := b.cuts(context.Background(), want)
	if err != nil {
		return err
	}
	for _, c := range cuts {
		what := fmt.Sprintf("%s, %d rows", c.table, c.rows)
		control, err := b.control(c)
		if err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
		of := map[string]judged{}
		for _, engine := range engines {
			n := seeds
			if engine == "gan" {
				n = 1
			}
			j, err := b.judge(c, engine, n)
			if err != nil {
				return fmt.Errorf("%s by %s: %w", what, engine, err)
			}
			of[engine] = j
			b.add(fmt.Sprintf("%s by %s%s", what, engine, j.took),
				fmt.Sprintf("Overall %.4f, C2ho %.3f, TSTR %.3f of real, DCR %.3f ± %.3f, %.0f s", j.overall, j.c2ho, j.tstr, j.dcr, j.dcrHalf, j.seconds),
				fmt.Sprintf("told; floor %.4f, control %.4f (DCR %.3f), real rows %.4f", j.floor, control.Overall, control.Privacy.DCRShare, j.ceiling), true)
		}
		auto, tree := of["auto"], of["tree"]
		b.least(what+": auto's Overall, the control being the bar", auto.overall, control.Overall)
		if auto.took == ", tree" {
			b.add(what+": auto beside trees", "it takes trees and says so", "no worse than trees, or trees", true)
		} else {
			b.least(what+": auto's Overall, trees' less .01 being the bar", auto.overall, tree.overall-.01)
			b.most(what+": auto's C2ho, trees' and .02 being the bar", auto.c2ho, tree.c2ho+.02, "")
		}
		switch {
		case c.rows < 5000:
		case math.IsNaN(auto.tstr): // such as the store of a receipt: real rows teach no more than guessing
			b.add(what+": auto's TSTR as a share of TRTR", "real rows teach nothing of its target", "told", true)
		default:
			b.least(what+": auto's TSTR as a share of TRTR", auto.tstr, .985)
		}
		if c.table == "adult" && c.whole {
			b.most(what+": auto's C2ho", auto.c2ho, .537, "")
			b.most(what+": auto's DCR share", auto.dcr, .515, "")
			b.most(what+": auto, all in all", auto.seconds, 60, " s")
		}
	}
	return nil
}

// judge learns from a cut with one engine and takes the medians over seeds.
func (b *bench) judge(c cut, engine string, seeds int) (j judged, err error) {
	var overall, floor, ceiling, c2ho, tstr, dcr, took []float64
	for seed := 1; seed <= seeds; seed++ {
		var out struct {
			Engine string
			Report struct {
				scores
				Floor, Ceiling struct{ Overall float64 }
			}
		}
		r, err := b.result(&out, "synth", c.train, "--holdout", c.holdout, "--engine", engine,
			"--out", filepath.Join(b.dir, "everywhere.csv"), "--seed", strconv.Itoa(seed), "--rows", strconv.Itoa(c.rows))
		if err != nil {
			return j, err
		}
		s := out.Report
		overall, floor, ceiling, took = append(overall, s.Overall), append(floor, s.Floor.Overall), append(ceiling, s.Ceiling.Overall), append(took, r.seconds)
		c2ho, dcr = append(c2ho, s.Detection.C2Holdout), append(dcr, s.Privacy.DCRShare)
		j.dcrHalf = (s.Privacy.DCRHi - s.Privacy.DCRLo) / 2
		if s.Utility != nil && s.Utility.Learned {
			tstr = append(tstr, s.Utility.TSTR/s.Utility.TRTR)
		}
		if engine == "auto" {
			j.took = ", " + out.Engine
		}
	}
	j.overall, j.floor, j.ceiling, j.seconds = median(overall), median(floor), median(ceiling), median(took)
	j.c2ho, j.tstr, j.dcr = median(c2ho), math.NaN(), median(dcr)
	if len(tstr) > 0 {
		j.tstr = median(tstr)
	}
	return j, nil
}

// control judges independent columns: each as it is learned, values of fewer
// than five rows left out, and the codes of each shuffled.
func (b *bench) control(c cut) (s scores, err error) {
	db, err := duck.Open("", duck.Options{})
	if err != nil {
		return s, err
	}
	defer db.Close()
	ctx := context.Background()
	if _, err := db.Import(ctx, "cut", c.train, source.Options{Name: filepath.Base(c.train)}, nil); err != nil {
		return s, err
	}
	t, err := db.Columns(ctx, "cut", nil)
	if err != nil {
		return s, err
	}
	enc, err := encode.Fit(t, encode.Config{}, nil)
	if err != nil {
		return s, err
	}
	codes, err := enc.Codes(t)
	if err != nil {
		return s, err
	}
	rng := rand.New(rand.NewPCG(4, 5))
	for _, col := range codes {
		rng.Shuffle(len(col), func(i, j int) { col[i], col[j] = col[j], col[i] })
	}
	apart, err := enc.DecodeRows(codes, t.Rows(), 0, rng)
	if err != nil {
		return s, err
	}
	file := filepath.Join(b.dir, "control.csv")
	if err := writeTable(file, apart, plainCSV); err != nil {
		return s, err
	}
	_, err = b.result(&s, "quality", "--real", c.train, "--holdout", c.holdout, "--synthetic", file)
	return s, err
}
