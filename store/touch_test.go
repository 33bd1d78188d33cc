package store

import (
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"
)

// TestTouchWaitsForNobody opens a project while another transaction is being
// written, which lasts as long as the disk takes.
func TestTouchWaitsForNobody(t *testing.T) {
	home := t.TempDir()
	s := open(t, home)
	p := must[Project](t)(s.CreateProject("p"))
	q := must[Project](t)(s.CreateProject("q"))
	begun, written, done := make(chan bool), make(chan bool), make(chan error)
	go func() {
		done <- s.update(func(*bolt.Tx) error {
			close(begun)
			<-written
			return nil
		})
	}()
	<-begun
	time.Sleep(time.Millisecond)
	if got := must[Project](t)(s.TouchProject(p.ID, "data")); got.LeftOff != "data" || !got.Opened.After(p.Opened) {
		t.Errorf("touched: %+v", got)
	}
	touched := must[Project](t)(s.TouchProject(p.ID, ""))
	if touched.LeftOff != "data" {
		t.Errorf("touched again: %+v", touched)
	}
	if got := must[Project](t)(s.Project("p")); got != touched {
		t.Errorf("%+v, want %+v", got, touched)
	}
	if all := must[[]Project](t)(s.Projects()); all[0] != touched {
		t.Errorf("%+v, want %+v first", all, touched)
	}
	s.TouchProject(q.ID, "")
	close(written)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if got := must[Project](t)(s.RenameProject(p.ID, "P")); got.LeftOff != "data" || got.Opened != touched.Opened {
		t.Errorf("renamed: %+v", got)
	}
	if err := s.DeleteProject(q.ID); err != nil {
		t.Fatal(err)
	}
	s.Close()
	s = open(t, home)
	all := must[[]Project](t)(s.Projects())
	if len(all) != 1 || all[0].Name != "P" || all[0].LeftOff != "data" || all[0].Opened != touched.Opened {
		t.Errorf("after reopening: %+v", all)
	}
}
