package main

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
)

type scores struct {
	Shape, Trend, Overall float64
	Detection             struct{ C2Holdout float64 }
	Utility               *struct {
		TSTR, TRTR float64
		Learned    bool
	}
	Privacy struct {
		Copies        int
		HoldoutCopies int
		DCRShare      float64
		DCRLo, DCRHi  float64
		Membership    *struct {
			Density struct{ AUC float64 }
			Trained *struct{ AUC float64 }
		}
	}
}

// membership is the AUC of the better of the two attacks that need no further
// models.
func (s scores) membership() float64 {
	m := s.Privacy.Membership
	if m == nil {
		return math.NaN()
	}
	if m.Trained != nil {
		return max(m.Density.AUC, m.Trained.AUC)
	}
	return m.Density.AUC
}

// memberBar is the AUC of membership inference that rows to be shared stay below.
const memberBar = .53

func (b *bench) adult(name string) string { return filepath.Join(b.data, "adult", name) }

// quality: the scorer gives the published files the figures that they have
// under SDMetrics' formulas.
func (b *bench) quality() error {
	for _, peer := range []struct {
		name         string
		shape, trend float64
	}{
		{"ctgan", .8758, .8121}, {"tvae", .9274, .8927}, {"mostlyai", .9931, .9770}, {"synthpop", .9957, .9876},
	} {
		var s scores
		_, err := b.result(&s, "quality", "--real", b.adult("train.csv.gz"), "--synthetic", b.adult("peers/"+peer.name+".csv.gz"))
		if err != nil {
			return err
		}
		off := max(math.Abs(s.Shape-peer.shape), math.Abs(s.Trend-peer.trend))
		b.add("scorer: "+peer.name, fmt.Sprintf("Shape %.4f, Trend %.4f", s.Shape, s.Trend),
			fmt.Sprintf("%.4f, %.4f ± .003", peer.shape, peer.trend), off <= .003)
	}
	return nil
}

// synth: Adult, learned, sampled and judged in one command.
func (b *bench) synth() error {
	seeds := 3
	if b.quick {
		seeds = 1
	}
	var overall, c2, tstr, dcr, member, took, peak []float64
	for seed := 1; seed <= seeds; seed++ {
		var out struct{ Report scores }
		r, err := b.result(&out, "synth", b.adult("train.csv.gz"), "--holdout", b.adult("holdout.csv.gz"),
			"--out", filepath.Join(b.dir, "adult.csv"), "--report", filepath.Join(b.dir, "adult.html"), "--seed", strconv.Itoa(seed))
		if err != nil {
			return err
		}
		s := out.Report
		overall, took, peak = append(overall, s.Overall), append(took, r.seconds), append(peak, r.peakMB)
		member = append(member, s.membership())
		c2, dcr = append(c2, s.Detection.C2Holdout), append(dcr, s.Privacy.DCRShare)
		if s.Utility != nil {
			tstr = append(tstr, s.Utility.TSTR)
		}
	}
	what := fmt.Sprintf("synth adult, median of %d: ", seeds)
	b.least(what+"Overall", median(overall), .97)
	b.most(what+"learn, sample, judge, write", median(took), 120, " s")
	b.most(what+"membership inference AUC, the better of two attacks", median(member), memberBar, "")
	b.add(what+"peak memory", fmt.Sprintf("%.0f MB", median(peak)), "told", true)
	b.add(what+"C2ST against the holdout, TSTR, DCR share", fmt.Sprintf("%.3f, %.3f, %.3f", median(c2), median(tstr), median(dcr)), "told", true)
	return b.engines()
}

