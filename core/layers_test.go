package core_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The plan of the house: every package, what it may import of ours, and which
// modules of others. Imports of tests are free. A package that is not in the
// plan fails; to extend it, change the plan in the same commit and say why.
//
// One that is in the plan but not yet there is no breach.
type room struct {
	ours    string // may import these
	modules string // and packages under these paths
	std     string // of the packages that core may not use, these
	why     string // for what surprises
}

var plan = map[string]room{
	"core":           {},
	"core/privacy":   {ours: "core", why: "mechanisms and accounting of differential privacy"},
	"core/table":     {ours: "core"},
	"core/source":    {ours: "core core/table", modules: "golang.org/x/text github.com/wlynxg/chardet github.com/xuri/excelize/v2"},
	"core/recipe":    {ours: "core core/table core/tree core/calendar", why: "trees fill missing cells; the calendar knows holidays"},
	"core/personal":  {why: "tells columns that hold data of persons"},
	"core/calendar":  {ours: "core", why: "holidays of several countries, the Chinese ones by a table of new moons"},
	"core/encode":    {ours: "core core/table core/privacy"},
	"core/nn":        {ours: "core", modules: "golang.org/x/sys/cpu github.com/klauspost/cpuid/v2", why: "cpuid for the number of cores"},
	"core/nn/gen":    {std: "os log", why: "a program that writes the kernels"},
	"core/train":     {ours: "core core/table core/encode core/nn core/privacy core/recommend core/synth core/tree", modules: "gorgonia.org go4.org/unsafe/assume-no-moving-gc gonum.org/v1/gonum github.com/chewxy/hm", why: "the only importer of Gorgonia; trees watch what a generator makes, privacy is for its noisy gradients; it fits what recommend and synth predict with, which know nothing of it"},
	"core/relation":  {ours: "core core/table", why: "keys and rules between tables: who makes them and who judges them count alike"},
	"core/synth":     {ours: "core core/table core/encode core/linear core/nn core/privacy core/relation"},
	"core/tree":      {ours: "core core/table", modules: "gonum.org/v1/gonum", why: "boosted trees, for quality's judges and later for forecasts"},
	"core/quality":   {ours: "core core/table core/tree core/encode core/privacy core/relation", modules: "gonum.org/v1/gonum"},
	"core/recommend": {ours: "core core/table core/encode core/nn core/tree", modules: "gonum.org/v1/gonum", why: "trees stack what other models say"},
	"core/promo":     {ours: "core core/linear core/table", modules: "gonum.org/v1/gonum"},
	"core/linear":    {why: "symmetric systems, which promo, simulate and the trees of synth solve"},
	"core/plan":      {ours: "core", why: "planners of promotions; apart from core/promo, which the page carries"},
	"core/policy":    {ours: "core core/table core/tree", why: "what a policy would have earned; apart from core/promo, which the page carries"},
	"core/uplift":    {ours: "core core/table core/tree", why: "what a campaign changed, and in whom; apart from core/promo, which the page carries"},
	"core/shop":      {ours: "core core/table"},
	"core/simulate":  {ours: "core core/linear core/table core/tree", why: "shoppers who live through plans that never ran; apart from core/promo, which the page carries; trees tell them from real ones"},
	"core/export":    {ours: "core core/table", modules: "github.com/apache/arrow-go/v18 github.com/xuri/excelize/v2 github.com/klauspost/compress", std: "syscall", why: "syscall for the name of a full disk"},

	"store":        {ours: "core", modules: "go.etcd.io/bbolt", why: "the only importer of bbolt"},
	"store/duck":   {ours: "core core/table core/source core/recipe core/personal", modules: "github.com/duckdb/duckdb-go/v2 github.com/apache/arrow-go/v18", why: "the only importer of DuckDB"},
	"store/remote": {ours: "core core/table core/source", modules: "modernc.org/sqlite github.com/jackc/pgx/v5 github.com/go-sql-driver/mysql github.com/microsoft/go-mssqldb github.com/zalando/go-keyring", why: "the only importer of drivers of others' databases: core opens no network and no file; their passwords are in the system's keyring, if anywhere"},

	"app":         {ours: "core core/table core/source core/recipe core/encode core/nn core/train core/synth core/tree core/quality core/recommend core/promo core/plan core/policy core/simulate core/uplift core/shop core/export core/privacy core/relation core/personal store store/duck store/remote", why: "core/personal for the gate, which looks at synthetic rows for data of persons"},
	"app/cli":     {ours: "app app/serve app/desktop frontend core core/table core/source core/recipe core/relation core/quality core/promo core/policy core/simulate core/uplift core/recommend core/shop core/synth store/duck", modules: "github.com/spf13/cobra golang.org/x/term", why: "core and store/duck for the values that commands take and print"},
	"app/serve":   {ours: "app core core/table core/recipe core/quality core/promo core/recommend store/duck", why: "core and store/duck for the values of the methods it offers"},
	"app/desktop": {ours: "app app/serve core frontend", modules: "github.com/wailsapp/wails/v2", why: "the only importer of Wails; the handler is serve's"},
	"app/wasm":    {ours: "core core/table core/synth core/promo core/recommend", std: "syscall/js"},
	"frontend":    {},

	"":                {ours: "app/cli app/desktop", why: "main.go"},
	"build/accept":    {ours: "core core/plan core/promo core/policy core/shop core/simulate core/uplift core/table core/encode core/source core/recipe core/export core/recommend core/train store/duck store/remote", modules: "github.com/xuri/excelize/v2", why: "writes workbooks as people make them; runs the program as a user would; what it learns from and the control beside it are cut in its own process, where networks are trained for which the program has no command, made problems are planned, and made shops and campaigns have a known truth"},
	"build/typecheck": {why: "checks for macOS what cannot be compiled elsewhere"},
	"build/licences":  {why: "tells the licences of all that is built in"},
	"build/bench":     {ours: "core/nn", why: "products are timed in its own process"},
}

