// Command accept runs the acceptance measurements on real data and prints a
// table: what was measured, the figure, the bar, and whether it was met. It
// drives the built programs from outside, as a person would.
//
//	go run ./build/accept [-quick] [-only synth,promo,...]
//
// -quick leaves out what takes many minutes (the fresh clone) and measures
// random models with one seed instead of three. A check that misses a bar on
// time runs once more, as another program may have had the processors; the
// better time counts and both are told. What was missed is told once more at
// the end.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// row is one measured figure.
type row struct {
	check, figure, bar string
	ok                 bool
	timed              bool // by its time, which depends on what else runs
}

// bench is what the checks share.
type bench struct {
	data  string // folder of the real data
	bin   string // the command line program
	dir   string // for files made on the way; removed at the end
	quick bool
	rows  []row
}

var checks = []struct {
	name string
	run  func(*bench) error
}{
	{"quality", (*bench).quality},
	{"synth", (*bench).synth},
	{"private", (*bench).private},
	{"tables", (*bench).related},
	{"retail", (*bench).retail},
	{"sequences", (*bench).sequences},
	{"everywhere", (*bench).everywhere},
	{"minority", (*bench).minority},
	{"cold", (*bench).coldProducts},
	{"purchases", (*bench).purchases},
	{"reference", (*bench).reference},
	{"inputs", (*bench).inputs},
	{"referencegraph", (*bench).referenceGraph},
	{"movies", (*bench).movies},
	{"places", (*bench).placesToGo},
	{"gowalla", (*bench).gowallaNetwork},
	{"promo", (*bench).promo},
	{"truth", (*bench).truth},
	{"plans", (*bench).plans},
	{"whatif", (*bench).whatIf},
	{"planfile", (*bench).planFile},
	{"ope", (*bench).ope},
	{"shoppers", (*bench).shoppers},
	{"fratunits", (*bench).fratUnits},
	{"coupons", (*bench).coupons},
	{"simulate", (*bench).notSimulated},
	{"policy", (*bench).policyReference},
	{"uplift", (*bench).uplift},
	{"recommend", (*bench).recommendation},
	{"kept", (*bench).subcommands},
	{"badinput", (*bench).badInput},
	{"hostile", (*bench).hostile},
	{"large", (*bench).large},
	{"pipeline", (*bench).pipeline},
	{"onlineretail", (*bench).onlineRetail},
	{"samefile", (*bench).sameFile},
	{"formats", (*bench).formats},
	{"shapes", (*bench).shapes},
	{"broken", (*bench).broken},
	{"harm", (*bench).harm},
	{"servers", (*bench).databases},
	{"connect", (*bench).connect},
	{"look", (*bench).look},
	{"shell", (*bench).shell},
	{"strangers", (*bench).strangers},
	{"crash", (*bench).crash},
	{"reports", (*bench).reports},
	{"start", (*bench).start},
	{"scrolling", (*bench).scrolling},
	{"soak", (*bench).soak},
	{"windows", (*bench).windows},
	{"clone", (*bench).clone},
}

func main() {
	quick := flag.Bool("quick", false, "leave out what takes many minutes")
	only := flag.String("only", "", "comma-separated names of checks")
	flag.Parse()
	dir, err := os.MkdirTemp("", "shoptwin-accept-")
	if err != nil {
		fail(err)
	}
	defer os.RemoveAll(dir)
	b := &bench{data: os.Getenv("SHOPTWIN_DATA"), dir: dir, quick: *quick}
	if b.data == "" {
		b.data = "../shared/data"
	}
	for _, p := range []*string{&b.data} {
		if *p, err = filepath.Abs(*p); err != nil {
			fail(err)
		}
	}
	if b.bin, err = filepath.Abs("build/bin/shoptwin"); err != nil {
		fail(err)
	}
	if _, err := os.Stat(b.data); err != nil {
		fail(fmt.Errorf("the real data are not at %s: set SHOPTWIN_DATA", b.data))
	}
	for _, c := range checks {
		if *only != "" && !slices.Contains(strings.Split(*only, ","), c.name) {
			continue
		}
		first := len(b.rows)
		b.check(c.name, c.run)
		if slices.ContainsFunc(b.rows[first:], row.late) {
			again := *b
			again.rows = nil
			if again.dir, err = os.MkdirTemp(dir, "again-"); err != nil {
				fail(err)
			}
			again.check(c.name+", again for the time", c.run)
			for i := range b.rows[first:] {
				b.rows[first+i].better(again.rows)
			}
		}
	}
	tell(b.rows)
	missed := slices.DeleteFunc(slices.Clone(b.rows), func(r row) bool { return r.ok })
	if len(missed) > 0 {
		fmt.Println("\nmissed:")
		tell(missed)
	}
	fmt.Printf("accept: %d passed, %d failed\n", len(b.rows)-len(missed), len(missed))
	if len(missed) > 0 {
		os.RemoveAll(dir)
		os.Exit(1)
	}
}

