package app

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"shoptwin/core"
)

// MovePlan is what moving the home to a folder would take.
type MovePlan struct {
	From  string `json:"from"`
	To    string `json:"to"`
	Bytes int64  `json:"bytes"` // to copy
	Free  int64  `json:"free"`  // on the new disk; -1 where that is not known
}

// spareRoom is left free on a disk that a home moves to.
const spareRoom = 256 << 20

// PlanMove says whether the home can move to a folder: an absolute path of one
// that is empty or not there yet, outside of the home, that may be written to
// and has room.
func (a *App) PlanMove(to string) (MovePlan, error) {
	home := a.store.Home()
	m := MovePlan{From: home, Bytes: folderSize(home)}
	if !filepath.IsAbs(to) {
		return m, core.Errorf(core.Invalid, "%q is no whole path of a folder", to).WithHint("name it from the root on, such as %s", filepath.Join(filepath.VolumeName(home)+string(filepath.Separator), "data", "shoptwin"))
	}
	m.To = filepath.Clean(to)
	inside := func(a, b string) bool {
		rel, err := filepath.Rel(a, b)
		return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
	}
	if inside(home, m.To) || inside(m.To, home) {
		return m, core.Errorf(core.Invalid, "%s and %s lie within each other", m.To, home).WithHint("choose a folder outside")
	}
	entries, err := os.ReadDir(m.To)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return m, fileError(err, m.To)
	}
	// A home that moved away may come back, and what a killed move of this home
	// left is no hindrance.
	in, begun := readMoved(m.To, arrivingFile)
	begun = begun && filepath.Clean(in.From) == home
	for _, e := range entries {
		ours := e.Name() == MovedFile || e.Name() == arrivingFile && begun || strings.HasPrefix(e.Name(), halfPrefix)
		if !ours && !(begun && slices.Contains(homeParts(m.To), e.Name())) {
			return m, core.Errorf(core.Conflict, "%s is not empty: it holds %s", m.To, e.Name()).WithHint("choose an empty folder, or a new one in it")
		}
	}
	// The nearest folder that is there says what may be done and how much fits.
	stand := m.To
	for {
		if st, err := os.Stat(stand); err == nil {
			if !st.IsDir() {
				return m, core.Errorf(core.Invalid, "%s is no folder", stand).WithHint("choose another")
			}
			break
		}
		if up := filepath.Dir(stand); up != stand {
			stand = up
			continue
		}
		return m, core.Errorf(core.NotFound, "%s is on no disk that is there", m.To).WithHint("choose another folder")
	}
	probe, err := os.CreateTemp(stand, halfPrefix)
	if err != nil {
		return m, fileError(err, stand)
	}
	probe.Close()
	os.Remove(probe.Name())
	if m.Free = freeBytes(stand); m.Free >= 0 && m.Free < m.Bytes+spareRoom {
		return m, core.Errorf(core.Full, "%s has room for %d MB, the data take %d MB", stand, m.Free>>20, (m.Bytes+spareRoom)>>20).WithHint("free some space, or choose another disk")
	}
	return m, nil
}

// MoveHome copies everything to a folder, reads it again, and goes on there.
// What lies at the old place stays, or is removed. Whatever stops it before the
// last step leaves everything where it was; a copy that was begun is deleted.
// Conflict while jobs run; those that are started meanwhile begin afterwards.
func (a *App) MoveHome(ctx context.Context, to string, remove bool, report func(core.Progress)) (MovePlan, error) {
	m, err := a.PlanMove(to)
	if err != nil {
		return m, err
	}
	err = a.jobs.alone("", kindMove, func() error { return a.moveHome(ctx, m, remove, staged(report, "move")) })
	return m, err
}

const kindMove = "move"

func (a *App) moveHome(ctx context.Context, m MovePlan, remove bool, report func(core.Progress)) (err error) {
	all, err := a.store.Projects()
	if err != nil {
		return err
	}
	for _, p := range all { // no table is opened until it lies at its new place
		back, err := a.takeAway(p)
		if err != nil {
			return err
		}
		defer back()
	}
	if err := os.MkdirAll(m.To, 0o700); err != nil {
		return fileError(err, m.To)
	}
	clearHome(m.To) // of a move that was killed
	if err := writeMoved(m.To, arrivingFile, moved{From: m.From}); err != nil {
		return err
	}
	settled := false
	defer func() {
		if err != nil && !settled {
			clearHome(m.To)
		}
	}()
	c := &moving{from: m.From, to: m.To, seen: map[string]stamp{}, total: m.Bytes, report: report}
	if err := c.all(ctx); err != nil {
		return err
	}
	err = a.store.MoveTo(m.To, func() error {
		if err := c.all(ctx); err != nil { // what was written since, such as settings
			return err
		}
		if err := syncDirs(m.To); err != nil {
			return fileError(err, m.To)
		}
		if err := writeMoved(m.From, MovedFile, moved{To: m.To, Remove: remove}); err != nil {
			return err
		}
		settled = true
		return nil
	})
	if err != nil {
		return err
	}
	arrived(m.To, m.From, remove)
	return nil
}

