// Package remote reads the databases of others: SQLite files, and tables or
// queries of PostgreSQL, MySQL or MariaDB, and SQL Server. Rows stream in
// constant memory, as text that keeps every digit; nothing is ever written
// there, and sessions are read-only where the server can make them so. It also
// writes SQLite files, for exports.
//
// Passwords are given to [Open] and kept nowhere: no address, no error and no
// log holds one.
package remote

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"strings"

	"shoptwin/core"
	"shoptwin/core/source"
)

// Table is a table or view that can be read.
type Table struct {
	Schema string `json:"schema,omitempty"`
	Name   string `json:"name"`
	Kind   string `json:"kind"` // table or view
	Rows   int64  `json:"rows"` // the server's estimate, -1 when it has none
}

func (t Table) String() string {
	if t.Schema == "" {
		return t.Name
	}
	return t.Schema + "." + t.Name
}

// Choice is what is read: a table by its name, alone or as schema.table, or a
// query of one statement. The zero value is the only table there is.
type Choice struct {
	Table string `json:"table,omitempty"`
	Query string `json:"query,omitempty"`
}

// column is a column of a result.
type column struct {
	name string
	kind kind
}

// server is one kind of database.
type server interface {
	tables(ctx context.Context) ([]Table, error)
	// stream runs one statement. cells are valid until row returns.
	stream(ctx context.Context, sql string, header func([]column) error, row func([][]byte) error) error
	quote(name string) string
	close()
}

// DB is an open database, for one goroutine.
type DB struct {
	from     Address
	password string // to be blacked out in what servers say
	s        server
}

// Open connects to a database, for at most ten seconds. password may be "".
// Errors: NotFound for a file that is not there, Invalid for one that is no
// database and for a server that does not let us in.
func Open(ctx context.Context, from Address, password string) (*DB, error) {
	db := &DB{from: from, password: password}
	var err error
	switch from.Kind {
	case "sqlite":
		db.s, err = openSQLite(ctx, from)
	case "postgres":
		db.s, err = openPostgres(ctx, from, password)
	case "mysql":
		db.s, err = openMySQL(ctx, from, password)
	case "sqlserver":
		db.s, err = openSQLServer(ctx, from, password)
	default:
		return nil, core.Errorf(core.Unsupported, "databases of the kind %q are not read", from.Kind).WithHint("%s", addressHint)
	}
	if err != nil {
		return nil, db.explain(ctx, err, opening)
	}
	return db, nil
}

// Close ends the session.
func (db *DB) Close() { db.s.close() }

// Tables lists the tables and views that may be read, in order of their names.
func (db *DB) Tables(ctx context.Context) ([]Table, error) {
	list, err := db.s.tables(ctx)
	if err != nil {
		return nil, db.explain(ctx, err, "does not list its tables:")
	}
	return list, nil
}

// Read hands the rows of a table or a query to sink, and returns what was
// found and a hash of all rows. report, if not nil, is called every few
// thousand rows. Once ctx is cancelled Read ends within moments.
//
// NULL is a missing cell, as are empty texts and the words that stand for it
// in files. Numbers keep all their digits, times of a zone are written in UTC
// with a Z, bytes as \x and hexadecimal.
func (db *DB) Read(ctx context.Context, what Choice, sink source.Sink, report func(core.Progress)) (info source.Info, sum string, err error) {
	sql, name, total, err := db.statement(ctx, what)
	if err != nil {
		return info, "", err
	}
	p := source.NewPump(ctx, source.Options{Name: name}, sink)
	var shapes []shaper
	digest := sha256.New()
	err = db.s.stream(ctx, sql, func(c []column) error {
		if len(c) == 0 {
			return core.Errorf(core.Invalid, "%s: the query gives no columns", name).WithHint("write a SELECT")
		}
		shapes = make([]shaper, len(c))
		names := make([]string, len(c))
		for i := range c {
			names[i], shapes[i].kind = c[i].name, c[i].kind
			addHash(digest, []byte(c[i].name))
		}
		if err := p.Header(names); err != nil {
			return sinkError{err}
		}
		return nil
	}, func(cells [][]byte) error {
		for i := range cells {
			if cells[i] != nil {
				cells[i] = shapes[i].shape(cells[i])
			}
			addHash(digest, cells[i])
		}
		if err := p.Row(cells); err != nil {
			return sinkError{err}
		}
		if n := p.Rows(); report != nil && n%4096 == 0 {
			report(core.Progress{Stage: "import", Done: n, Total: max(total, n), Unit: "rows"})
		}
		return nil
	})
	if own := (sinkError{}); errors.As(err, &own) {
		return info, "", own.error
	}
	if err != nil {
		after := "cannot be read:"
		if n := p.Rows(); n > 0 {
			after = fmt.Sprintf("ended after %d rows:", n)
		}
		return info, "", db.explain(ctx, err, after)
	}
	zeros := int64(0)
	for i := range shapes {
		zeros += shapes[i].zeros
	}
	if zeros > 0 {
		p.Note(fmt.Sprintf("%d dates of zeros (0000-00-00) are missing cells.", zeros))
	}
	if info, err = p.End(); err != nil {
		return info, "", err
	}
	info.Format, info.Encoding = db.from.Kind, "utf-8"
	if report != nil {
		report(core.Progress{Stage: "import", Done: p.Rows(), Total: p.Rows(), Unit: "rows"})
	}
	return info, hex.EncodeToString(digest.Sum(nil)), nil
}