func tell(rows []row) {
	t := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "\tcheck\tmeasured\tbar")
	for _, r := range rows {
		mark := "met"
		if !r.ok {
			mark = "MISSED"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", mark, r.check, r.figure, r.bar)
	}
	t.Flush()
}

// check runs one of the checks; its error is a missed row.
func (b *bench) check(name string, run func(*bench) error) {
	begun, used := time.Now(), cpuSeconds()
	fmt.Fprintf(os.Stderr, "%s …\n", name)
	if err := run(b); err != nil {
		b.add(name, err.Error(), "runs", false)
	}
	fmt.Fprintf(os.Stderr, "%s took %.0f s, %.0f CPU s\n", name, time.Since(begun).Seconds(), cpuSeconds()-used)
}

func (r row) late() bool { return r.timed && !r.ok }

// better lets a late row pass if it was met in another attempt.
func (r *row) better(again []row) {
	if !r.late() {
		return
	}
	for _, a := range again {
		if a.check == r.check {
			r.figure, r.ok = r.figure+"; again: "+a.figure, a.ok
		}
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "accept:", err)
	os.Exit(2)
}

func (b *bench) add(check, figure, bar string, ok bool) {
	b.rows = append(b.rows, row{check: check, figure: figure, bar: bar, ok: ok})
	fmt.Fprintf(os.Stderr, "  %s: %s (%s)\n", check, figure, bar)
}

// timed is add for a bar on time.
func (b *bench) timed(check, figure, bar string, ok bool) {
	b.add(check, figure, bar, ok)
	b.rows[len(b.rows)-1].timed = true
}

func (b *bench) least(check string, got, bar float64) {
	b.add(check, fmt.Sprintf("%.4f", got), fmt.Sprintf("at least %g", bar), got >= bar)
}

// most is about time where the unit is of time.
func (b *bench) most(check string, got, bar float64, unit string) {
	add := b.add
	if unit == " s" || unit == " ms" {
		add = b.timed
	}
	add(check, fmt.Sprintf("%.4g%s", got, unit), fmt.Sprintf("at most %g%s", bar, unit), got <= bar)
}

func (b *bench) within(check string, got, lo, hi float64) {
	b.add(check, fmt.Sprintf("%.3f", got), fmt.Sprintf("%g to %g", lo, hi), got >= lo && got <= hi)
}

// ran is one finished command.
type ran struct {
	code     int
	out, err string
	seconds  float64
	cpu      float64 // seconds of all its threads
	peakMB   float64
}

// command runs the program with args and waits for it. env is added to the
// environment.
func (b *bench) command(env []string, args ...string) (ran, error) {
	return run(context.Background(), env, "", b.bin, args...)
}

func run(ctx context.Context, env []string, dir, name string, args ...string) (ran, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = append(os.Environ(), env...)
	cmd.Dir = dir
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	begun := time.Now()
	err := cmd.Start()
	if err != nil {
		return ran{}, err
	}
	ended, peak := make(chan struct{}), make(chan float64)
	go func() { peak <- watch(cmd.Process.Pid, ended) }()
	err = cmd.Wait()
	r := ran{out: out.String(), err: errs.String(), seconds: time.Since(begun).Seconds()}
	close(ended)
	r.peakMB = <-peak
	if cmd.ProcessState != nil {
		r.code = cmd.ProcessState.ExitCode()
		r.cpu = (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()
	}
	if _, exited := err.(*exec.ExitError); exited {
		err = nil
	}
	return r, err
}

// watch returns the most memory that a process has had, in MB, as it was last
// seen. What the system tells of one that has ended (Maxrss) is at least what
// its parent had when it began, which may be more.
func watch(pid int, ended <-chan struct{}) (mb float64) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
		for line := range strings.Lines(string(status)) {
			var kb float64
			if n, _ := fmt.Sscanf(line, "VmHWM: %f kB", &kb); n == 1 {
				mb = max(mb, kb/1024)
			}
		}
		select {
		case <-ended:
			return mb
		case <-tick.C:
		}
	}
}

// result runs the program with --json and decodes its answer into v.
func (b *bench) result(v any, args ...string) (ran, error) {
	r, err := b.command(nil, append(args, "--json", "--quiet")...)
	if err != nil {
		return r, err
	}
	if r.code != 0 {
		return r, fmt.Errorf("shoptwin %s: exit %d: %s", strings.Join(args[:min(2, len(args))], " "), r.code, strings.TrimSpace(r.err))
	}
	return r, json.Unmarshal([]byte(r.out), v)
}

func median(x []float64) float64 {
	x = slices.Clone(x)
	slices.Sort(x)
	n := len(x)
	if n == 0 {
		return 0
	}
	return (x[(n-1)/2] + x[n/2]) / 2
}
