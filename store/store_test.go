package store

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"shoptwin/core"
)

func open(t *testing.T, home string) *Store {
	t.Helper()
	s, err := Open(home)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// sound fails the test unless Check finds nothing.
func sound(t *testing.T, s *Store) {
	t.Helper()
	found, err := s.Check()
	if err != nil || len(found) > 0 {
		t.Fatalf("check: %v %v", found, err)
	}
}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func noise(rng *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(rng.Uint32())
	}
	return b
}

func TestProjects(t *testing.T) {
	home := t.TempDir()
	s := open(t, home)
	a := must[Project](t)(s.CreateProject("  Corner shop "))
	b := must[Project](t)(s.CreateProject("超市"))
	if a.Name != "Corner shop" || a.ID >= b.ID || len(a.ID) != 12 {
		t.Errorf("created %+v then %+v", a, b)
	}
	for _, tt := range []struct {
		name, project string
		want          core.Kind
	}{
		{"taken, other case", "corner SHOP", core.Conflict},
		{"an id", a.ID, core.Conflict},
		{"empty", " \t", core.Invalid},
		{"control", "a\x00b", core.Invalid},
		{"not UTF-8", "a\xff", core.Invalid},
		{"long", strings.Repeat("é", 81), core.Invalid},
	} {
		if _, err := s.CreateProject(tt.project); core.KindOf(err) != tt.want || err == nil {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
	if got := must[Project](t)(s.Project("CORNER shop")); got != a {
		t.Errorf("by name: %+v, want %+v", got, a)
	}
	if _, err := s.Project("nobody"); core.KindOf(err) != core.NotFound {
		t.Errorf("unknown: %v", err)
	}
	if _, err := s.RenameProject(b.ID, "Corner Shop"); core.KindOf(err) != core.Conflict {
		t.Errorf("rename to a taken name: %v", err)
	}
	if p := must[Project](t)(s.RenameProject(a.ID, "CORNER SHOP")); p.Name != "CORNER SHOP" {
		t.Errorf("rename to itself in capitals: %+v", p)
	}
	time.Sleep(time.Millisecond)
	if p := must[Project](t)(s.TouchProject(a.ID, "data")); p.LeftOff != "data" || !p.Opened.After(a.Opened) {
		t.Errorf("touched: %+v", p)
	}
	s.TouchProject(a.ID, "")
	s.Close()

	s = open(t, home)
	all := must[[]Project](t)(s.Projects())
	if len(all) != 2 || all[0].ID != a.ID || all[0].LeftOff != "data" || all[1].ID != b.ID {
		t.Errorf("after reopening: %+v", all)
	}
	if err := os.WriteFile(s.DataPath(a.ID), []byte("rows"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.DeleteProject(a.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(s.Dir(a.ID)); !os.IsNotExist(err) {
		t.Errorf("the folder of a deleted project: %v", err)
	}
	sound(t, s)
}

func TestDirStaysInside(t *testing.T) {
	s := open(t, t.TempDir())
	for _, id := range []string{"..", "../..", "/etc", "a/b", `a\b`, "."} {
		if got := filepath.Dir(s.Dir(id)); got != filepath.Join(s.Home(), "projects") {
			t.Errorf("Dir(%q) lies in %s", id, got)
		}
	}
}

func TestRecords(t *testing.T) {
	s := open(t, t.TempDir())
	p := must[Project](t)(s.CreateProject("p"))
	meta := json.RawMessage(`{"rows":3}`)
	first := must[Record](t)(s.Put(Record{Project: p.ID, Kind: Run, Name: "run 1", Meta: meta, Parents: []string{"x"}}))
	second := must[Record](t)(s.PutBytes(Record{Project: p.ID, Kind: Run, Name: "run 2"}, strings.NewReader("weights")))
	if got := must[Record](t)(s.Get(p.ID, Run, first.ID)); string(got.Meta) != string(meta) || got.Name != "run 1" || !got.Created.Equal(first.Created) {
		t.Errorf("got %+v, put %+v", got, first)
	}
	// New metadata keep the bytes; new bytes replace them.
	second.Name, second.Size = "run two", 0
	second = must[Record](t)(s.Put(second))
	if b := must[[]byte](t)(s.GetBytes(p.ID, second.ID)); string(b) != "weights" || second.Size != 7 {
		t.Errorf("after Put: %q, %+v", b, second)
	}
	second = must[Record](t)(s.PutBytes(second, strings.NewReader("better")))
	if b := must[[]byte](t)(s.GetBytes(p.ID, second.ID)); string(b) != "better" {
		t.Errorf("after PutBytes: %q", b)
	}
	if list := must[[]Record](t)(s.List(p.ID, Run)); len(list) != 2 || list[0].ID != first.ID || list[1].Name != "run two" {
		t.Errorf("list: %+v", list)
	}
	sound(t, s)

	for _, tt := range []struct {
		name string
		rec  Record
		want core.Kind
	}{
		{"unknown project", Record{Project: "none", Kind: Run}, core.NotFound},
		{"id of another kind", Record{Project: p.ID, Kind: Model, ID: first.ID}, core.Conflict},
		{"no kind", Record{Project: p.ID}, core.Invalid},
		{"odd id", Record{Project: p.ID, Kind: Run, ID: "a/b"}, core.Invalid},
		{"broken metadata", Record{Project: p.ID, Kind: Run, Meta: json.RawMessage("{")}, core.Invalid},
	} {
		if _, err := s.Put(tt.rec); err == nil || core.KindOf(err) != tt.want {
			t.Errorf("Put, %s: %v", tt.name, err)
		}
		if _, err := s.PutBytes(tt.rec, strings.NewReader("b")); err == nil || core.KindOf(err) != tt.want {
			t.Errorf("PutBytes, %s: %v", tt.name, err)
		}
	}
	if _, err := s.OpenBytes(p.ID, first.ID); core.KindOf(err) != core.NotFound {
		t.Errorf("bytes of a record without: %v", err)
	}
	if err := s.Delete(p.ID, Run, "none"); core.KindOf(err) != core.NotFound {
		t.Errorf("delete of nothing: %v", err)
	}
	sound(t, s)
}

func TestBytes(t *testing.T) {
	s := open(t, t.TempDir())
	p := must[Project](t)(s.CreateProject("p"))
	rng := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{0, 1, chunkSize - 1, chunkSize, chunkSize + 1, chunksPerTx * chunkSize, chunksPerTx*chunkSize + 5} {
		want := noise(rng, n)
		rec := must[Record](t)(s.PutBytes(Record{Project: p.ID, Kind: Model}, iotest.OneByteReader(bytes.NewReader(want))))
		r := must[io.ReadCloser](t)(s.OpenBytes(p.ID, rec.ID))
		if err := iotest.TestReader(r, want); n < 100 && err != nil {
			t.Errorf("%d bytes: %v", n, err)
		}
		if got := must[[]byte](t)(s.GetBytes(p.ID, rec.ID)); !bytes.Equal(got, want) || rec.Size != int64(n) {
			t.Errorf("%d bytes: %d came back", n, len(got))
		}
	}
	sound(t, s)
}

func TestFailedReaderKeepsOld(t *testing.T) {
	s := open(t, t.TempDir())
	p := must[Project](t)(s.CreateProject("p"))
	rec := must[Record](t)(s.PutBytes(Record{Project: p.ID, Kind: Model}, strings.NewReader("old")))
	failing := io.MultiReader(bytes.NewReader(make([]byte, 9*chunkSize)), iotest.ErrReader(io.ErrNoProgress))
	if _, err := s.PutBytes(rec, failing); err == nil {
		t.Fatal("no error")
	}
	if b := must[[]byte](t)(s.GetBytes(p.ID, rec.ID)); string(b) != "old" {
		t.Errorf("old bytes became %q", b)
	}
	sound(t, s)
}

func TestReadWhileReplaced(t *testing.T) {
	s := open(t, t.TempDir())
	p := must[Project](t)(s.CreateProject("p"))
	rec := must[Record](t)(s.PutBytes(Record{Project: p.ID, Kind: Model, Name: "m"}, bytes.NewReader(make([]byte, 3*chunkSize))))
	r := must[io.ReadCloser](t)(s.OpenBytes(p.ID, rec.ID))
	io.CopyN(io.Discard, r, 10)
	must[Record](t)(s.PutBytes(rec, strings.NewReader("new")))
	if _, err := io.ReadAll(r); core.KindOf(err) != core.Conflict {
		t.Errorf("the rest of replaced bytes: %v", err)
	}
	r.Close()
	if _, err := r.Read(make([]byte, 1)); err == nil || err == io.EOF {
		t.Errorf("read after Close: %v", err)
	}
}

// TestRandom plays random operations against a map, with Check after each
// and a reopening, a compaction or a backup now and then.
func TestRandom(t *testing.T) {
	for seed := range uint64(3) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) { playRandom(t, rand.New(rand.NewPCG(seed, 7))) })
	}
}

func playRandom(t *testing.T, rng *rand.Rand) {
	type thing struct {
		rec  Record
		data []byte // nil: none
	}
	home := t.TempDir()
	s := open(t, home)
	model := map[string]map[string]thing{} // project: id: thing
	var names []string
	anyProject := func() string { return names[rng.IntN(len(names))] }
	anyRecord := func(project string) (thing, bool) {
		for _, r := range model[project] {
			return r, true
		}
		return thing{}, false
	}
	for step := range 60 {
		op := rng.IntN(12)
		if len(names) == 0 {
			op = 0
		}
		switch {
		case op == 0:
			p := must[Project](t)(s.CreateProject(fmt.Sprint("p", step)))
			names = append(names, p.ID)
			model[p.ID] = map[string]thing{}
		case op == 1 && len(names) > 1:
			i := rng.IntN(len(names))
			if err := s.DeleteProject(names[i]); err != nil {
				t.Fatal(err)
			}
			delete(model, names[i])
			names = append(names[:i], names[i+1:]...)
		case op == 2:
			s.Close()
			s = open(t, home)
		case op == 3:
			if _, _, err := s.Compact(); err != nil {
				t.Fatal(err)
			}
		case op == 4:
			var b bytes.Buffer
			if err := s.Backup(&b); err != nil {
				t.Fatal(err)
			}
			s.Close()
			home = t.TempDir()
			unpackTar(t, &b, home)
			s = open(t, home)
		case op <= 6:
			rec := Record{Project: anyProject(), Kind: []string{Run, Model}[rng.IntN(2)], Name: fmt.Sprint(step)}
			rec = must[Record](t)(s.Put(rec))
			model[rec.Project][rec.ID] = thing{rec: rec}
		case op <= 9:
			rec := Record{Project: anyProject(), Kind: Model}
			if old, ok := anyRecord(rec.Project); ok && rng.IntN(2) == 0 {
				rec = old.rec
			}
			data := noise(rng, rng.IntN(3*chunkSize/2))
			rec = must[Record](t)(s.PutBytes(rec, bytes.NewReader(data)))
			model[rec.Project][rec.ID] = thing{rec, data}
		default:
			if old, ok := anyRecord(anyProject()); ok {
				if err := s.Delete(old.rec.Project, old.rec.Kind, old.rec.ID); err != nil {
					t.Fatal(err)
				}
				delete(model[old.rec.Project], old.rec.ID)
			}
		}
		sound(t, s)
		n := 0
		for _, p := range must[[]Project](t)(s.Projects()) {
			for _, kind := range []string{Run, Model} {
				for _, rec := range must[[]Record](t)(s.List(p.ID, kind)) {
					n++
					want, ok := model[p.ID][rec.ID]
					if !ok || fmt.Sprint(want.rec) != fmt.Sprint(rec) {
						t.Fatalf("step %d, op %d: %+v, want %+v", step, op, rec, want.rec)
					}
					if want.data == nil {
						continue
					}
					if got := must[[]byte](t)(s.GetBytes(p.ID, rec.ID)); !bytes.Equal(got, want.data) {
						t.Fatalf("step %d, op %d: other bytes", step, op)
					}
				}
			}
		}
		for _, things := range model {
			n -= len(things)
		}
		if n != 0 {
			t.Fatalf("step %d, op %d: %+d records", step, op, n)
		}
	}
}

func TestIDsSort(t *testing.T) {
	var g ids
	past := now()
	last := g.next(past)
	for range 1000 {
		id := g.next(past.Add(-time.Hour)) // a clock that was set back
		if id <= last {
			t.Fatalf("%s after %s", id, last)
		}
		last = id
	}
}