// wasmCore are the rooms that also run in the page: all but train, and source
// and export, whose Excel and Parquet are for files on disk.
var wasmCore = []string{"core", "core/table", "core/privacy", "core/relation", "core/recipe", "core/encode", "core/nn", "core/synth", "core/tree", "core/quality", "core/recommend", "core/linear", "core/promo", "core/shop"}

// impure are what core has no business with: files, clocks and networks are
// its callers'.
var impure = []string{"os", "log", "net", "syscall", "io/ioutil", "plugin", "database/sql", "expvar"}

// A pkg is what `go list -json` says of a package.
type pkg struct {
	ImportPath string
	Imports    []string
	Standard   bool
	Error      *struct{ Err string }
}

const module = "shoptwin"

// breaches returns what in pkgs is not in the plan.
func breaches(plan map[string]room, pkgs []pkg) (found []string) {
	say := func(format string, args ...any) { found = append(found, fmt.Sprintf(format, args...)) }
	for _, p := range pkgs {
		name, ours := inHouse(p.ImportPath)
		if !ours {
			continue
		}
		r, planned := plan[name]
		if !planned {
			say("%s is not in the plan", p.ImportPath)
			continue
		}
		pure := name == "core" || strings.HasPrefix(name, "core/")
		for _, imp := range p.Imports {
			to, ours := inHouse(imp)
			first, _, _ := strings.Cut(imp, "/")
			switch {
			case ours && !slices.Contains(strings.Fields(r.ours), to):
				say("%s imports %s", p.ImportPath, imp)
			case ours || imp == "C" || imp == "unsafe":
			case strings.Contains(first, "."):
				if !slices.ContainsFunc(strings.Fields(r.modules), func(m string) bool { return under(imp, m) }) {
					say("%s imports %s", p.ImportPath, imp)
				}
			case imp == "syscall/js" || pure && slices.ContainsFunc(impure, func(m string) bool { return under(imp, m) }):
				if !slices.Contains(strings.Fields(r.std), imp) {
					say("%s imports %s", p.ImportPath, imp)
				}
			}
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// inHouse returns a package's place in the plan.
func inHouse(path string) (string, bool) {
	if path == module {
		return "", true
	}
	return strings.CutPrefix(path, module+"/")
}

func under(path, dir string) bool { return path == dir || strings.HasPrefix(path, dir+"/") }

// list runs go list in the module's root.
func list(t *testing.T, env []string, args ...string) (pkgs []pkg) {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list", "-e", "-json=ImportPath,Imports,Standard,Error"}, args...)...)
	cmd.Dir = ".."
	cmd.Env = append(os.Environ(), env...)
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list %s: %v\n%s", args, err, complaints.String())
	}
	for in := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		if err := in.Decode(&p); err == io.EOF {
			return pkgs
		} else if err != nil {
			t.Fatal(err)
		}
		pkgs = append(pkgs, p)
	}
}

var inPage = []string{"GOOS=js", "GOARCH=wasm", "CGO_ENABLED=0"}

func TestLayers(t *testing.T) {
	for _, tt := range []struct {
		name string
		env  []string
		args []string
	}{
		{"command line", nil, []string{"./..."}},
		{"window", []string{"CGO_ENABLED=1"}, []string{"-tags=desktop,production,webkit2_41", "./..."}},
		{"bindings", nil, []string{"-tags=bindings", "./..."}},
		{"page", inPage, []string{"./app/wasm", "./core/..."}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			pkgs := list(t, tt.env, tt.args...)
			if len(pkgs) < 5 {
				t.Fatalf("go list found only %d packages", len(pkgs))
			}
			for _, b := range breaches(plan, pkgs) {
				t.Errorf("%s: not in the plan", b)
			}
		})
	}
}

