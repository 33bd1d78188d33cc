package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// do runs one command and returns its exit code, output and error stream.
func do(args ...string) (code int, out, errs string) {
	var o, e bytes.Buffer
	code = Main(args, &o, &e)
	return code, o.String(), e.String()
}

func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func lines(n int) string {
	var b strings.Builder
	b.WriteString("city,amount\n")
	for i := range n {
		fmt.Fprintf(&b, "%s,%d\n", []string{"Lyon", "Gent", "Bari"}[i%3], i%7)
	}
	return b.String()
}

func TestExitCodes(t *testing.T) {
	home := t.TempDir()
	for _, tt := range []struct {
		args string
		code int
		says string
	}{
		{"--help", 0, "Available Commands"},
		{"nonsense", 2, "no command"},
		{"synth", 2, "usage: shoptwin synth"},
		{"synth a.csv", 2, "--out is missing"},
		{"profile --colour red", 2, "unknown flag"},
		{"profile none.csv", 1, "none.csv is not there"},
		{"promo fit", 2, "--sales is missing"},
		{"promo fit --sales x --map units", 2, "role=column"},
		{"promo fit --sales x --map colour=red", 2, "roles are"},
		{"promo whatif --sales x --offer 7", 2, "ITEM,WEEK,DEPTH"},
		{"projects show P --home " + home, 1, "no project"},
		{"projects delete P --home " + home, 2, "--yes"},
		{"train --project P --home " + home, 2, "--dataset is missing"},
		{"export --project P --home " + home, 1, "no project"},
		{"synth a.csv --out b.csv --roles city", 2, "column=role"},
	} {
		code, out, errs := do(strings.Fields(tt.args)...)
		if code != tt.code || !strings.Contains(errs, tt.says) {
			t.Errorf("%s: exit %d, says %q; want %d and %q", tt.args, code, errs, tt.code, tt.says)
		}
		if out != "" {
			t.Errorf("%s: printed %q", tt.args, out)
		}
	}
}

func TestJSONIsOneObject(t *testing.T) {
	home, csv := t.TempDir(), file(t, "sales.csv", lines(60))
	for _, tt := range []struct {
		args []string
		code int
		has  string // a key that must be there
	}{
		{[]string{"profile", csv}, 0, "columns"},
		{[]string{"profile", csv + ".none"}, 1, "error"},
		{[]string{"import", csv, "--project", "p", "--home", home}, 0, "datasets"},
		{[]string{"projects", "list", "--home", home}, 0, "projects"},
		{[]string{"projects", "show", "p", "--home", home}, 0, "datasets"},
		{[]string{"projects", "check", "--home", home}, 0, "problems"},
		{[]string{"projects", "backup", filepath.Join(home, "b.tar"), "--home", home}, 0, "size"},
		{[]string{"projects", "delete", "p", "--yes", "--home", home}, 0, "deleted"},
		{[]string{"nonsense"}, 2, "error"},
	} {
		code, out, _ := do(append(tt.args, "--json")...)
		var v map[string]any
		d := json.NewDecoder(strings.NewReader(out))
		if err := d.Decode(&v); err != nil || d.More() || code != tt.code {
			t.Errorf("%v: exit %d, %v, printed %.200q", tt.args, code, err, out)
		} else if _, ok := v[tt.has]; !ok {
			t.Errorf("%v: no %q in %.200q", tt.args, tt.has, out)
		}
	}
}

func TestSynthFromFileToFile(t *testing.T) {
	csv := file(t, "sales.csv", lines(600))
	out := filepath.Join(t.TempDir(), "twin.csv")
	page := filepath.Join(t.TempDir(), "twin.html")
	code, _, errs := do("synth", csv, "--out", out, "--report", page, "--rows", "50", "--effort", "quick", "--quiet")
	if code != 0 {
		t.Fatal(errs)
	}
	text, err := os.ReadFile(out)
	if err != nil || strings.Count(string(text), "\n") != 51 || !strings.HasPrefix(string(text), "city,amount\n") {
		t.Errorf("%v: %.80q", err, text)
	}
	if html, err := os.ReadFile(page); err != nil || !bytes.Contains(html, []byte("<svg")) {
		t.Errorf("report: %v", err)
	}
	code, _, errs = do("quality", "--real", csv, "--synthetic", out, "--quiet")
	if code != 0 {
		t.Errorf("quality: %s", errs)
	}
}

func TestRolesAreOverridden(t *testing.T) {
	home, csv := t.TempDir(), file(t, "sales.csv", lines(60))
	code, out, errs := do("import", csv, "--project", "p", "--roles", "amount=category", "--home", home, "--json")
	if code != 0 || !strings.Contains(out, `"name":"amount","kind":"number","role":"category"`) {
		t.Errorf("exit %d: %s %s", code, out, errs)
	}
	code, _, errs = do("import", csv, "--project", "p", "--roles", "price=category", "--home", home)
	if code != 1 || !strings.Contains(errs, `no column "price"`) {
		t.Errorf("exit %d: %s", code, errs)
	}
}

func TestInterruptEndsWith130AndLeavesNothing(t *testing.T) {
	csv := file(t, "sales.csv", lines(5000))
	dir := t.TempDir()
	go func() {
		time.Sleep(1500 * time.Millisecond)
		syscall.Kill(os.Getpid(), syscall.SIGINT)
	}()
	code, _, errs := do("synth", csv, "--out", filepath.Join(dir, "twin.csv"), "--minutes", "10")
	if code != 130 {
		t.Errorf("exit %d: %s", code, errs)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("left %v", left)
	}
}

func TestWordsForNumbers(t *testing.T) {
	for want, got := range map[string]string{
		"1,234,567": grouped(1234567), "999": grouped(999), "-1,000": grouped(-1000), "-100": grouped(-100),
		"3.2 s": seconds(3.2), "45 s": seconds(45), "2 min 05 s": seconds(125),
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
