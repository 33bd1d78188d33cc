// Package duck keeps a project's datasets in DuckDB: it imports files, runs
// recipes, profiles tables and gives their columns out. It is the only
// importer of DuckDB, and lets no SQL in from outside.
//
// A dataset is one typed table in row order, beside the rows that were set
// aside. Numbers are DOUBLE, times TIMESTAMP, everything else VARCHAR; the
// hidden column _row numbers the rows from 0. What DuckDB cannot know (a
// time's layout, decimals, roles) is kept as JSON in shoptwin.datasets.
package duck

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/duckdb/duckdb-go/v2/mapping"

	"shoptwin/core"
	"shoptwin/core/source"
	"shoptwin/core/table"
)

// Options of a database; the zero value is right for a laptop.
type Options struct {
	MemoryMB int // DuckDB's memory; beyond it, it spills to disk. 0: 2048
	Threads  int // 0: all
}

// DB is one open database. Its methods may be called concurrently; each takes
// a connection of its own.
type DB struct {
	// Secret gives steps that need a key the one of that name; nil: there are
	// none. Set it before the first recipe runs.
	Secret func(name string) ([]byte, error)
	// Generate makes rows for steps that want some, see [recipe.Compiler].
	Generate func(ctx context.Context, t, known *table.Table, seed uint64) (*table.Table, error)

	path, dir string   // the database file, "" in memory; the folder for temporary files
	lock      *os.File // of dir, when in memory
	db        mapping.Database
	trace     func(sql string) (done func()) // of tests: sees every statement
	mu        sync.Mutex                     // guards closed
	closed    bool
	open      sync.WaitGroup // connections
	write     sync.Mutex     // held while datasets are made or dropped
	version   atomic.Int64   // of the datasets: how often that happened
	trials    trials         // of the last preview
}

// ColumnInfo is what is known of a column of a dataset.
type ColumnInfo struct {
	table.Field
	Missing  int64    `json:"missing"`
	Distinct int64    `json:"distinct"` // an estimate within 5 % when there are more than 100,000 rows
	Problems []string `json:"problems,omitempty"`
}

// Imported is what an import brought in.
type Imported struct {
	Table    string       `json:"table"`
	Info     source.Info  `json:"info"`
	Rows     int64        `json:"rows"`
	Rejected int64        `json:"rejected"`
	Columns  []ColumnInfo `json:"columns"`
	SHA256   string       `json:"sha256"` // of the file as it lies on disk
}

// rowColumn numbers the rows of every table; no column of a dataset has this
// name.
const rowColumn = "_row"

// opened are the files that this program has open: DuckDB's lock keeps other
// programs out, but not a second opener in the same one.
var opened = struct {
	sync.Mutex
	paths map[string]bool
}{paths: map[string]bool{}}

func claim(path string) bool {
	opened.Lock()
	defer opened.Unlock()
	if path != "" && opened.paths[path] {
		return false
	}
	opened.paths[path] = true
	return true
}

func release(path string) {
	opened.Lock()
	delete(opened.paths, path)
	opened.Unlock()
}

// Open opens the database at path, making it when it is not there; "" opens
// one in memory. Temporary files go to the folder path+".tmp", which is
// removed by Close. The database can reach no other file, no network and no
// extension. A second program gets Conflict.
func Open(path string, opt Options) (*DB, error) {
	if opt.MemoryMB <= 0 {
		opt.MemoryMB = 2048
	}
	if opt.Threads <= 0 {
		opt.Threads = core.Threads()
	}
	db := &DB{path: path}
	var err error
	if path == "" {
		db.dir, db.lock, err = ownTemp()
	} else if db.path, err = filepath.Abs(path); err == nil {
		if err = os.MkdirAll(filepath.Dir(db.path), 0o700); err == nil {
			db.dir = db.path + ".tmp"
			err = os.MkdirAll(db.dir, 0o700)
		}
	}
	if err != nil {
		return nil, fileError(err, path)
	}
	if !claim(db.path) {
		return nil, core.Errorf(core.Conflict, "%s is open already", db.shortPath()).WithHint("close it first")
	}
	if err := db.start(opt); err != nil {
		release(db.path)
		if path == "" {
			_ = db.removeTemp()
		}
		return nil, err
	}
	if err := db.sweep(); err != nil {
		_ = db.Close() // err says what went wrong
		return nil, err
	}
	return db, nil
}

// sweep removes temporary files of a run that was killed.
func (db *DB) sweep() error {
	old, err := os.ReadDir(db.dir)
	if err != nil {
		return fileError(err, db.dir)
	}
	for _, f := range old {
		if f.Name() == lockName {
			continue
		}
		if err := os.RemoveAll(filepath.Join(db.dir, f.Name())); err != nil {
			return fileError(err, db.dir)
		}
	}
	return nil
}

