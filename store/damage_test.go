package store

import (
	"archive/tar"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"shoptwin/core"
)

// filled returns a home with a project and a model of 3 chunks, closed.
func filled(t *testing.T) (home string, rec Record, data []byte) {
	home = t.TempDir()
	s := open(t, home)
	p := must[Project](t)(s.CreateProject("Corner shop"))
	data = noise(rand.New(rand.NewPCG(3, 4)), 2*chunkSize+100)
	rec = must[Record](t)(s.PutBytes(Record{Project: p.ID, Kind: Model, Name: "gan", Meta: json.RawMessage(`{"steps":12345}`)}, bytes.NewReader(data)))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return home, rec, data
}

func TestSecondOpener(t *testing.T) {
	home := t.TempDir()
	s := open(t, home)
	start := time.Now()
	_, err := Open(home)
	var e *core.Error
	if !errors.As(err, &e) || e.Kind != core.Conflict || !strings.Contains(e.Message, home) || !strings.Contains(e.Hint, "--home") {
		t.Errorf("second opener: %v", err)
	}
	if took := time.Since(start); took > time.Second {
		t.Errorf("it took %v", took)
	}
	s.Close()
	open(t, home)
	if _, err := s.Projects(); core.KindOf(err) != core.Conflict {
		t.Errorf("after Close: %v", err)
	}
}

func TestBadHomes(t *testing.T) {
	for _, tt := range []struct {
		name string
		make func(home string)
		want string
	}{
		{"a folder in the place of the file", func(home string) { os.Mkdir(filepath.Join(home, fileName), 0o700) }, "is a folder"},
		{"another file", func(home string) {
			os.WriteFile(filepath.Join(home, fileName), bytes.Repeat([]byte("shop "), 9000), 0o600)
		}, "not that of a Shoptwin store"},
		{"a short file", func(home string) { os.WriteFile(filepath.Join(home, fileName), []byte("x"), 0o600) }, "not that of a Shoptwin store"},
		{"home is a file", func(home string) { os.Remove(home); os.WriteFile(home, nil, 0o600) }, "not a directory"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			home := filepath.Join(t.TempDir(), "home")
			os.Mkdir(home, 0o700)
			tt.make(home)
			_, err := Open(home)
			if err == nil || core.KindOf(err) != core.Invalid || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), home) {
				t.Errorf("%v", err)
			}
		})
	}
}

