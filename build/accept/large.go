package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
)

// large: a made table of 300,000 rows in 41 columns, four of them with 10,000
// levels and one that differs in every row, by one command; and how fast and
// in how much memory a stored model writes rows.
func (b *bench) large() error {
	rows, levels, effort := 300_000, 10_000, "balanced"
	if b.quick {
		rows, levels, effort = 6_000, 600, "quick"
	}
	file := filepath.Join(b.dir, "wide.csv")
	if err := wide(file, rows, levels, 1); err != nil {
		return err
	}
	defer os.Remove(file)
	var out struct {
		Rows   int
		Report scores
	}
	r, err := b.result(&out, "synth", file, "--effort", effort, "--out", filepath.Join(b.dir, "wide.parquet"), "--seed", "1")
	if err != nil {
		return err
	}
	what := fmt.Sprintf("%d rows x %d columns, four of %d levels: ", rows, len(wideColumns), levels)
	b.most(what+"read, learn, sample, judge", r.seconds, 300, " s")
	b.most(what+"peak memory", r.peakMB, 1000, " MB")
	s := out.Report
	b.add(what+"what came of it", fmt.Sprintf("%d rows, %.0f s of a processor, Overall %.4f, C2ST against the holdout %.3f", out.Rows, r.cpu, s.Overall, s.Detection.C2Holdout), fmt.Sprintf("%d rows", rows), out.Rows == rows)
	return b.writing()
}

// writing: rows a second to Parquet by a stored gan of Adult, and whether the
// memory grows with them.
func (b *bench) writing() error {
	home := filepath.Join(b.dir, "writing")
	defer os.RemoveAll(home)
	var reply map[string]any
	if _, err := b.result(&reply, "import", b.adult("train.csv.gz"), "--project", "writing", "--as", "adult", "--home", home); err != nil {
		return err
	}
	if _, err := b.result(&reply, "train", "--project", "writing", "--dataset", "adult", "--effort", "quick", "--home", home); err != nil {
		return err
	}
	few, many := 1_000_000, 10_000_000
	if b.quick {
		few, many = 1_000_000, 2_000_000 // before a million rows the writer still grows
	}
	out := filepath.Join(b.dir, "writing.parquet")
	defer os.Remove(out)
	took := map[int]ran{}
	for _, n := range []int{few, many} {
		r, err := b.result(&reply, "export", "--project", "writing", "--rows", strconv.Itoa(n), "--out", out, "--home", home)
		if err != nil {
			return err
		}
		took[n] = r
	}
	speed := float64(many-few) / (took[many].seconds - took[few].seconds)
	figure := fmt.Sprintf("%.0f rows/s, %.2f µs of a processor a row", speed, 1e6*(took[many].cpu-took[few].cpu)/float64(many-few))
	if b.quick { // a second or two on a busy machine
		b.add("sample adult to Parquet", figure, "told", true)
	} else {
		b.timed("sample adult to Parquet", figure, "at least 300,000 rows/s", speed >= 300_000)
	}
	b.add("sample adult to Parquet: memory", fmt.Sprintf("%.0f MB for %d rows, %.0f MB for %d", took[few].peakMB, few, took[many].peakMB, many), "the same but for 20 %", took[many].peakMB < 1.2*took[few].peakMB)
	return nil
}