func (db *DB) start(opt Options) error {
	var config mapping.Config
	if mapping.CreateConfig(&config) == mapping.StateError {
		return core.Errorf(core.Internal, "DuckDB gives no configuration")
	}
	defer mapping.DestroyConfig(&config)
	for _, o := range [][2]string{
		{"memory_limit", fmt.Sprint(opt.MemoryMB) + "MiB"},
		{"threads", fmt.Sprint(opt.Threads)},
		{"temp_directory", db.dir},
		{"autoinstall_known_extensions", "false"},
		{"autoload_known_extensions", "false"},
		{"allow_community_extensions", "false"},
	} {
		if mapping.SetConfig(config, o[0], o[1]) == mapping.StateError {
			return core.Errorf(core.Internal, "DuckDB refuses %s = %q", o[0], o[1])
		}
	}
	var message string
	if mapping.OpenExt(db.path, &db.db, config, &message) == mapping.StateError {
		mapping.Close(&db.db)
		return db.explain(message, mapping.ErrorTypeErrorIO)
	}
	ctx := context.Background()
	c, err := db.connect()
	if err != nil {
		mapping.Close(&db.db)
		return err
	}
	for _, sql := range []string{
		"SET allowed_directories = [" + literal(db.dir+string(filepath.Separator)) + "]",
		"SET enable_external_access = false",
		"SET errors_as_json = false",
		"SET preserve_insertion_order = true",
		"SET TimeZone = 'UTC'",
		"SET lock_configuration = true",
		"CREATE SCHEMA IF NOT EXISTS shoptwin",
		"CREATE SCHEMA IF NOT EXISTS rejects",
		"CREATE SCHEMA IF NOT EXISTS samples",
		"CREATE TABLE IF NOT EXISTS shoptwin.datasets(name VARCHAR NOT NULL, info VARCHAR NOT NULL)",
	} {
		if err = c.exec(ctx, sql); err != nil {
			break
		}
	}
	c.close()
	if err != nil {
		mapping.Close(&db.db)
		return core.Wrap(err, "opening %s", db.shortPath())
	}
	return nil
}

func (db *DB) shortPath() string {
	if db.path == "" {
		return "the database in memory"
	}
	return filepath.Base(filepath.Dir(db.path)) + string(filepath.Separator) + filepath.Base(db.path)
}

// Close waits for what is running, writes what is due and frees the file.
// Cancel running work first.
func (db *DB) Close() error {
	db.mu.Lock()
	if db.closed {
		db.mu.Unlock()
		return nil
	}
	db.closed = true
	db.mu.Unlock()
	db.trials.mu.Lock()
	db.trials.forget()
	db.trials.clear()
	db.trials.mu.Unlock()
	db.open.Wait()
	mapping.Close(&db.db)
	release(db.path)
	return db.removeTemp()
}

// Tables returns the names of the datasets, in order of their names.
func (db *DB) Tables(ctx context.Context) ([]string, error) {
	c, err := db.connect()
	if err != nil {
		return nil, err
	}
	defer c.close()
	rows, err := c.cells(ctx, "SELECT name FROM shoptwin.datasets ORDER BY name")
	names := make([]string, len(rows))
	for i, r := range rows {
		names[i] = r[0].text
	}
	return names, err
}

// Drop removes a dataset and its rejects. NotFound when there is none.
func (db *DB) Drop(ctx context.Context, name string) error {
	db.write.Lock()
	defer db.write.Unlock()
	c, err := db.connect()
	if err != nil {
		return err
	}
	defer c.close()
	if _, err := c.dataset(ctx, name); err != nil {
		return err
	}
	defer db.version.Add(1)
	return c.tx(ctx, func() error { return c.drop(ctx, name) })
}

// drop runs inside a transaction.
func (c *conn) drop(ctx context.Context, name string) error {
	for _, sql := range []string{
		"DROP TABLE IF EXISTS main." + ident(name),
		"DROP TABLE IF EXISTS rejects." + ident(name),
		"DROP TABLE IF EXISTS samples." + ident(name),
		"DELETE FROM shoptwin.datasets WHERE lower(name) = lower(" + literal(name) + ")",
	} {
		if err := c.exec(ctx, sql); err != nil {
			return err
		}
	}
	return nil
}

// Info returns what is known of a dataset's columns, its rows and its rejects.
func (db *DB) Info(ctx context.Context, name string) (columns []ColumnInfo, rows, rejected int64, err error) {
	c, err := db.connect()
	if err != nil {
		return nil, 0, 0, err
	}
	defer c.close()
	d, err := c.dataset(ctx, name)
	if err != nil {
		return nil, 0, 0, err
	}
	return d.Columns, d.Rows, d.Rejected, nil
}

// SetRole changes what a column means; table.Auto detects it again.
func (db *DB) SetRole(ctx context.Context, name, column string, role table.Role) error {
	db.write.Lock()
	defer db.write.Unlock()
	c, err := db.connect()
	if err != nil {
		return err
	}
	defer c.close()
	d, err := c.dataset(ctx, name)
	if err != nil {
		return err
	}
	for i := range d.Columns {
		col := &d.Columns[i]
		if col.Name != column {
			continue
		}
		if role == table.Auto {
			words, err := c.meanWords(ctx, name, d.Columns[i:i+1])
			if err != nil {
				return err
			}
			role = table.DetectRole(col.Field, int(col.Distinct), int(d.Rows-col.Missing), words[0])
		}
		col.Role = role
		defer db.version.Add(1)
		return c.tx(ctx, func() error { return c.keep(ctx, name, d) })
	}
	return noColumn(name, column, d.fields())
}

func noColumn(name, column string, fields []table.Field) error {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Name
	}
	return core.Errorf(core.NotFound, "dataset %q has no column %q", name, column).
		WithHint("it has %s", strings.Join(names, ", "))
}
