package app

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"shoptwin/core"
	"shoptwin/store"
	"shoptwin/store/duck"
)

// claims are the names under which something is being made. A table is in the
// database before its record is in the store, so the store alone does not
// know them. The zero value is ready for use.
type claims struct {
	mu   sync.Mutex
	held map[string]bool
}

// take claims a name of a project until release is called; false when it is
// claimed already, in any case of its letters.
func (c *claims) take(project, name string) (release func(), ok bool) {
	key := project + "/" + strings.ToLower(name)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.held[key] {
		return nil, false
	}
	if c.held == nil {
		c.held = map[string]bool{}
	}
	c.held[key] = true
	return func() {
		c.mu.Lock()
		delete(c.held, key)
		c.mu.Unlock()
	}, true
}

func (c *claims) has(project, name string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.held[project+"/"+strings.ToLower(name)]
}

// claimName claims the dataset name as when it is free, or a name after the
// file that is, and sees to it that no table is in its way.
func (a *App) claimName(ctx context.Context, p store.Project, db *duck.DB, as, file string) (name string, release func(), err error) {
	all, err := a.datasets(p.ID)
	if err != nil {
		return "", nil, err
	}
	claim := func(name string) (func(), bool) {
		if slices.ContainsFunc(all, func(d Dataset) bool { return strings.EqualFold(d.Name, name) }) {
			return nil, false
		}
		return a.claims.take(p.ID, name)
	}
	if as != "" {
		var ok bool
		if release, ok = claim(as); !ok {
			return "", nil, core.Errorf(core.Conflict, "project %q has a dataset %q already", p.Name, as).WithHint("choose another name, or delete that dataset first")
		}
		name = as
	} else {
		base := nameOf(file)
		name = base
		for n := 2; ; n++ {
			var ok bool
			if release, ok = claim(name); ok {
				break
			}
			name = fmt.Sprintf("%s_%d", base, n)
		}
	}
	if err := a.dropOrphan(ctx, p, db, name); err != nil {
		release()
		return "", nil, err
	}
	return name, release, nil
}

// nameOf makes a dataset's name of a file's.
func nameOf(file string) string {
	base := filepath.Base(file)
	for _, end := range []string{".gz", ".csv", ".tsv", ".txt", ".parquet", ".jsonl", ".ndjson", ".json", ".xlsx", ".xlsm", ".xml", ".zip", ".db", ".sqlite", ".sqlite3"} {
		if strings.HasSuffix(strings.ToLower(base), end) {
			base = base[:len(base)-len(end)]
		}
	}
	base = strings.TrimSpace(strings.Map(func(r rune) rune {
		if r == utf8.RuneError || unicode.IsControl(r) {
			return '_'
		}
		return r
	}, base))
	for len(base) > 150 {
		_, n := utf8.DecodeLastRuneInString(base)
		base = base[:len(base)-n]
	}
	if base == "" {
		return "data"
	}
	return base
}

// dropOrphan drops a table of that name which no record knows, as one whose
// record was deleted, or never written, just before the program was killed.
// The caller has claimed the name.
func (a *App) dropOrphan(ctx context.Context, p store.Project, db *duck.DB, name string) error {
	tables, err := db.Tables(ctx)
	if err != nil {
		return err
	}
	for _, t := range tables {
		if !strings.EqualFold(t, name) {
			continue
		}
		if _, d, err := a.dataset(p.ID, t); err == nil && d.Name == t {
			return core.Errorf(core.Conflict, "project %q has a dataset %q already", p.Name, t).WithHint("choose another name, or delete that dataset first")
		}
		if err := a.forgetRemoved(p.ID, t); err != nil {
			return err
		}
		if err := db.Drop(ctx, t); err != nil {
			return err
		}
	}
	return nil
}

// dropOrphans drops every table that no record knows and nobody is making. It
// is called before others see the database. A table that cannot be dropped
// harms nobody before its name is needed.
func (a *App) dropOrphans(p store.Project, db *duck.DB) {
	ctx := context.Background()
	all, err := a.datasets(p.ID)
	if err != nil {
		return
	}
	tables, err := db.Tables(ctx)
	if err != nil {
		return
	}
	for _, t := range tables {
		if !slices.ContainsFunc(all, func(d Dataset) bool { return d.Name == t }) && !a.claims.has(p.ID, t) && !a.removedTable(p.ID, t) {
			_ = db.Drop(ctx, t)
		}
	}
}
