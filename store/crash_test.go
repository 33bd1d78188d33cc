package store

import (
	"bufio"
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// TestMain turns the test binary into the writer that TestKill kills.
func TestMain(m *testing.M) {
	if home := os.Getenv("STORE_CRASH_HOME"); home != "" {
		writeForever(home)
	}
	os.Exit(m.Run())
}

// numbered is what a crash must keep: its bytes are known from its number.
func numbered(n int) []byte {
	return bytes.Repeat([]byte{byte(n), byte(n >> 8)}, 1000+n%5*chunkSize/2)
}

// writeForever does one thing after another and says each that is done.
func writeForever(home string) {
	s, err := Open(home)
	if err != nil {
		fmt.Println("fail", err)
		os.Exit(1)
	}
	p, err := s.Project("p")
	if err != nil {
		p, err = s.CreateProject("p")
	}
	old, lerr := s.List(p.ID, Model)
	for n := len(old); err == nil && lerr == nil; n++ {
		rec := Record{ID: fmt.Sprintf("m%06d", n), Project: p.ID, Kind: Model, Name: fmt.Sprint(n)}
		if _, err = s.PutBytes(rec, bytes.NewReader(numbered(n))); err == nil {
			fmt.Println(n)
		}
		if n%7 == 3 && err == nil {
			var gone Project
			if gone, err = s.CreateProject("gone"); err == nil {
				err = s.DeleteProject(gone.ID)
			}
		}
		if n%5 == 4 && err == nil {
			_, _, err = s.Compact()
		}
	}
	fmt.Println("fail", err, lerr)
	os.Exit(1)
}

// TestKill kills a writer with SIGKILL at random moments. What it said was
// done must be there, at most the thing under way may be lost, and the store
// must be sound.
func TestKill(t *testing.T) {
	rng := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 1))
	home := t.TempDir()
	done := 0
	for round := 0; round < 12 || done < 5 && round < 100; round++ { // a busy machine kills before anything is done
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "STORE_CRASH_HOME="+home)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		wait := time.Duration(rng.IntN(250)) * time.Millisecond
		time.AfterFunc(wait, func() { cmd.Process.Kill() })
		for lines := bufio.NewScanner(out); lines.Scan(); {
			var n int
			if strings.HasPrefix(lines.Text(), "fail") {
				t.Error(lines.Text())
			} else if _, err := fmt.Sscan(lines.Text(), &n); err == nil {
				done = n + 1
			}
		}
		cmd.Wait()

		s := open(t, home)
		sound(t, s)
		if p, err := s.Project("p"); err == nil {
			recs := must[[]Record](t)(s.List(p.ID, Model))
			if len(recs) < done || len(recs) > done+1 {
				t.Fatalf("round %d, killed after %v: %d records, %d were done", round, wait, len(recs), done)
			}
			for n, rec := range recs {
				if got := must[[]byte](t)(s.GetBytes(p.ID, rec.ID)); !bytes.Equal(got, numbered(n)) {
					t.Fatalf("round %d: record %d has other bytes", round, n)
				}
			}
			done = len(recs)
		} else if done > 0 {
			t.Fatal(err)
		}
		if _, err := s.Project("gone"); err == nil {
			if err := s.DeleteProject("gone"); err != nil {
				t.Fatal(err)
			}
		}
		folders, err := os.ReadDir(home + "/projects")
		if err != nil || len(folders) > 1+round {
			t.Errorf("%d folders of projects, %v", len(folders), err)
		}
		s.Close()
	}
	if done < 5 {
		t.Errorf("only %d things were done: the rounds are too short to show anything", done)
	}
}