// TestPage: what runs in the page reaches only what it needs, and builds.
func TestPage(t *testing.T) {
	var rooms []string
	for _, name := range wasmCore {
		if _, err := os.Stat(filepath.Join("..", name)); err == nil {
			rooms = append(rooms, "./"+name)
		}
	}
	for _, p := range list(t, inPage, append([]string{"-deps"}, rooms...)...) {
		if p.Error != nil {
			t.Errorf("%s: %s", p.ImportPath, p.Error.Err)
		}
	}
	for _, p := range list(t, inPage, "-deps", "./app/wasm") {
		name, ours := inHouse(p.ImportPath)
		first, _, _ := strings.Cut(p.ImportPath, "/")
		switch {
		case ours && !slices.Contains(strings.Fields("core core/table core/encode core/nn core/privacy core/relation core/synth core/tree core/linear core/promo core/recommend app/wasm"), name):
			t.Errorf("app/wasm drags in %s", p.ImportPath)
		case !ours && strings.Contains(first, ".") && !under(p.ImportPath, "gonum.org/v1/gonum") && !under(p.ImportPath, "golang.org/x"):
			t.Errorf("app/wasm drags in %s", p.ImportPath)
		}
	}
	if testing.Short() {
		return
	}
	cmd := exec.Command("go", append([]string{"build"}, rooms...)...)
	cmd.Dir, cmd.Env = "..", append(os.Environ(), inPage...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("for the page: %v\n%s", err, out)
	}
}

