package store

import (
	"bytes"
	"io"
	"os"
	"testing"

	"shoptwin/core"
)

func TestTrash(t *testing.T) {
	home := t.TempDir()
	s, err := Open(home)
	if err != nil {
		t.Fatal(err)
	}
	p, _ := s.CreateProject("shop")
	rec, err := s.PutBytes(Record{Project: p.ID, Kind: Model, Name: "m"}, bytes.NewReader([]byte("weights")))
	if err != nil {
		t.Fatal(err)
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(s.Remove(p.ID, Model, rec.ID))
	if all, _ := s.List(p.ID, Model); len(all) != 0 {
		t.Error("what was removed is listed")
	}
	if _, err := s.Get(p.ID, Model, rec.ID); core.KindOf(err) != core.NotFound {
		t.Errorf("what was removed is found: %v", err)
	}
	must(s.Restore(p.ID, Model, rec.ID))
	if got, err := s.GetBytes(p.ID, rec.ID); err != nil || string(got) != "weights" {
		t.Errorf("%q %v", got, err)
	}
	if back, _ := s.Get(p.ID, Model, rec.ID); !back.Created.Equal(rec.Created) || !back.Removed.IsZero() {
		t.Errorf("%+v", back)
	}

	must(s.RemoveProject(p.ID))
	if _, err := s.Project("shop"); core.KindOf(err) != core.NotFound {
		t.Errorf("a removed project is found: %v", err)
	}
	other, err := s.CreateProject("Shop") // the name is free
	must(err)
	if all, _ := s.Projects(); len(all) != 1 || all[0].ID != other.ID {
		t.Errorf("%+v", all)
	}
	back, err := s.RestoreProject(p.ID)
	if err != nil || back.Name != "shop 2" {
		t.Errorf("%+v %v", back, err)
	}

	must(s.Remove(p.ID, Model, rec.ID))
	must(s.RemoveProject(other.ID))
	if n, err := s.InTrash(); n != 2 || err != nil {
		t.Errorf("%d things in the trash, %v", n, err)
	}
	if n, err := s.EmptyTrash(); n != 2 || err != nil {
		t.Errorf("%d things deleted, %v", n, err)
	}
	if err := s.Restore(p.ID, Model, rec.ID); core.KindOf(err) != core.NotFound {
		t.Errorf("deleted and back again: %v", err)
	}
	if _, err := s.RestoreProject(other.ID); core.KindOf(err) != core.NotFound {
		t.Errorf("deleted and back again: %v", err)
	}
	if _, err := os.Stat(s.Dir(other.ID)); !os.IsNotExist(err) {
		t.Errorf("its folder stays: %v", err)
	}
	if found, err := s.Check(); err != nil || len(found) != 0 {
		t.Errorf("%v %v", found, err)
	}

	// A project that is filled out of sight, by a program that is killed.
	hidden, err := s.AddProject("hidden", "data")
	must(err)
	_, err = s.PutBytes(Record{Project: hidden.ID, Kind: Run, Name: "r"}, io.LimitReader(bytes.NewReader(make([]byte, 100)), 50))
	must(err)
	must(s.Close())
	s, err = Open(home)
	must(err)
	defer s.Close()
	if all, _ := s.Projects(); len(all) != 1 {
		t.Errorf("%+v", all)
	}
	if _, err := s.EmptyTrash(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(s.Dir(hidden.ID)); !os.IsNotExist(err) {
		t.Errorf("its folder stays: %v", err)
	}
}
