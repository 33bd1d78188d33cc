package app

import (
	"os"
	"strings"
	"testing"
)

// Every module that go.mod asks for directly is listed with its version, but
// for those of tests and tools.
func TestLicences(t *testing.T) {
	b, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	have := map[string]string{}
	for _, l := range (&App{}).Licences() {
		have[l.Name] = l.Version
		if l.Licence == "" {
			t.Errorf("%s has no licence", l.Name)
		}
	}
	for line := range strings.Lines(string(b)) {
		f := strings.Fields(strings.TrimPrefix(strings.TrimSpace(line), "require "))
		if len(f) == 2 && strings.HasPrefix(f[1], "v") && have[f[0]] != f[1] {
			t.Errorf("%s %s is listed as %q: run `go generate ./app`", f[0], f[1], have[f[0]])
		}
	}
	if len(have) < 50 || have["svelte"] == "" {
		t.Errorf("only %d works", len(have))
	}
}