// TestBreaches shows that the checker can fail.
func TestBreaches(t *testing.T) {
	small := map[string]room{
		"core":     {},
		"core/a":   {ours: "core", modules: "example.org/good"},
		"core/b":   {ours: "core", std: "os"},
		"app/wasm": {ours: "core/a", std: "syscall/js"},
	}
	for _, tt := range []struct {
		name    string
		path    string
		imports string
		want    string
	}{
		{"all allowed", "shoptwin/core/a", "fmt io/fs shoptwin/core example.org/good/sub C unsafe", ""},
		{"other room", "shoptwin/core/a", "shoptwin/core/b", "shoptwin/core/a imports shoptwin/core/b"},
		{"upwards", "shoptwin/core", "shoptwin/app", "shoptwin/core imports shoptwin/app"},
		{"main", "shoptwin/core", "shoptwin", "shoptwin/core imports shoptwin"},
		{"other module", "shoptwin/core/a", "example.org/goods", "shoptwin/core/a imports example.org/goods"},
		{"the module of another room", "shoptwin/core/b", "example.org/good", "shoptwin/core/b imports example.org/good"},
		{"files in core", "shoptwin/core/a", "os", "shoptwin/core/a imports os"},
		{"net in core", "shoptwin/core/a", "net/http", "shoptwin/core/a imports net/http"},
		{"files with leave", "shoptwin/core/b", "os", ""},
		{"leave is not for what lies below", "shoptwin/core/b", "os/exec", "shoptwin/core/b imports os/exec"},
		{"files outside core", "shoptwin/app/wasm", "os", ""},
		{"the page's bridge", "shoptwin/app/wasm", "syscall/js", ""},
		{"the bridge elsewhere", "shoptwin/core/b", "syscall/js", "shoptwin/core/b imports syscall/js"},
		{"new package", "shoptwin/core/util", "fmt", "shoptwin/core/util is not in the plan"},
		{"not ours", "example.org/any", "os shoptwinner/x", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := breaches(small, []pkg{{ImportPath: tt.path, Imports: strings.Fields(tt.imports)}})
			if strings.Join(got, "; ") != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// TestCoreHasNoClock finds calls that take the time of day, or randomness
// that no seed repeats.
func TestCoreHasNoClock(t *testing.T) {
	each(t, []string{"."}, func(path string) {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, call := range clocks(t, path, b) {
			t.Errorf("%s: core gets its time and its random source from its caller", call)
		}
	})
	got := clocks(t, "made.go", []byte("package p\nimport (\"time\"; r \"math/rand/v2\")\n"+
		"var a, b, c = time.Now(), r.IntN(3), r.New(nil)\nvar d = time.Second"))
	if want := []string{"made.go:3 time.Now", "made.go:3 r.IntN"}; !slices.Equal(got, want) {
		t.Errorf("in the made file: %q, want %q", got, want)
	}
}

func clocks(t *testing.T, path string, src []byte) (found []string) {
	files := token.NewFileSet()
	f, err := parser.ParseFile(files, path, src, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	forbidden := map[string]func(string) bool{}
	for _, imp := range f.Imports {
		path := strings.Trim(imp.Path.Value, `"`)
		name := filepath.Base(strings.TrimSuffix(path, "/v2"))
		if imp.Name != nil {
			name = imp.Name.Name
		}
		switch path {
		case "time":
			forbidden[name] = func(f string) bool {
				return slices.Contains([]string{"Now", "Since", "Until", "Sleep", "After", "Tick", "NewTimer", "NewTicker", "AfterFunc"}, f)
			}
		case "math/rand/v2": // its functions share one source, but for those that make another
			forbidden[name] = func(f string) bool {
				return !strings.HasPrefix(f, "New") && !slices.Contains([]string{"Rand", "PCG", "Source", "ChaCha8", "Zipf"}, f)
			}
		case "math/rand", "crypto/rand":
			forbidden[name] = func(string) bool { return true }
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := sel.X.(*ast.Ident); ok && forbidden[x.Name] != nil && forbidden[x.Name](sel.Sel.Name) {
				found = append(found, fmt.Sprintf("%s:%d %s.%s", path, files.Position(n.Pos()).Line, x.Name, sel.Sel.Name))
			}
		}
		return true
	})
	return found
}

const longest = 400 // lines of a file that is written by hand

// longer are files that may be, each with its reason.
var longer = map[string]string{}

// TestFilesAreShort: one idea a file.
func TestFilesAreShort(t *testing.T) {
	each(t, []string{".", "../app", "../store", "../frontend"}, func(path string) {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		path = filepath.ToSlash(filepath.Join("core", path))
		if n := bytes.Count(b, []byte("\n")); n > longest && longer[path] == "" && !bytes.Contains(b[:200], []byte("DO NOT EDIT")) {
			t.Errorf("%s has %d lines, at most %d are one idea", path, n, longest)
		}
	})
}

// each calls f with the Go files below dirs that are no tests.
func each(t *testing.T, dirs []string, f func(path string)) {
	t.Helper()
	n := 0
	for _, dir := range dirs {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			switch {
			case errors.Is(err, fs.ErrNotExist):
				return nil
			case err != nil:
				return err
			case d.IsDir() && (d.Name() == "node_modules" || d.Name() == "testdata" || d.Name() == "gen"):
				return fs.SkipDir
			case strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go"):
				n++
				f(path)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if n == 0 {
		t.Fatalf("no Go files below %v", dirs)
	}
}
