package main

import (
	"fmt"
	"maps"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// same runs the tests that hold the promise of equal weights.
func (b *bench) same() error {
	b.tested("same weights with 1, 2, 3 and 8 threads",
		goTest(nil, "-run", "^(TestContract|TestThreads|TestSgemmThreads)$/./^threads$", "./core/nn", "./core/train"), "bit for bit")
	b.tested("same weights after kill -9 and resume",
		goTest(nil, "-run", "^(TestKilledTraining|TestContract)$/./^resume$", "./core/train"), "bit for bit")
	return nil
}

// wasm runs the page's engine under Node.
func (b *bench) wasm() error {
	if _, err := exec.LookPath("node"); err != nil {
		b.add(row{check: "native and wasm predict the same", measured: "Node is not installed", bar: "within 1e-5", unknown: true})
		return nil
	}
	goroot, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return err
	}
	env := []string{"GOOS=js", "GOARCH=wasm", "CGO_ENABLED=0"}
	run := "-exec=" + filepath.Join(strings.TrimSpace(string(goroot)), "lib", "wasm", "go_js_wasm_exec")
	b.tested("native and wasm predict the same", goTest(env, run, "-run", "^TestPredicts$", "./core/nn"), "within 1e-5")
	o := goTest(env, run, "-run", "^$", "-bench", "^BenchmarkNet$/^(dense|LSTM)", "./core/nn")
	results := parse([]byte(o.text))
	for _, name := range slices.Sorted(maps.Keys(results)) {
		r := results[name]
		b.add(row{check: "wasm " + strings.TrimPrefix(name, "BenchmarkNet/"), measured: fmt.Sprintf("%.3g rows/s, %.2g GFLOP/s", r["rows/s"], r["GFLOP/s"])})
	}
	if len(results) == 0 {
		b.add(row{check: "wasm speed", measured: "no benchmark ran: " + failure(o.text), bar: "runs"})
	}
	return nil
}

// busy asks whether trainings leave the window its share.
func (b *bench) busy() error {
	b.tested("calls beside four trainings", goTest(nil, "-run", "^TestBusy$", "./app"), "under 20 ms")
	if b.quick {
		return nil
	}
	b.tested("race detector, four trainings", goTest(nil, "-race", "-short", "-run", "^(TestContract|TestBusy)$/./^at_once$", "./core/train", "./app"), "clean")
	return nil
}

// cross builds for the other systems and runs the arm64 tests under emulation.
func (b *bench) cross() error {
	if b.quick {
		return nil
	}
	for _, target := range []struct{ name, check, bar string }{
		{"cross", "windows/amd64, darwin/arm64, linux/arm64, js/wasm", "compiles"},
		{"test-arm64", "tests on arm64, emulated", "pass"},
	} {
		out, err := exec.Command("make", target.name).CombinedOutput()
		b.add(row{check: target.check, measured: last(string(out)), bar: target.bar, met: err == nil})
	}
	return nil
}
