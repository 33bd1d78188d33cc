package main

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// binary is a package's compiled tests: a benchmark started from it begins at
// once.
type binary struct{ path, dir string }

func (b *bench) binary(pkg string) (binary, error) {
	t := binary{filepath.Join(b.dir, strings.Trim(strings.ReplaceAll(pkg, "/", "-"), ".-")+".test"), pkg}
	if _, err := os.Stat(t.path); err == nil {
		return t, nil
	}
	if out, err := exec.Command("go", "test", "-c", "-o", t.path, pkg).CombinedOutput(); err != nil {
		return t, fmt.Errorf("go test -c %s: %s", pkg, last(string(out)))
	}
	return t, nil
}

// metrics are a benchmark's figures by unit.
type metrics map[string]float64

// benchmark runs what matches the pattern, on so many threads.
func (t binary) benchmark(pattern, time string, threads int) (map[string]metrics, error) {
	cmd := exec.Command(t.path, "-test.run=^$", "-test.bench="+pattern, "-test.benchtime="+time, "-test.benchmem")
	cmd.Dir = t.dir
	cmd.Env = append(os.Environ(), "GOMAXPROCS="+strconv.Itoa(threads))
	out, err := cmd.CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("%s: %s", pattern, failure(string(out)))
	}
	results := parse(out)
	if len(results) == 0 {
		return nil, fmt.Errorf("%s did not run: %s", pattern, failure(string(out)))
	}
	return results, nil
}

var threadSuffix = regexp.MustCompile(`-\d+$`)

// parse reads what go test -bench prints, by the benchmark's name without the
// number of threads.
func parse(out []byte) map[string]metrics {
	results := map[string]metrics{}
	for line := range bytes.Lines(out) {
		f := strings.Fields(string(line))
		if len(f) < 4 || !strings.HasPrefix(f[0], "Benchmark") {
			continue
		}
		m := metrics{}
		for i := 2; i+1 < len(f); i += 2 {
			if v, err := strconv.ParseFloat(f[i], 64); err == nil {
				m[f[i+1]] = v
			}
		}
		results[threadSuffix.ReplaceAllString(f[0], "")] = m
	}
	return results
}

// outcome is how tests went: the names of those that passed and failed, and
// what they logged.
type outcome struct {
	passed, failed, logs []string
	text                 string
}

var (
	verdictLine = regexp.MustCompile(`(?m)^\s*--- (PASS|FAIL|SKIP): (\S+)`)
	logLine     = regexp.MustCompile(`(?m)^\s+\w+_test\.go:\d+: (.*)$`)
)

// goTest runs go test -v with the arguments. Tests of which none ran count as
// failed: a name may have changed.
func goTest(env []string, args ...string) outcome {
	cmd := exec.Command("go", append([]string{"test", "-count=1", "-v"}, args...)...)
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.CombinedOutput()
	o := outcome{text: string(out)}
	for _, m := range verdictLine.FindAllStringSubmatch(o.text, -1) {
		if m[1] == "PASS" {
			o.passed = append(o.passed, m[2])
		} else {
			o.failed = append(o.failed, m[2])
		}
	}
	for _, m := range logLine.FindAllStringSubmatch(o.text, -1) {
		o.logs = append(o.logs, m[1])
	}
	if err != nil && len(o.failed) == 0 {
		o.failed = append(o.failed, failure(o.text))
	}
	if len(o.passed)+len(o.failed) == 0 {
		o.failed = append(o.failed, "no such test")
	}
	return o
}

// failure picks the line of a failed command that says most.
func failure(text string) string {
	for _, line := range strings.Split(text, "\n") {
		for _, sign := range []string{"panic:", "DATA RACE", "--- FAIL", "error:", "_test.go:", ".go:"} {
			if strings.Contains(line, sign) {
				return strings.TrimSpace(line)
			}
		}
	}
	return last(text)
}

// tested adds the row of tests that must pass; measured is what they logged,
// or their names.
func (b *bench) tested(check string, o outcome, bar string) {
	r := row{check: check, bar: bar, met: len(o.failed) == 0}
	parts := map[string]int{}
	for _, name := range o.passed {
		top, _, _ := strings.Cut(name, "/")
		parts[top]++
	}
	for _, top := range slices.Sorted(maps.Keys(parts)) {
		if r.measured != "" {
			r.measured += ", "
		}
		if r.measured += top; parts[top] > 1 {
			r.measured += fmt.Sprintf(" (%d parts)", parts[top]-1)
		}
	}
	if len(o.logs) > 0 {
		r.measured += ": " + strings.Join(o.logs, "; ")
	}
	if !r.met {
		r.measured = "failed: " + strings.Join(o.failed, ", ")
	}
	b.add(r)
}
