package duck

import (
	"context"
	"os"
	"path/filepath"
	"strconv"

	"github.com/duckdb/duckdb-go/v2/mapping"

	"shoptwin/core/table"
)

// The desk is where the steps of a recipe are tried: a database in memory with
// one thread, on which copies lie. Work on a sample is over before another
// thread has begun, and to hand it over and wait is what took most of the time,
// all the more where other programs have the processors.

// mostCopied is how many cells of a recipe's other tables are copied, some two
// seconds' work, once; with larger ones it is tried where the tables are.
const mostCopied = 2_000_000

// fits says whether the tables of a recipe, all but the first of which are
// needed whole, may be copied.
func (t *trials) fits(ctx context.Context, tables []string) bool {
	cells := int64(0)
	for _, name := range tables[1:] {
		d, err := t.main.dataset(ctx, name)
		if err != nil {
			return false // which the recipe's check says in its words
		}
		cells += d.Rows * int64(len(d.Columns)+1)
	}
	return cells <= mostCopied && !t.alone
}

// desk returns a connection to the desk, which is made when it is not there.
func (t *trials) desk() (*conn, error) {
	if t.one == nil {
		one := &DB{dir: filepath.Join(t.main.db.dir, "desk")}
		if err := os.MkdirAll(one.dir, 0o700); err != nil {
			return nil, fileError(err, one.dir)
		}
		if err := one.start(Options{MemoryMB: 512, Threads: 1}); err != nil {
			return nil, err
		}
		t.one = one
	}
	db := t.main.db
	t.one.trace, t.one.Secret, t.one.Generate = db.trace, db.Secret, db.Generate
	c, err := t.one.connect()
	if err == nil {
		c.above, c.copies = t.main, map[string]string{}
	}
	return c, err
}

// clear frees the desk.
func (t *trials) clear() {
	if t.one != nil {
		mapping.Close(&t.one.db)
		t.one = nil
	}
}

// lay returns a relation where the desk is: on it a copy, which is made once.
func (c *conn) lay(ctx context.Context, relation string, fields []table.Field) (string, error) {
	if c.above == nil || c.copies[relation] != "" {
		return c.laid(relation), nil
	}
	t, rows, err := c.above.read(ctx, "SELECT * FROM "+relation+" ORDER BY "+rowColumn, fields)
	if err != nil {
		return "", err
	}
	name := "copy" + strconv.Itoa(len(c.copies))
	if err := c.write(ctx, name, t, rows); err != nil {
		return "", err
	}
	c.copies[relation] = "temp." + name
	return c.copies[relation], nil
}

// laid is where a relation is that was laid there.
func (c *conn) laid(relation string) string {
	if there, ok := c.copies[relation]; ok {
		return there
	}
	return relation
}