// TestTruncated cuts a store at many places. Open must refuse, not crash,
// leave the file as it is and keep no lock on it.
func TestTruncated(t *testing.T) {
	home, _, data := filled(t)
	path := filepath.Join(home, fileName)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	used := len(data) // the file is longer than what its pages use
	for _, n := range []int{1, 80, 4096, 4097, 8192, 12288, 16384, 65536, used / 2, used} {
		if err := os.WriteFile(path, whole[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(home); core.KindOf(err) != core.Invalid || err == nil {
			t.Errorf("cut to %d bytes: %v", n, err)
		}
		if now, _ := os.ReadFile(path); !bytes.Equal(now, whole[:n]) {
			t.Errorf("cut to %d bytes: the file was changed", n)
		}
	}
	if err := os.WriteFile(path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	sound(t, open(t, home)) // and no lock was left
}

// TestGarbledPages overwrites one page after another. Whatever it hits, Open
// and Check return; and unless the page is unused, one of them complains.
func TestGarbledPages(t *testing.T) {
	home, rec, _ := filled(t)
	path := filepath.Join(home, fileName)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	pages, size := headPages(bytes.NewReader(whole))
	complaints := 0
	for page := int64(2); page < pages; page += 1 + page/10 {
		garbled := bytes.Clone(whole)
		for i := range size {
			garbled[page*size+i] ^= 0xA5
		}
		if err := os.WriteFile(path, garbled, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := Open(home)
		if err != nil {
			complaints++
			continue
		}
		found, err := s.Check()
		if err != nil || len(found) > 0 {
			complaints++
		}
		s.GetBytes(rec.Project, rec.ID)
		s.Close()
	}
	if complaints < 10 {
		t.Errorf("%d complaints", complaints)
	}
	// A panicking Open must not have kept the lock.
	if err := os.WriteFile(path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	sound(t, open(t, home))
}

// TestFlippedBytes flips one byte of a value: bbolt does not mind, Check and
// readers do.
func TestFlippedBytes(t *testing.T) {
	home, rec, data := filled(t)
	path := filepath.Join(home, fileName)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, want string
		find       []byte
		broken     bool // the bytes cannot be read
	}{
		{"first chunk", "chunk 0", data[500:540], true},
		{"last chunk", "chunk 2", data[len(data)-40:], true},
		{"metadata", "model " + rec.ID, []byte(`{"steps":12345}`), true},
		{"project", "project", []byte(`"name":"Corner shop"`), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			flipped, n := bytes.Clone(whole), 0
			for at := 0; ; n++ { // older copies of a page lie around, too
				i := bytes.Index(flipped[at:], tt.find)
				if i < 0 {
					break
				}
				at += i + len(tt.find)
				flipped[at-3] ^= 1
			}
			if n == 0 {
				t.Fatal("the bytes are not in the file")
			}
			if err := os.WriteFile(path, flipped, 0o600); err != nil {
				t.Fatal(err)
			}
			s := open(t, home)
			defer s.Close()
			found, err := s.Check()
			if err != nil || len(found) != 1 || !strings.Contains(found[0].String(), tt.want) {
				t.Errorf("check: %v %v", found, err)
			}
			b, err := s.GetBytes(rec.Project, rec.ID)
			if broken := err != nil; broken != tt.broken || broken && core.KindOf(err) != core.Invalid {
				t.Errorf("reading: %v", err)
			}
			if !bytes.HasPrefix(data, b) {
				t.Error("the reader handed out wrong bytes")
			}
		})
	}
}

func TestCheckFindsLoss(t *testing.T) {
	home, rec, _ := filled(t)
	for _, tt := range []struct {
		name, want string
		harm       func(*Store, *bolt.Tx) error
	}{
		{"a chunk is gone", "chunk 1 is gone", func(s *Store, tx *bolt.Tx) error {
			return tx.Bucket(bucketBytes).Bucket([]byte(rec.Blob)).Delete(chunkKey(1))
		}},
		{"last chunk is gone", "bytes of", func(s *Store, tx *bolt.Tx) error {
			return tx.Bucket(bucketBytes).Bucket([]byte(rec.Blob)).Delete(chunkKey(2))
		}},
		{"all bytes are gone", "bytes are gone", func(s *Store, tx *bolt.Tx) error { return deleteBlob(tx, rec.Blob) }},
		{"bytes of nobody", "no record names them", func(s *Store, tx *bolt.Tx) error {
			_, err := tx.Bucket(bucketBytes).CreateBucket([]byte("stray"))
			return err
		}},
		{"no such project", "does not exist", func(s *Store, tx *bolt.Tx) error {
			other := Record{Project: "none", Kind: Run, ID: "r"}
			return put(tx, &other, Record{})
		}},
		{"folder is gone", "folder", func(s *Store, tx *bolt.Tx) error { return os.Remove(s.Dir(rec.Project)) }},
		{"other id inside", "it says that it is", func(s *Store, tx *bolt.Tx) error {
			b := kindBucket(tx, rec.Project, Model)
			return b.Put([]byte("other"), pack(Record{Project: rec.Project, Kind: Model, ID: "x"}))
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			copied := t.TempDir()
			if err := os.CopyFS(copied, os.DirFS(home)); err != nil {
				t.Fatal(err)
			}
			s := open(t, copied)
			if err := s.update(func(tx *bolt.Tx) error { return tt.harm(s, tx) }); err != nil {
				t.Fatal(err)
			}
			found, err := s.Check()
			if err != nil || len(found) != 1 || !strings.Contains(found[0].String(), tt.want) {
				t.Errorf("%v %v", found, err)
			}
		})
	}
}

// TestMigration opens a file of layout 1, made as that layout was written:
// plain JSON, plain chunks, no schema.
func TestMigration(t *testing.T) {
	home := t.TempDir()
	path := filepath.Join(home, fileName)
	db, err := bolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	data := []byte("weights of long ago")
	rec := Record{ID: "r1", Project: "p1", Kind: Model, Name: "gan", Blob: "b1", Size: int64(len(data))}
	plain := func(v any) []byte { b, _ := json.Marshal(v); return b }
	err = db.Update(func(tx *bolt.Tx) error {
		b := map[string]*bolt.Bucket{}
		for _, name := range []string{"meta", "projects", "records", "bytes", "trash"} {
			b[name], _ = tx.CreateBucket([]byte(name))
		}
		b["projects"].Put([]byte("p1"), plain(Project{ID: "p1", Name: "Old shop"}))
		kinds, _ := b["records"].CreateBucket([]byte("p1"))
		models, _ := kinds.CreateBucket([]byte(Model))
		sealed := seal(data)
		rec.SHA256 = hex.EncodeToString(sealed[:32])
		models.Put([]byte("r1"), plain(rec))
		chunks, _ := b["bytes"].CreateBucket([]byte("b1"))
		return chunks.Put(chunkKey(0), data)
	})
	if err != nil {
		t.Fatal(err)
	}
	db.Close()
	os.MkdirAll(filepath.Join(home, "projects", "p1"), 0o700)

	for range 2 { // the second time there is nothing to do
		s := open(t, home)
		sound(t, s)
		if p := must[Project](t)(s.Project("old shop")); p.ID != "p1" {
			t.Errorf("%+v", p)
		}
		if b := must[[]byte](t)(s.GetBytes("p1", "r1")); !bytes.Equal(b, data) {
			t.Errorf("%q", b)
		}
		s.Close()
	}
	old, err := bolt.Open(path+".v1", 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer old.Close()
	old.View(func(tx *bolt.Tx) error {
		if v, err := version(tx); v != 1 || err != nil {
			t.Errorf("the copy has layout %d, %v", v, err)
		}
		return nil
	})
}

func TestNewerLayout(t *testing.T) {
	home := t.TempDir()
	s := open(t, home)
	s.update(func(tx *bolt.Tx) error {
		return tx.Bucket(bucketMeta).Put(keySchema, []byte(strconv.Itoa(schema()+1)))
	})
	s.Close()
	for range 2 { // no lock is left
		if _, err := Open(home); core.KindOf(err) != core.Unsupported {
			t.Errorf("%v", err)
		}
	}
}

// TestFailedMigration must leave the old file good.
func TestFailedMigration(t *testing.T) {
	home, rec, _ := filled(t)
	good := migrations
	defer func() { migrations = good }()
	migrations = append(migrations[:1:1], func(tx *bolt.Tx) error {
		tx.DeleteBucket(bucketRecords)
		return errors.New("no luck")
	})
	if _, err := Open(home); err == nil || !strings.Contains(err.Error(), "from layout 2 to 3: no luck") {
		t.Errorf("%v", err)
	}
	migrations = good
	s := open(t, home)
	sound(t, s)
	must[Record](t)(s.Get(rec.Project, Model, rec.ID))
}

func TestCompact(t *testing.T) {
	home, rec, data := filled(t)
	s := open(t, home)
	for range 3 {
		other := must[Record](t)(s.PutBytes(Record{Project: rec.Project, Kind: Model}, bytes.NewReader(make([]byte, 5*chunkSize))))
		if err := s.Delete(rec.Project, Model, other.ID); err != nil {
			t.Fatal(err)
		}
	}
	before, after, err := s.Compact()
	if err != nil || after > before/2 || after < int64(len(data)) {
		t.Errorf("from %d to %d bytes, %v", before, after, err)
	}
	sound(t, s)
	if b := must[[]byte](t)(s.GetBytes(rec.Project, rec.ID)); !bytes.Equal(b, data) {
		t.Error("other bytes after compaction")
	}
	if _, err := Open(home); core.KindOf(err) != core.Conflict {
		t.Errorf("the lock after compaction: %v", err)
	}
}

func TestBackupHoldsProjectFolders(t *testing.T) {
	home, rec, data := filled(t)
	s := open(t, home)
	rows := []byte("rows of DuckDB")
	if err := os.WriteFile(s.DataPath(rec.Project), rows, 0o600); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := s.Backup(&b); err != nil {
		t.Fatal(err)
	}
	to := t.TempDir()
	unpackTar(t, &b, to)
	r := open(t, to)
	sound(t, r)
	if got := must[[]byte](t)(r.GetBytes(rec.Project, rec.ID)); !bytes.Equal(got, data) {
		t.Error("other bytes")
	}
	if got, err := os.ReadFile(r.DataPath(rec.Project)); !bytes.Equal(got, rows) {
		t.Errorf("rows: %q %v", got, err)
	}
	if err := s.Backup(failAfter(100000)); err == nil {
		t.Error("no error from a full disk")
	}
}

type failAfter int

func (n failAfter) Write(p []byte) (int, error) { return 0, errors.New("disk full") }

func unpackTar(t *testing.T, r io.Reader, dir string) {
	t.Helper()
	os.Mkdir(filepath.Join(dir, "projects"), 0o700)
	for in := tar.NewReader(r); ; {
		h, err := in.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, filepath.FromSlash(h.Name))
		if h.Typeflag == tar.TypeDir {
			os.MkdirAll(path, 0o700)
			continue
		}
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
