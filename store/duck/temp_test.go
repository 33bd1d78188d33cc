package duck

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"shoptwin/core/source"
)

func TestMemoryLeavesNothingBehind(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	// of a killed program, of a living one, and of somebody else
	long := time.Now().Add(-time.Hour)
	folder := func(name string) string {
		dir := filepath.Join(temp, name)
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	lock := func(dir string) *os.File {
		f, err := os.Create(filepath.Join(dir, lockName))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() })
		if err := os.Chtimes(f.Name(), long, long); err != nil {
			t.Fatal(err)
		}
		return f
	}
	dead, living, other := folder(tempPrefix+"1"), folder(tempPrefix+"2"), folder(tempPrefix+"3")
	lock(dead).Close()
	if err := os.WriteFile(filepath.Join(dead, "duckdb_temp_storage-0.tmp"), []byte("real rows"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := lockFile(lock(living)); err != nil {
		t.Fatal(err)
	}
	db, err := Open("", Options{})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "a.csv")
	if err := os.WriteFile(file, []byte("a,b\n1,x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Import(context.Background(), "a", file, source.Options{}, nil); err != nil {
		t.Fatal(err)
	}
	own := db.dir
	if st, err := os.Stat(own); err != nil || st.Mode().Perm() != 0o700 {
		t.Errorf("own folder: %v %v", st, err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	for dir, want := range map[string]bool{dead: false, living: true, other: true, own: false} {
		if _, err := os.Stat(dir); (err == nil) != want {
			t.Errorf("%s is there: %v, want %v", filepath.Base(dir), err == nil, want)
		}
	}
}
