package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"shoptwin/core/source"
	"shoptwin/store/remote"
)

// streamOf: many rows in constant memory, counted, and the same by hash in
// what is imported.
func (b *bench) streamOf(s *liveServer) error {
	rows := 1_000_000
	if b.quick {
		rows = 200_000
	}
	series := fmt.Sprintf("generate_series(1, %d) AS n(i)", rows)
	text, when := "'customer number ' || i", "timestamp '2024-01-01' + i * interval '1 minute'"
	if s.name == "MariaDB" {
		series = fmt.Sprintf("(SELECT seq AS i FROM seq_1_to_%d) AS n", rows)
		text, when = "concat('customer number ', i)", "timestampadd(MINUTE, i, '2024-01-01')"
	}
	if err := s.sql(fmt.Sprintf("CREATE TABLE big AS SELECT i AS id, %s AS name, CAST(i * 0.25 AS decimal(12,2)) AS price, %s AS at FROM %s;", text, when, series)); err != nil {
		return err
	}
	peaks := map[int]float64{}
	seconds := 0.
	for _, n := range []int{rows / 10, rows} {
		begun := time.Now()
		mb, read, err := readerMemory(s.address, fmt.Sprintf("SELECT * FROM big LIMIT %d", n))
		if err != nil {
			return err
		}
		if read != int64(n) {
			return fmt.Errorf("%d rows of %d", read, n)
		}
		peaks[n], seconds = mb, time.Since(begun).Seconds()
	}
	b.add(s.name+": the reader's memory", fmt.Sprintf("%.1f MB for %d rows, %.1f MB for %d (%.0f rows/s)", peaks[rows/10], rows/10, peaks[rows], rows, float64(rows)/seconds), "no more than 8 MB apart", peaks[rows] < peaks[rows/10]+8)
	home := filepath.Join(b.dir, "big-"+s.name)
	defer os.RemoveAll(home)
	var out struct {
		Datasets []struct{ Rows, Rejected int64 }
	}
	r, err := b.result(&out, "import", s.address, "--table", "big", "--project", "p", "--home", home)
	if err != nil {
		return err
	}
	ok := len(out.Datasets) == 1 && out.Datasets[0].Rows+out.Datasets[0].Rejected == int64(rows) && out.Datasets[0].Rejected == 0
	b.add(fmt.Sprintf("%s: %d rows imported", s.name, rows), fmt.Sprintf("%+v in %.1f s, %.0f MB with DuckDB's own", out.Datasets, r.seconds, r.peakMB), "all, under 1,500 MB", ok && r.peakMB < 1500)
	return nil
}

// readerMemory reads a query in this process and returns the most memory that
// was in use for it, after each of some collections.
func readerMemory(address, query string) (mb float64, rows int64, err error) {
	a, err := remote.ParseAddress(address)
	if err != nil {
		return 0, 0, err
	}
	db, err := remote.Open(context.Background(), a, password)
	if err != nil {
		return 0, 0, err
	}
	defer db.Close()
	info, _, err := db.Read(context.Background(), remote.Choice{Query: query}, source.Sink{
		Header: func([]string) error { return nil },
		Row: func(line int64, _ [][]byte) error {
			if line%20_000 == 0 {
				var m runtime.MemStats
				runtime.GC()
				runtime.ReadMemStats(&m)
				mb = max(mb, float64(m.HeapInuse)/(1<<20))
			}
			return nil
		},
		Reject: func(source.Reject) error { return nil },
	}, nil)
	return mb, info.Rows, err
}

// slowly is a query whose rows come one after the other for minutes.
func (s *liveServer) slowly() string {
	if s.name == "MariaDB" {
		return "SELECT seq, repeat('x', 200) AS t, sleep(0.0005) AS s FROM seq_1_to_1000000"
	}
	return "SELECT i, repeat('x', 200) AS t, pg_sleep(0.0005) AS s FROM generate_series(1, 1000000) AS n(i)"
}

// stoppedAt: Ctrl-C while rows come.
func (b *bench) stoppedAt(s *liveServer) error {
	code, said, after, err := b.disturbed(s, "stopped", func(cmd *exec.Cmd) error { return cmd.Process.Signal(os.Interrupt) })
	if err != nil {
		return err
	}
	b.timed(s.name+": Ctrl-C while rows come", fmt.Sprintf("exit %d after %.1f s: %s", code, after, said), "exit 130 within 3 s", code == 130 && after < 3)
	return nil
}

// killedAt: the server is killed while rows come.
func (b *bench) killedAt(s *liveServer) error {
	code, said, after, err := b.disturbed(s, "killed", func(*exec.Cmd) error { s.kill(); return nil })
	if err != nil {
		return err
	}
	b.timed(s.name+": the server is killed while rows come", fmt.Sprintf("exit %d after %.1f s: %s", code, after, said), "exit 1 within 5 s, names it, the rows and a way out",
		code == 1 && after < 5 && strings.Contains(said, s.port) && strings.Contains(said, "after") && strings.Contains(said, "→"))
	return nil
}

// disturbed imports slowly, disturbs after two seconds and waits for the end.
func (b *bench) disturbed(s *liveServer, what string, disturb func(*exec.Cmd) error) (code int, said string, after float64, err error) {
	home := filepath.Join(b.dir, what+"-"+s.name)
	cmd := exec.Command(b.bin, "import", s.address, "--query", s.slowly(), "--project", "p", "--home", home, "--quiet")
	var errs strings.Builder
	cmd.Stderr = &errs
	if err := cmd.Start(); err != nil {
		return 0, "", 0, err
	}
	time.Sleep(2500 * time.Millisecond)
	begun := time.Now()
	if err := disturb(cmd); err != nil {
		return 0, "", 0, err
	}
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	select {
	case <-ended:
	case <-time.After(30 * time.Second):
		_ = cmd.Process.Kill()
		<-ended
	}
	after = time.Since(begun).Seconds()
	b.nothingLeft(s.name+": "+what, home)
	return cmd.ProcessState.ExitCode(), strings.Join(strings.Fields(errs.String()), " "), after, nil
}
