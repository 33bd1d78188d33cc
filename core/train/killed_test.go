package train

import (
	"bufio"
	"bytes"
	"context"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"shoptwin/core"
)

// The child of TestKilledTraining trains in the folder named here.
const killedHome = "SHOPTWIN_TEST_TRAINING"

// TestKilledTraining kills processes that train, at moments they do not know,
// and starts others from the checkpoints that are left. In the end the
// weights must be those of a training that nobody disturbed.
func TestKilledTraining(t *testing.T) {
	if home := os.Getenv(killedHome); home != "" {
		trainFor(t, home)
		return
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for _, tr := range trainers {
		t.Run(tr.name, func(t *testing.T) {
			want, err := tr.fit(context.Background(), 3, false, Options{}, nil)
			if err != nil {
				t.Fatal(err)
			}
			home := t.TempDir()
			if err := os.WriteFile(filepath.Join(home, "trainer"), []byte(tr.name), 0o600); err != nil {
				t.Fatal(err)
			}
			for range 4 {
				killOne(t, home, 1+rng.IntN(2), time.Duration(rng.IntN(4000))*time.Microsecond)
			}
			killOne(t, home, -1, 0)
			got, err := os.ReadFile(filepath.Join(home, "model"))
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Error("killed four times and resumed, the weights differ")
			}
		})
	}
}

// killOne starts a child and kills it some time after it has kept so many
// checkpoints; with a negative number the child may end.
func killOne(t *testing.T, home string, saves int, later time.Duration) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.Command(self, "-test.run=^TestKilledTraining$")
	child.Env = append(os.Environ(), killedHome+"="+home)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if lines.Text() == "saved" {
			saves--
		}
		if saves == 0 {
			time.Sleep(later)
			child.Process.Kill()
			child.Wait()
			return
		}
	}
	if err := child.Wait(); err != nil || saves > 0 {
		t.Fatalf("the child ended by itself: %v", err)
	}
}

// trainFor trains the trainer named in home, from the checkpoint there, and
// keeps checkpoints and at last the model. A pause after each checkpoint
// gives the parent time to kill.
func trainFor(t *testing.T, home string) {
	name, err := os.ReadFile(filepath.Join(home, "trainer"))
	if err != nil {
		t.Fatal(err)
	}
	point := filepath.Join(home, "checkpoint")
	opt := Options{Every: 3, Save: func(b []byte) error {
		if err := os.WriteFile(point+".new", b, 0o600); err != nil {
			return err
		}
		err := os.Rename(point+".new", point)
		os.Stdout.WriteString("saved\n")
		time.Sleep(2 * time.Millisecond)
		return err
	}}
	if b, err := os.ReadFile(point); err == nil {
		opt.Resume = b
	}
	for _, tr := range trainers {
		if tr.name != string(name) {
			continue
		}
		// The seed is the checkpoint's after the first start.
		seed := uint64(3)
		if opt.Resume != nil {
			seed = 99
		}
		model, err := tr.fit(context.Background(), seed, false, opt, func(core.Progress) {})
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(home, "model"), model, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
