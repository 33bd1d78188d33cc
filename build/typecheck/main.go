// Command typecheck checks the types of packages of ours, and of all they
// import, for a system whose C compiler is not at hand: parts in C are taken
// at their word. It compiles and links nothing.
//
//	GOOS=darwin GOARCH=arm64 CGO_ENABLED=1 go list -deps -json . | go run ./build/typecheck arm64
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
)

// A pkg is what `go list -json` says of a package; -deps lists what it imports
// before it.
type pkg struct {
	ImportPath, Dir   string
	GoFiles, CgoFiles []string
	ImportMap         map[string]string
	Module            *struct{ Main bool }
	Error             *struct{ Err string }
}

func main() {
	c := checker{arch: os.Args[1], fset: token.NewFileSet(), done: map[string]*types.Package{"unsafe": types.Unsafe}}
	ours := 0
	in := json.NewDecoder(os.Stdin)
	for {
		var p pkg
		if err := in.Decode(&p); err == io.EOF {
			break
		} else if err != nil {
			fail(err)
		}
		if p.Error != nil {
			fail(errors.New(p.Error.Err))
		}
		if p.ImportPath == "unsafe" {
			continue
		}
		c.check(p)
		if p.ours() {
			ours++
		}
	}
	if c.wrong > 0 || ours == 0 {
		fail(fmt.Errorf("%d packages of ours, %d errors", ours, c.wrong))
	}
	fmt.Printf("typecheck: %d packages of ours, %d in all\n", ours, len(c.done))
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "typecheck:", err)
	os.Exit(1)
}

type checker struct {
	arch  string
	fset  *token.FileSet
	done  map[string]*types.Package
	wrong int
}

func (p *pkg) ours() bool { return p.Module != nil && p.Module.Main }

// check checks p, of others' packages only what they declare.
func (c *checker) check(p pkg) {
	names := append(p.GoFiles, p.CgoFiles...)
	files := make([]*ast.File, len(names))
	var wait sync.WaitGroup
	for i, name := range names {
		wait.Go(func() {
			if !filepath.IsAbs(name) {
				name = filepath.Join(p.Dir, name)
			}
			var err error
			if files[i], err = parser.ParseFile(c.fset, name, nil, parser.SkipObjectResolution); err != nil {
				fail(err)
			}
		})
	}
	wait.Wait()
	conf := types.Config{
		Importer:         importer{c, p.ImportMap},
		Sizes:            types.SizesFor(runtime.Compiler, c.arch),
		FakeImportC:      true,
		IgnoreFuncBodies: !p.ours(),
		Error: func(err error) {
			// What is of a type in C has none here.
			if p.ours() && !strings.Contains(err.Error(), "invalid type") {
				c.wrong++
				fmt.Fprintln(os.Stderr, err)
			}
		},
	}
	c.done[p.ImportPath], _ = conf.Check(p.ImportPath, c.fset, files, nil)
}

type importer struct {
	*checker
	renamed map[string]string // of packages that the standard library vendors
}

func (i importer) Import(path string) (*types.Package, error) {
	if to := i.renamed[path]; to != "" {
		path = to
	}
	if p := i.done[path]; p != nil {
		return p, nil
	}
	return nil, fmt.Errorf("%s was not listed before", path)
}
