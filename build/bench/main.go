// Command bench measures the training engine against PyTorch and OpenBLAS and
// prints a table: what was measured, our figure, theirs, the bar, and whether
// it was met. Both sides work in turn in one call, so that a busy machine is
// busy for both; a ratio is the median over the turns, and figures are medians
// with the best of all in brackets.
//
//	go run ./build/bench [-quick] [-full] [-compile] [-only gemm,steps,...]
//
// PyTorch, numpy and OpenBLAS come from pip into build/bench/venv, which may be
// thrown away. Without Python or an index our figures are printed alone.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// row is one line of the table. Without a bar it is for information only;
// with a bar and unknown set there was nobody to compare with.
type row struct {
	check, ours, theirs, measured, bar string
	met, unknown                       bool
}

// bench is what the checks share.
type bench struct {
	dir                  string // for test binaries; removed at the end
	quick, full, compile bool
	rival                *rival // nil: no Python
	rows                 []row
	notes                []string
}

var checks = []struct {
	name  string
	rival bool // compares with Python's side
	run   func(*bench) error
}{
	{"gemm", true, (*bench).gemm},
	{"steps", true, (*bench).steps},
	{"memory", false, (*bench).memory},
	{"same", false, (*bench).same},
	{"wasm", false, (*bench).wasm},
	{"busy", false, (*bench).busy},
	{"cross", false, (*bench).cross},
}

func main() {
	b := &bench{}
	flag.BoolVar(&b.quick, "quick", false, "fewer turns, and neither race detector nor cross-builds")
	flag.BoolVar(&b.full, "full", false, "whole epochs of LightGCN instead of some steps")
	flag.BoolVar(&b.compile, "compile", false, "try torch.compile, too: minutes")
	only := flag.String("only", "", "comma-separated names of checks")
	flag.Parse()
	dir, err := os.MkdirTemp("", "shoptwin-bench-")
	if err != nil {
		fail(err)
	}
	b.dir = dir
	if os.Getenv("SHOPTWIN_DATA") == "" {
		os.Setenv("SHOPTWIN_DATA", "../shared/data")
	}
	data, err := filepath.Abs(os.Getenv("SHOPTWIN_DATA"))
	if err != nil {
		fail(err)
	}
	os.Setenv("SHOPTWIN_DATA", data) // tests run in their package's folder

	if load := loadBefore(); load > .5 {
		b.note("the machine was busy with other work before: load %.1f on %d cores; two-core figures of both OpenBLAS and PyTorch then fall more than ours, and say little", load, runtime.NumCPU())
	}
	tried := false
	for _, c := range checks {
		if *only != "" && !slices.Contains(strings.Split(*only, ","), c.name) {
			continue
		}
		if c.rival && !tried {
			tried = true
			if b.rival, err = summon(); err != nil {
				b.note("no comparison: %v", err)
			} else {
				b.note("%s", b.rival.about)
			}
		}
		begun := time.Now()
		fmt.Fprintf(os.Stderr, "%s …\n", c.name)
		if err := c.run(b); err != nil {
			b.add(row{check: c.name, measured: err.Error(), bar: "runs"})
		}
		fmt.Fprintf(os.Stderr, "%s took %.0f s\n", c.name, time.Since(begun).Seconds())
	}
	b.rival.dismiss()
	os.RemoveAll(dir)
	if b.print() {
		os.Exit(1)
	}
}

// loadBefore returns the mean number of running threads in the last minute; 0
// where the system does not tell.
func loadBefore() (load float64) {
	b, err := os.ReadFile("/proc/loadavg")
	if err == nil {
		fmt.Sscan(string(b), &load)
	}
	return load
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "bench:", err)
	os.Exit(2)
}

func (b *bench) add(r row) {
	b.rows = append(b.rows, r)
	fmt.Fprintf(os.Stderr, "  %s: %s (%s) %s\n", r.check, r.measured, r.bar, r.verdict())
}

func (b *bench) note(format string, args ...any) {
	b.notes = append(b.notes, fmt.Sprintf(format, args...))
	fmt.Fprintf(os.Stderr, "  %s\n", b.notes[len(b.notes)-1])
}

func (r row) verdict() string {
	switch {
	case r.bar == "":
		return ""
	case r.unknown:
		return "not compared"
	case r.met:
		return "met"
	}
	return "MISSED"
}

// print writes the table and says whether a bar was missed.
func (b *bench) print() bool {
	for _, n := range b.notes {
		fmt.Println(n)
	}
	t := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "verdict\tcheck\tours\ttheirs\tmeasured\tbar")
	counts := map[string]int{}
	for _, r := range b.rows {
		counts[r.verdict()]++
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\n", r.verdict(), r.check, r.ours, r.theirs, r.measured, r.bar)
	}
	t.Flush()
	fmt.Printf("bench: %d met, %d missed, %d not compared\n", counts["met"], counts["MISSED"], counts["not compared"])
	return counts["MISSED"] > 0
}

// turns returns how often the two sides take turns.
func (b *bench) turns(n int) int {
	if b.quick {
		return 3
	}
	return n
}
