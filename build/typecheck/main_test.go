package main

import (
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"testing"
)

func TestCheck(t *testing.T) {
	for _, tt := range []struct {
		name, body string
		wrong      int
	}{
		{"sound", "var x int = 1", 0},
		{"wrong type", `var x int = "one"`, 1},
		{"in C", "import \"C\"\nvar x = int(C.f()) + len(C.GoString(C.name()))", 0},
		{"wrong beside C", "import \"C\"\nvar x = C.f()\nvar y string = 2", 1},
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "p.go"), []byte("package p\n"+tt.body+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		c := checker{arch: "arm64", fset: token.NewFileSet(), done: map[string]*types.Package{}}
		c.check(pkg{ImportPath: "p", Dir: dir, GoFiles: []string{"p.go"}, Module: &struct{ Main bool }{true}})
		if c.wrong != tt.wrong {
			t.Errorf("%s: %d errors, want %d", tt.name, c.wrong, tt.wrong)
		}
	}
}
