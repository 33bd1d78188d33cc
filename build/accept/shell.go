package main

import (
	"archive/zip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
)

// shell: a project as one file and back, in another home, with its rows and
// without; a training done again; TensorBoard's file; and, of the demo that
// the row look has made, how soon promotions could be tried in it.
func (b *bench) shell() error {
	csv := filepath.Join(b.dir, "corner.csv")
	var text strings.Builder
	text.WriteString("receipt,city,units,price\n")
	for i := range 3000 {
		fmt.Fprintf(&text, "RCPT%05d,%s,%d,%.2f\n", i, []string{"Lyon", "Nice", "Brest"}[i%3], 1+i%4, 1+float64(i*i%371)/40)
	}
	if err := os.WriteFile(csv, []byte(text.String()), 0o600); err != nil {
		return err
	}
	here, there := filepath.Join(b.dir, "shell-here"), filepath.Join(b.dir, "shell-there")
	var reply map[string]any
	for _, args := range [][]string{
		{"import", csv, "--project", "Corner", "--home", here},
		{"train", "--project", "Corner", "--dataset", "corner", "--engine", "tree", "--home", here},
		{"train", "--project", "Corner", "--dataset", "corner", "--engine", "gan", "--effort", "quick", "--seed", "5", "--home", here},
	} {
		if _, err := b.result(&reply, args...); err != nil {
			return err
		}
	}
	for _, name := range []string{"run 1", "run 2"} {
		var out struct {
			Same, SameData bool
			After          string
		}
		if _, err := b.result(&out, "runs", "reproduce", name, "--project", "Corner", "--home", here); err != nil {
			return err
		}
		b.add(name+" done again", fmt.Sprintf("same: %v, SHA-256 %.12s", out.Same, out.After), "the same bytes", out.Same && out.SameData)
	}
	if err := b.archive(here, there); err != nil {
		return err
	}
	events := filepath.Join(b.dir, "events.out.tfevents.1.run")
	var file struct{ Size int }
	if _, err := b.result(&file, "runs", "tensorboard", "run 2", "--project", "Corner", "--home", here, "--out", events); err != nil {
		return err
	}
	b.add("TensorBoard's file of a GAN", fmt.Sprintf("%d bytes", file.Size), "there", file.Size > 1000)
	return b.firstWhatIf()
}

// shown is what a project holds, as `projects show` tells.
type shown struct {
	Datasets []struct{ Name, SHA256 string }
	Models   []struct{ Name, SHA256 string }
	Runs     []struct {
		Name   string
		Scores map[string]float64
	}
}

func (b *bench) archive(here, there string) error {
	var before shown
	if _, err := b.result(&before, "projects", "show", "Corner", "--home", here); err != nil {
		return err
	}
	for _, without := range []bool{false, true} {
		file, name := filepath.Join(b.dir, "corner.shoptwin"), "with rows"
		args := []string{"project", "export", "Corner", file, "--home", here}
		if without {
			name, args = "without rows", append(args, "--no-rows")
		}
		var out struct{ Size int64 }
		if _, err := b.result(&out, args...); err != nil {
			return err
		}
		real, err := holds(file, "RCPT0")
		if err != nil {
			return err
		}
		var info struct{ ID string }
		if _, err := b.result(&info, "project", "import", file, "--home", there, "--as", name); err != nil {
			return err
		}
		var after shown
		if _, err := b.result(&after, "projects", "show", name, "--home", there); err != nil {
			return err
		}
		same := reflect.DeepEqual(before, after)
		b.add("a project in one file and back, "+name, fmt.Sprintf("%.0f kB, the same: %v, real rows inside: %v", float64(out.Size)/1e3, same, real),
			"the same, and no row where none was wanted", same && (!without || !real))
	}
	return nil
}

// holds says whether a file of an archive holds the text.
func holds(archive, text string) (bool, error) {
	z, err := zip.OpenReader(archive)
	if err != nil {
		return false, err
	}
	defer z.Close()
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			return false, err
		}
		b, err := io.ReadAll(r)
		r.Close()
		if err != nil {
			return false, err
		}
		if strings.Contains(string(b), text) {
			return true, nil
		}
	}
	return false, nil
}

// firstWhatIf makes the sample shop as a first visitor does; two minutes on two
// cores, most of them after promotions can be tried.
func (b *bench) firstWhatIf() error {
	if b.quick {
		return nil
	}
	var out struct{ Ready, Seconds float64 }
	if _, err := b.result(&out, "demo", "--home", filepath.Join(b.dir, "shell-first")); err != nil {
		return err
	}
	b.add("the sample shop, all of it", fmt.Sprintf("%.0f s", out.Seconds), "told", true)
	b.most("from opening the sample shop to the first what-if", out.Ready, 60, " s")
	return nil
}