// engines: Adult by the other engines, and raked; each with its own bars. What
// the best of them is held to, auto is: see everywhere.
func (b *bench) engines() error {
	for _, e := range []struct {
		engine                   string
		rake, quick              bool
		overall, tstr, c2ho, dcr float64
	}{
		{"tree", false, true, .99, .985, .56, .53},
		{"tree", true, false, .993, .985, .537, .53},
		{"gan", true, false, .992, .985, .54, .52},
		{"autoregressive", true, false, .992, .99, .537, .53},
		{"vae", false, false, .98, .975, .68, .53},
	} {
		seeds := 3
		if b.quick {
			seeds = 1
		}
		if b.quick && !e.quick {
			continue
		}
		var overall, c2, tstr, dcr, member, took []float64
		copies, usual := 0, 0
		for seed := 1; seed <= seeds; seed++ {
			var out struct{ Report scores }
			r, err := b.result(&out, "synth", b.adult("train.csv.gz"), "--holdout", b.adult("holdout.csv.gz"), "--engine", e.engine,
				"--rake="+strconv.FormatBool(e.rake), "--out", filepath.Join(b.dir, "engine.csv"), "--seed", strconv.Itoa(seed))
			if err != nil {
				return err
			}
			s := out.Report
			overall, c2, dcr, took = append(overall, s.Overall), append(c2, s.Detection.C2Holdout), append(dcr, s.Privacy.DCRShare), append(took, r.seconds)
			member = append(member, s.membership())
			if s.Utility != nil {
				tstr = append(tstr, s.Utility.TSTR/s.Utility.TRTR)
			}
			copies, usual = max(copies, s.Privacy.Copies), s.Privacy.HoldoutCopies
		}
		what := fmt.Sprintf("adult by %s, median of %d: ", e.engine, seeds)
		if e.rake {
			what = fmt.Sprintf("adult by %s, raked, median of %d: ", e.engine, seeds)
		}
		b.least(what+"Overall", median(overall), e.overall)
		b.least(what+"TSTR as a share of TRTR", median(tstr), e.tstr)
		b.most(what+"C2ST against the holdout", median(c2), e.c2ho, "")
		b.most(what+"DCR share", median(dcr), e.dcr, "")
		b.most(what+"membership inference AUC, the better of two attacks", median(member), memberBar, "")
		b.most(what+"exact copies, those of the holdout being the bar", float64(copies), float64(usual), "")
		b.add(what+"learn, sample, judge, write", fmt.Sprintf("%.0f s", median(took)), "told", true)
	}
	return nil
}

const retailRecipe = `{
  "name": "lines", "from": "online_retail",
  "steps": %s
}`

// Exact duplicates, lines without customer (number 0) and free lines go; what
// stays are sales to known customers.
const retailSteps = `[
    {"do": "drop_duplicates"},
    {"do": "repair", "columns": ["InvoiceDate"], "to": "date"},
    {"do": "filter", "where": "CustomerID > 0 and Quantity > 0 and UnitPrice > 0"},
    {"do": "drop_outliers", "columns": ["Quantity"], "min": 1, "max": 10000},
    {"do": "derive", "as": "Amount", "expr": "round(Quantity * UnitPrice, 2)"}
  ]`

// retail: real, dirty invoice lines: profiled, cleaned, synthesised.
func (b *bench) retail() error {
	file := filepath.Join(b.data, "online_retail", "online_retail.parquet")
	var profile struct {
		Rows    int64
		Columns []struct{ Name string }
	}
	r, err := b.result(&profile, "profile", file)
	if err != nil {
		return err
	}
	b.add("online_retail: profile", fmt.Sprintf("%d rows, %.1f s, %.0f MB", profile.Rows, r.seconds, r.peakMB), "told", true)
	home := filepath.Join(b.dir, "retail")
	var reply map[string]any
	if r, err = b.result(&reply, "import", file, "--project", "retail", "--home", home); err != nil {
		return err
	}
	imported := r.seconds
	recipe := filepath.Join(b.dir, "lines.json")
	if err := os.WriteFile(recipe, fmt.Appendf(nil, retailRecipe, retailSteps), 0o600); err != nil {
		return err
	}
	var prepared struct {
		Rows    int64
		Effects []struct{ RowsBefore, RowsAfter int64 }
	}
	if r, err = b.result(&prepared, "prepare", "--project", "retail", "--recipe", recipe, "--home", home); err != nil {
		return err
	}
	b.add("online_retail: import, clean", fmt.Sprintf("%.1f + %.1f s, %d of %d rows stay", imported, r.seconds, prepared.Rows, profile.Rows), "fewer rows than before", prepared.Rows < profile.Rows && prepared.Rows > 300_000)
	var run struct{ Scores map[string]float64 }
	if r, err = b.result(&run, "train", "--project", "retail", "--dataset", "lines", "--home", home); err != nil {
		return err
	}
	b.add("online_retail: learn and judge", fmt.Sprintf("%.0f s, %.0f MB, Overall %.4f", r.seconds, r.peakMB, run.Scores["overall"]), "told", true)
	for _, format := range []string{"parquet", "csv"} {
		out := filepath.Join(b.dir, "lines."+format)
		if r, err = b.result(&reply, "export", "--project", "retail", "--rows", "500000", "--out", out, "--home", home); err != nil {
			return err
		}
		info, err := os.Stat(out)
		if err != nil {
			return err
		}
		var back struct{ Rows int64 }
		if _, err := b.result(&back, "profile", out); err != nil {
			return err
		}
		b.add("online_retail: 500,000 rows to "+format, fmt.Sprintf("%.1f s, %.0f MB memory, %.0f MB file", r.seconds, r.peakMB, float64(info.Size())/1e6), "500,000 rows read back", back.Rows == 500_000)
	}
	return nil
}
