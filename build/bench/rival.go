package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

// rival is a Python process that does what it is asked, one request at a time
// (build/bench/torch/server.py).
type rival struct {
	about   string
	process *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Scanner
}

const (
	venv    = "build/bench/venv"
	scripts = "build/bench/torch"
)

// summon starts Python's side, in a virtual environment that it makes first
// where there is none.
func summon() (*rival, error) {
	python, err := install()
	if err != nil {
		return nil, err
	}
	r := &rival{process: exec.Command(python, filepath.Join(scripts, "server.py"))}
	var complaints bytes.Buffer
	r.process.Stderr = &complaints
	if r.in, err = r.process.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := r.process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	r.out = bufio.NewScanner(out)
	r.out.Buffer(nil, 1<<24)
	if err := r.process.Start(); err != nil {
		return nil, err
	}
	var v struct{ Torch, Numpy, Openblas, Instructions string }
	if err := r.ask(map[string]any{"do": "versions"}, &v); err != nil {
		r.dismiss()
		return nil, fmt.Errorf("%w: %s", err, last(complaints.String()))
	}
	r.about = fmt.Sprintf("PyTorch %s (%s), %s", v.Torch, v.Instructions, v.Openblas)
	return r, nil
}

// install returns the environment's Python. The file "ready" is written when
// all is there: an installation that was cut off begins anew.
func install() (python string, err error) {
	python = filepath.Join(venv, "bin", "python")
	if runtime.GOOS == "windows" {
		python = filepath.Join(venv, "Scripts", "python.exe")
	}
	ready := filepath.Join(venv, "ready")
	if _, err := os.Stat(ready); err == nil {
		return python, nil
	}
	found := ""
	for _, name := range []string{"python3", "python"} {
		if found, err = exec.LookPath(name); err == nil {
			break
		}
	}
	if err != nil {
		return "", errors.New("no python3 is installed")
	}
	fmt.Fprintf(os.Stderr, "installing PyTorch and OpenBLAS into %s …\n", venv)
	if err := os.RemoveAll(venv); err != nil {
		return "", err
	}
	if out, err := exec.Command(found, "-m", "venv", venv).CombinedOutput(); err != nil {
		return "", fmt.Errorf("python -m venv: %s", last(string(out)))
	}
	pip := func(args ...string) error {
		args = append([]string{"-m", "pip", "install", "--quiet", "--disable-pip-version-check"}, args...)
		if out, err := exec.Command(python, args...).CombinedOutput(); err != nil {
			return fmt.Errorf("pip: %s", last(string(out)))
		}
		return nil
	}
	// The index of CPU builds is the small download; the default one's build
	// computes the same on a CPU.
	if pip("--retries", "1", "--timeout", "10", "torch", "--index-url", "https://download.pytorch.org/whl/cpu") != nil {
		if err := pip("torch"); err != nil {
			return "", err
		}
	}
	if err := pip("numpy", "scipy-openblas32"); err != nil {
		return "", err
	}
	return python, os.WriteFile(ready, nil, 0o644)
}

func last(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}

// ask sends a request and decodes the answer into v.
func (r *rival) ask(q, v any) error {
	if err := json.NewEncoder(r.in).Encode(q); err != nil {
		return fmt.Errorf("the Python process is gone: %w", err)
	}
	if !r.out.Scan() {
		return errors.New("the Python process ended")
	}
	var failed struct{ Error string }
	if err := json.Unmarshal(r.out.Bytes(), &failed); err != nil {
		return err
	}
	if failed.Error != "" {
		return errors.New(failed.Error)
	}
	return json.Unmarshal(r.out.Bytes(), v)
}

// dismiss ends the process; a nil rival is none.
func (r *rival) dismiss() {
	if r == nil {
		return
	}
	r.in.Close()
	// A rival that does not end by itself within a second is ended.
	timer := time.AfterFunc(time.Second, func() { r.process.Process.Kill() })
	defer timer.Stop()
	r.process.Wait()
}

// rest lets the other side's idle threads fall asleep before a turn.
func rest() { time.Sleep(30 * time.Millisecond) }

// turn is how long one side took in its turn, in ms a call.
type turn struct{ median, best float64 }

func turnOf(ms []float64) turn { return turn{median(ms), slices.Min(ms)} }

// pair is a turn of each side. theirs is zero when there is nobody to compare
// with.
type pair struct{ ours, theirs turn }

func ours(p pair) turn   { return p.ours }
func theirs(p pair) turn { return p.theirs }

// sum returns one side's median over the turns, and its best.
func sum(pairs []pair, side func(pair) turn) turn {
	var medians, bests []float64
	for _, p := range pairs {
		medians, bests = append(medians, side(p).median), append(bests, side(p).best)
	}
	return turn{median(medians), slices.Min(bests)}
}

// ratio is the median over the turns of ours by theirs.
func ratio(pairs []pair) float64 {
	var r []float64
	for _, p := range pairs {
		r = append(r, p.ours.median/p.theirs.median)
	}
	return median(r)
}

// median returns 0 for nothing.
func median(x []float64) float64 {
	x = slices.Clone(x)
	slices.Sort(x)
	n := len(x)
	if n == 0 {
		return 0
	}
	return (x[(n-1)/2] + x[n/2]) / 2
}

// compare adds the row of a contest in time: ours at most bar of theirs.
func (b *bench) compare(check string, bar float64, measure func() ([]pair, error)) error {
	pairs, told, err := b.attempts(bar, measure)
	if err != nil {
		return err
	}
	r := row{check: check, bar: fmt.Sprintf("at most %.2f", bar), unknown: b.rival == nil}
	we, they := sum(pairs, ours), sum(pairs, theirs)
	r.ours = fmt.Sprintf("%.4g (%.4g) ms", we.median, we.best)
	if !r.unknown {
		got := ratio(pairs)
		r.theirs = fmt.Sprintf("%.4g (%.4g) ms", they.median, they.best)
		r.measured, r.met = fmt.Sprintf("%.2f (best %.2f)%s", got, we.best/they.best, told), got <= bar
	}
	b.add(r)
	return nil
}

// attempts measures until our time is at most bar of theirs, three times at
// most: on a shared machine a miss may be the neighbours'. It returns the
// pairs of the best ratio, and the ratios of all if there were several.
func (b *bench) attempts(bar float64, measure func() ([]pair, error)) (best []pair, told string, err error) {
	var all []string
	for range 3 {
		pairs, err := measure()
		if err != nil || b.rival == nil {
			return pairs, "", err
		}
		all = append(all, fmt.Sprintf("%.2f", ratio(pairs)))
		if best == nil || ratio(pairs) < ratio(best) {
			best = pairs
		}
		if ratio(best) <= bar {
			break
		}
	}
	if len(all) > 1 {
		told = ", ours to theirs in " + strings.Join(all, ", ")
	}
	return best, told, nil
}