// oldCopy is what a move left at the old place; "" if nothing.
func (a *App) oldCopy() string {
	m, ok := readMoved(a.store.Home(), cameFile)
	if !ok || len(homeParts(m.From)) == 0 {
		return ""
	}
	if out, ok := readMoved(m.From, MovedFile); !ok || filepath.Clean(out.To) != a.store.Home() {
		return "" // it is in use for something else
	}
	return m.From
}

// moving copies a home but for the store's own file.
type moving struct {
	from, to    string
	seen        map[string]stamp // of what was copied
	done, total int64
	report      func(core.Progress)
}

type stamp struct {
	size int64
	at   time.Time
}

// all copies what has not been copied yet as it is now, and takes away what
// has gone since.
func (c *moving) all(ctx context.Context) error {
	there := map[string]bool{}
	for _, part := range homeParts(c.from) {
		if strings.HasPrefix(part, "shoptwin.db") {
			continue
		}
		err := filepath.WalkDir(filepath.Join(c.from, part), func(path string, e fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			if err != nil {
				return err
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			name, err := filepath.Rel(c.from, path)
			if err != nil {
				return err
			}
			if e.IsDir() {
				return os.MkdirAll(filepath.Join(c.to, name), 0o700)
			}
			st, err := e.Info()
			if err != nil || !st.Mode().IsRegular() {
				return nil
			}
			there[name] = true
			now := stamp{st.Size(), st.ModTime()}
			if c.seen[name] == now {
				return nil
			}
			if err := c.file(ctx, name, st.Mode().Perm()); err != nil {
				return err
			}
			c.seen[name] = now
			return nil
		})
		if err != nil {
			return fileError(err, filepath.Join(c.to, part))
		}
	}
	for name := range c.seen {
		if !there[name] {
			os.Remove(filepath.Join(c.to, name))
			delete(c.seen, name)
		}
	}
	return nil
}

// file copies one file, and reads the copy again from the disk.
func (c *moving) file(ctx context.Context, name string, mode fs.FileMode) error {
	in, err := os.Open(filepath.Join(c.from, name))
	if err != nil {
		return err
	}
	defer in.Close()
	path := filepath.Join(c.to, name)
	out, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, mode)
	if err != nil {
		return err
	}
	done := func(n int) {
		c.done += int64(n)
		c.report(core.Progress{Done: min(c.done, c.total), Total: c.total, Unit: "bytes", Note: filepath.Base(name)})
	}
	read := &summed{ctx: ctx, r: in, hash: sha256.New(), seen: done}
	_, err = io.Copy(out, read)
	if err == nil {
		err = out.Sync()
	}
	if e := out.Close(); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	again, err := sumOf(ctx, path)
	if err != nil {
		return err
	}
	if again == nil || again.SHA256 != read.sum() {
		return core.Errorf(core.Invalid, "%s reads otherwise than it was written", path).WithHint("the disk may be damaged: choose another folder")
	}
	return nil
}

// syncDirs has the names in a folder on the disk. Windows knows no such thing.
func syncDirs(root string) error {
	return filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.IsDir() {
			return err
		}
		d, err := os.Open(path)
		if err != nil {
			return err
		}
		defer d.Close()
		_ = d.Sync()
		return nil
	})
}

// StartMove runs [App.MoveHome] as a job.
func (a *App) StartMove(to string, remove bool) (string, error) {
	m, err := a.PlanMove(to)
	if err != nil {
		return "", err
	}
	// Nobody waits for a move behind a training: it is refused.
	if err := a.jobs.alone("", kindMove, func() error { return nil }); err != nil {
		return "", err
	}
	return a.start(kindMove, "", m.To, func(ctx context.Context, report func(core.Progress)) (any, error) {
		return a.MoveHome(ctx, to, remove, report)
	})
}
