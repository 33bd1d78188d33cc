package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// pipeline: a dirty file imported and prepared by the fixed eight steps, beside
// DuckDB given the same statements in one call, its own reader for ours, and
// beside one lean statement as one would write it by hand. It runs as a
// benchmark of store/duck, which alone knows DuckDB; the benchmark fails when a
// row is not accounted for.
func (b *bench) pipeline() error {
	program := filepath.Join(b.dir, "pipeline.test")
	if r, err := run(context.Background(), nil, ".", "go", "test", "-c", "-o", program, "./store/duck"); err != nil || r.code != 0 {
		return fmt.Errorf("building the benchmark: %v %s", err, r.err)
	}
	sizes, turns := []int{1_000_000, 10_000_000}, 3
	if b.quick {
		sizes, turns = []int{200_000}, 1
	}
	for _, rows := range sizes {
		what := fmt.Sprintf("pipeline of %d dirty rows: ", rows)
		m, _, err := b.benchmark(program, "Pipeline", "SHOPTWIN_ROWS="+strconv.Itoa(rows), "SHOPTWIN_TURNS="+strconv.Itoa(turns))
		if err != nil {
			return err
		}
		b.add(what+"rows", fmt.Sprintf("%d in, kept and rejected (%.0f) together", rows, m["rejected"]), "rows in = kept + rejected", true)
		ratio := m["ratio"] // the median of the turns', each of which ran both
		told := fmt.Sprintf("%.2f (%.1f s against %.1f; of a processor %.2f, %.1f s against %.1f)", ratio, m["ours-s"], m["same-s"], m["cpu-ratio"], m["ours-cpu-s"], m["same-cpu-s"])
		if b.quick { // a file so small is half over before there is work for two processors
			b.add(what+"beside DuckDB's own time for the same statements", told, "told; at most 1.15 in the full form", true)
		} else {
			b.timed(what+"beside DuckDB's own time for the same statements", told, "at most 1.15", ratio <= 1.15)
		}
		b.add(what+"beside one lean statement, nothing inferred, counted or said", fmt.Sprintf("%.2f (%.1f s; %.1f s of a processor)", m["ours-s"]/m["lean-s"], m["lean-s"], m["lean-cpu-s"]), "told", true)
	}
	rows := sizes[len(sizes)-1]
	if err := b.previews(program, rows); err != nil {
		return err
	}
	// Of a limit of 1,000 MB in the settings DuckDB gets 400; it takes more than
	// it is told, and the program some as well.
	_, r, err := b.benchmark(program, "Pipeline", "SHOPTWIN_ROWS="+strconv.Itoa(rows), "SHOPTWIN_ALONE=1", "SHOPTWIN_MEMORY=400")
	if err != nil {
		return err
	}
	b.most(fmt.Sprintf("pipeline of %d dirty rows: peak memory under a limit of 1,000 MB", rows), r.peakMB, 1000, " MB")
	return nil
}

// previews: a recipe of ten steps tried on a sample, nothing of it known yet,
// alone and while another program uses a processor.
func (b *bench) previews(program string, rows int) error {
	for _, beside := range []string{"", ", another program on one processor"} {
		ctx, stop := context.WithCancel(context.Background())
		busy := exec.CommandContext(ctx, "sh", "-c", "while :; do :; done")
		if beside != "" {
			if err := busy.Start(); err != nil {
				stop()
				return err
			}
		}
		m, _, err := b.benchmark(program, "Preview", "SHOPTWIN_ROWS="+strconv.Itoa(rows))
		stop()
		if beside != "" {
			_ = busy.Wait() // it was killed
		}
		if err != nil {
			return err
		}
		told := fmt.Sprintf("%.0f ms, %.0f once a step is changed, the very first %.0f; %.0f ms of a processor", m["preview-ms"], m["changed-ms"], m["first-ms"], m["preview-cpu-ms"])
		what := fmt.Sprintf("preview of ten steps at %d rows%s", rows, beside)
		if b.quick { // so little depends on what else runs
			b.add(what, told, "told; at most 300 ms in the full form", true)
		} else {
			b.timed(what, told, "at most 300 ms", m["preview-ms"] <= 300)
		}
	}
	return nil
}

// benchmark runs one benchmark and returns what it reports by unit.
func (b *bench) benchmark(program, name string, env ...string) (map[string]float64, ran, error) {
	if _, err := os.Stat(program); err != nil {
		return nil, ran{}, err
	}
	times := "1x"
	if name == "Preview" {
		times = "15x"
	}
	r, err := run(context.Background(), env, b.dir, program, "-test.run", "^$", "-test.bench", "^Benchmark"+name+"$", "-test.benchtime", times, "-test.timeout", "1h")
	if err != nil {
		return nil, r, err
	}
	if r.code != 0 {
		return nil, r, fmt.Errorf("%s: %s %s", name, r.out, r.err)
	}
	out := map[string]float64{}
	fields := strings.Fields(r.out)
	for i := 1; i < len(fields); i++ {
		if x, err := strconv.ParseFloat(fields[i-1], 64); err == nil {
			out[fields[i]] = x
		}
	}
	return out, r, nil
}
