package main

import (
	"bufio"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// sameFile: the same seed gives the same file, by hash, on one thread and on
// two, for every engine and both kinds of file; and a training that was killed
// and taken up again ends where one that was left alone does.
func (b *bench) sameFile() error {
	cut := filepath.Join(b.dir, "cut.csv")
	rows := 6000
	if b.quick {
		rows = 1500
	}
	if err := head(b.adult("train.csv.gz"), cut, rows); err != nil {
		return err
	}
	for _, engine := range []string{"gan", "autoregressive", "vae", "tree", "marginal"} {
		for _, format := range []string{"csv", "parquet"} {
			if b.quick && format == "parquet" && engine != "gan" {
				continue
			}
			seen := map[string]bool{}
			for _, threads := range []string{"1", "2", "2"} {
				out := filepath.Join(b.dir, "same."+format)
				args := []string{"synth", cut, "--engine", engine, "--effort", "quick", "--rows", "70000", "--out", out, "--seed", "7", "--quiet"}
				if engine == "marginal" {
					args = append(args, "--noise-seed", "7")
				}
				r, err := b.command([]string{"GOMAXPROCS=" + threads}, args...)
				if err != nil {
					return err
				}
				if r.code != 0 {
					return fmt.Errorf("synth by %s: exit %d: %s", engine, r.code, strings.TrimSpace(r.err))
				}
				sum, err := hash(out)
				if err != nil {
					return err
				}
				seen[sum] = true
			}
			b.add(fmt.Sprintf("the same %s by %s, on one thread and on two", format, engine), fmt.Sprintf("%d hashes of three files", len(seen)), "one hash", len(seen) == 1)
		}
	}
	engines := []string{"gan", "autoregressive", "vae"}
	if b.quick {
		engines = engines[:1]
	}
	for _, engine := range engines {
		if err := b.killed(engine, cut); err != nil {
			return err
		}
	}
	return nil
}

// killed trains one model undisturbed and one that is killed on the way, and
// compares the rows that they write.
func (b *bench) killed(engine, file string) error {
	sums, kills := map[string]bool{}, 0
	whole := 0.
	for _, disturbed := range []bool{false, true} {
		home := filepath.Join(b.dir, fmt.Sprintf("same-%s-%t", engine, disturbed))
		defer os.RemoveAll(home)
		var reply map[string]any
		if _, err := b.result(&reply, "import", file, "--project", "p", "--as", "cut", "--home", home); err != nil {
			return err
		}
		args := []string{"train", "--project", "p", "--dataset", "cut", "--engine", engine, "--seed", "3", "--home", home}
		for try := 0; disturbed && try < 2; try++ {
			cmd := exec.Command(b.bin, append(args, "--quiet")...)
			if err := cmd.Start(); err != nil {
				return err
			}
			time.Sleep(time.Duration(whole * .4 * float64(time.Second)))
			cmd.Process.Kill()
			cmd.Wait()
			if cmd.ProcessState.ExitCode() != 0 {
				kills++
			}
		}
		r, err := b.result(&reply, args...)
		if err != nil {
			return err
		}
		whole = r.seconds
		out := filepath.Join(b.dir, "killed.csv")
		if _, err := b.result(&reply, "export", "--project", "p", "--rows", "20000", "--out", out, "--home", home); err != nil {
			return err
		}
		sum, err := hash(out)
		if err != nil {
			return err
		}
		sums[sum] = true
	}
	b.add(fmt.Sprintf("%s, killed while training and taken up again", engine), fmt.Sprintf("%d hashes of two files, killed %d times", len(sums), kills), "one hash, killed once at least", len(sums) == 1 && kills > 0)
	return nil
}

// head writes the first rows lines of a packed CSV file and its header.
func head(from, to string, rows int) error {
	f, err := os.Open(from)
	if err != nil {
		return err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	var text []byte
	lines := bufio.NewScanner(z)
	for i := 0; i <= rows && lines.Scan(); i++ {
		text = append(append(text, lines.Bytes()...), '\n')
	}
	if err := lines.Err(); err != nil {
		return err
	}
	return os.WriteFile(to, text, 0o600)
}

func hash(path string) (string, error) {
	b, err := os.ReadFile(path)
	return fmt.Sprintf("%x", sha256.Sum256(b)), err
}
