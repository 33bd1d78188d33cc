package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// contest is a training step that both sides have.
type contest struct {
	name    string
	ours    string // benchmark in core/train
	theirs  string // model of server.py
	steps   int    // a turn
	bars    map[int]float64
	perWhat string
}

var contests = []contest{
	{"CTGAN step", "BenchmarkCTGAN", "ctgan", 8, map[int]float64{1: .90, 2: .60}, ""},
	{"LSTM step", "BenchmarkLSTM", "lstm", 15, map[int]float64{1: .75, 2: .55}, ""},
	{"behaviour step", "BenchmarkBehaviour", "behaviour", 4, map[int]float64{1: .9, 2: .9}, "movies"},
	{"LightGCN step against compressed rows", "BenchmarkLightGCN", "lightgcn csr", 4, map[int]float64{2: .5}, "epoch"},
	{"LightGCN step against coordinates", "BenchmarkLightGCN", "lightgcn coo", 2, map[int]float64{2: .5}, "epoch"},
}

// stepsPerEpoch is how many batches of 2,048 Gowalla's 810,128 pairs make.
const stepsPerEpoch = 396

func (b *bench) steps() error {
	tests, err := b.binary("./core/train")
	if err != nil {
		return err
	}
	for _, c := range contests {
		if c.perWhat != "" && noData() {
			b.add(row{check: c.name, measured: "no real data: set SHOPTWIN_DATA", bar: fmt.Sprintf("at most %.2f", c.bars[2]), unknown: true})
			continue
		}
		for _, threads := range []int{1, 2} {
			if threads > runtime.NumCPU() {
				break
			}
			if err := b.contest(tests, c, threads); err != nil {
				b.add(row{check: c.name, measured: err.Error(), bar: "runs"})
				break
			}
		}
	}
	if b.compile && b.rival != nil {
		b.compiled()
	}
	return nil
}

// noData says that the real data are not there.
func noData() bool {
	_, err := os.Stat(filepath.Join(os.Getenv("SHOPTWIN_DATA"), "gowalla"))
	return err != nil
}

func (b *bench) contest(tests binary, c contest, threads int) error {
	steps, turns := c.steps, b.turns(7)
	if b.full && c.perWhat == "epoch" {
		steps, turns = stepsPerEpoch, 1
	}
	var pairs []pair
	measure := func() ([]pair, error) {
		pairs = nil
		for range turns {
			rest()
			results, err := tests.benchmark("^"+c.ours+"$", fmt.Sprintf("%dx", steps), threads)
			if err != nil {
				return nil, err
			}
			r := results[c.ours]
			p := pair{ours: turn{r["median-ms"], r["best-ms"]}}
			if b.rival != nil {
				rest()
				ms, err := b.theirSteps(c.theirs, steps, threads)
				if err != nil {
					return nil, err
				}
				p.theirs = turnOf(ms)
			}
			pairs = append(pairs, p)
		}
		return pairs, nil
	}
	check := fmt.Sprintf("%s, %d core%s", c.name, threads, "s"[:threads-1])
	bar, ok := c.bars[threads]
	if !ok {
		bar = c.bars[2]
	}
	if err := b.compare(check, bar, measure); err != nil {
		return err
	}
	if c.perWhat == "epoch" {
		r := &b.rows[len(b.rows)-1]
		how := "extrapolated from steps"
		if b.full {
			how = "measured whole"
		}
		r.measured += fmt.Sprintf("; epoch %.0f s", sum(pairs, ours).median*stepsPerEpoch/1e3)
		if b.rival != nil {
			r.measured += fmt.Sprintf(" against %.0f", sum(pairs, theirs).median*stepsPerEpoch/1e3)
		}
		r.measured += ", " + how
	}
	return nil
}

func (b *bench) theirSteps(name string, steps, threads int) ([]float64, error) {
	var reply struct{ MS []float64 }
	err := b.rival.ask(map[string]any{"do": name, "threads": threads, "steps": steps, "warmup": 2}, &reply)
	return reply.MS, err
}

// compiled tries torch.compile on the steps that it may help, for information.
func (b *bench) compiled() {
	for _, c := range contests[:2] {
		if ms, err := b.theirSteps(c.theirs+" compiled", 10, 2); err != nil {
			text := err.Error()
			b.note("torch.compile, %s: %s", c.name, text[:min(len(text), 160)])
		} else {
			b.note("torch.compile, %s: %.4g ms on two cores", c.name, median(ms))
		}
	}
}

// memory shows what a training step takes from the heap, and that this does
// not add up.
func (b *bench) memory() error {
	tests, err := b.binary("./core/train")
	if err != nil {
		return err
	}
	for _, name := range []string{"BenchmarkStep", "BenchmarkCTGAN", "BenchmarkLSTM", "BenchmarkLightGCN"} {
		check := "garbage of " + strings.TrimPrefix(name, "Benchmark")
		if name == "BenchmarkLightGCN" && noData() {
			continue
		}
		results, err := tests.benchmark("^"+name+"$", "30x", runtime.NumCPU())
		if err != nil {
			b.add(row{check: check, measured: err.Error(), bar: "runs"})
			continue
		}
		r := results[name]
		b.add(row{
			check: check, measured: fmt.Sprintf("%.0f allocations, %.1f kB a step", r["allocs/op"], r["B/op"]/1e3),
			bar: "at most 200 and 100 kB", met: r["allocs/op"] <= 200 && r["B/op"] <= 100e3,
		})
	}
	b.tested("memory over 10,000 steps", goTest(nil, "-run", "^TestMemoryFlat$", "./core/train"), "flat")
	return nil
}