// sinkError marks errors that are not the server's.
type sinkError struct{ error }

// addHash adds a cell to a hash, so that no two rows look alike.
func addHash(h hash.Hash, cell []byte) {
	var head [5]byte
	if cell != nil {
		head = [5]byte{1, byte(len(cell)), byte(len(cell) >> 8), byte(len(cell) >> 16), byte(len(cell) >> 24)}
	}
	_, _ = h.Write(head[:]) // a hash takes all
	_, _ = h.Write(cell)
}

// statement is what is run for a choice. A table's name is looked up and
// quoted, so that no name is a statement.
func (db *DB) statement(ctx context.Context, what Choice) (sql, name string, total int64, err error) {
	query := strings.TrimRight(strings.TrimSpace(what.Query), "; \t\r\n")
	switch {
	case query != "" && what.Table != "":
		return "", "", 0, core.Errorf(core.Invalid, "a table, %q, and a query: only one of them can be read", what.Table).WithHint("leave one out")
	case query != "" && strings.ContainsRune(query, 0):
		return "", "", 0, core.Errorf(core.Invalid, "the query holds a NUL byte").WithHint("type it again")
	case query != "":
		return query, "the query to " + db.from.String(), 0, nil
	}
	list, err := db.Tables(ctx)
	if err != nil {
		return "", "", 0, err
	}
	t, err := choose(db.from, list, what.Table)
	if err != nil {
		return "", "", 0, err
	}
	sql = "SELECT * FROM " + db.s.quote(t.Name)
	if t.Schema != "" {
		sql = "SELECT * FROM " + db.s.quote(t.Schema) + "." + db.s.quote(t.Name)
	}
	return sql, db.from.String() + ", table " + t.String(), t.Rows, nil
}

// choose finds a table by its name.
func choose(from Address, list []Table, name string) (Table, error) {
	var names []string
	for _, t := range list {
		names = append(names, t.String())
	}
	all := strings.Join(names, ", ")
	if len(all) > 300 {
		all = strings.ToValidUTF8(all[:300], "") + "…"
	}
	if name == "" {
		switch len(list) {
		case 0:
			return Table{}, core.Errorf(core.NotFound, "%s holds no table that may be read", from).WithHint("ask for the right to read, or name another database")
		case 1:
			return list[0], nil
		}
		return Table{}, core.Errorf(core.Invalid, "%s holds %d tables", from, len(list)).WithHint("choose one (--table) or ask (--query): %s", all)
	}
	for _, same := range []func(Table) bool{
		func(t Table) bool { return t.String() == name },
		func(t Table) bool { return t.Name == name },
		func(t Table) bool { return strings.EqualFold(t.String(), name) || strings.EqualFold(t.Name, name) },
	} {
		var found []Table
		for _, t := range list {
			if same(t) {
				found = append(found, t)
			}
		}
		if len(found) == 1 {
			return found[0], nil
		} else if len(found) > 1 {
			return Table{}, core.Errorf(core.Invalid, "%s: %q may be %s or %s", from, name, found[0], found[1]).WithHint("name it with its schema")
		}
	}
	return Table{}, core.Errorf(core.NotFound, "%s has no table %q", from, name).WithHint("it has %s", all)
}
