package duck

import (
	"context"
	"sync"
	"time"
	"unsafe"

	"github.com/duckdb/duckdb-go/v2/mapping"

	"shoptwin/core"
	"shoptwin/core/recipe"
)

// conn is one connection, used by one goroutine. DuckDB's C interface is used
// without database/sql in between: whole vectors go in and out, which is ten
// times as fast as row by row.
type conn struct {
	c  mapping.Connection
	db *DB
	// Of the trials, which begin anew when a dataset changes: what is known of
	// datasets, and whose sample is there.
	known   map[string]*dataset
	sampled string
	// Of a connection to the desk: where the datasets are, and what was copied.
	above  *conn
	copies map[string]string
}

func (db *DB) connect() (*conn, error) {
	db.mu.Lock()
	defer db.mu.Unlock()
	if db.closed {
		return nil, core.Errorf(core.Internal, "the data of the project are closed already")
	}
	c := &conn{db: db}
	if mapping.Connect(db.db, &c.c) == mapping.StateError {
		return nil, core.Errorf(core.Internal, "the database takes no further connection")
	}
	db.open.Add(1)
	return c, nil
}

func (c *conn) close() {
	mapping.Disconnect(&c.c)
	c.db.open.Done()
}

// exec runs one statement.
func (c *conn) exec(ctx context.Context, sql string) error {
	return c.query(ctx, sql, nil)
}

// query runs one statement and hands its result over in chunks. Once ctx is
// cancelled it is interrupted, and ctx's error returned.
func (c *conn) query(ctx context.Context, sql string, each func(*chunk) error) error {
	if c.db.trace != nil {
		defer c.db.trace(sql)()
	}
	var res mapping.Result
	state, err := c.interruptible(ctx, func() mapping.State { return mapping.Query(c.c, sql, &res) })
	defer mapping.DestroyResult(&res)
	if err != nil {
		return err
	}
	if state == mapping.StateError {
		return c.db.explain(mapping.ResultError(&res), mapping.ResultErrorType(&res))
	}
	if each == nil {
		return nil
	}
	columns := int(mapping.ColumnCount(&res))
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		data := mapping.FetchChunk(res)
		if data.Ptr == nil {
			return nil
		}
		err := each(newChunk(data, columns))
		mapping.DestroyDataChunk(&data)
		if err != nil {
			return err
		}
	}
}

// interruptible runs f; while it runs and once ctx is cancelled, DuckDB is
// interrupted until f returns.
func (c *conn) interruptible(ctx context.Context, f func() mapping.State) (mapping.State, error) {
	if err := ctx.Err(); err != nil {
		return mapping.StateError, err
	}
	if ctx.Done() == nil {
		return f(), nil
	}
	done := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		select {
		case <-done:
			return
		case <-ctx.Done():
		}
		for {
			mapping.Interrupt(c.c)
			select {
			case <-done:
				return
			case <-time.After(50 * time.Millisecond):
			}
		}
	})
	state := f()
	close(done)
	wg.Wait()
	if state == mapping.StateError && ctx.Err() != nil {
		return state, ctx.Err()
	}
	return state, nil
}

// cell is one value as text; ok is false when it is missing.
type cell struct {
	text string
	ok   bool
}

// cells returns a whole small result whose columns are all VARCHAR.
func (c *conn) cells(ctx context.Context, sql string) ([][]cell, error) {
	var out [][]cell
	err := c.query(ctx, sql, func(ch *chunk) error {
		for i := range ch.rows {
			row := make([]cell, len(ch.columns))
			for k := range row {
				if b, ok := ch.text(k, i); ok {
					row[k] = cell{string(b), true}
				}
			}
			out = append(out, row)
		}
		return nil
	})
	return out, err
}

// tx runs f between BEGIN and COMMIT, or ROLLBACK when it fails.
func (c *conn) tx(ctx context.Context, f func() error) error {
	if err := c.exec(ctx, "BEGIN TRANSACTION"); err != nil {
		return err
	}
	err := f()
	if err == nil {
		err = c.exec(ctx, "COMMIT")
	}
	if err != nil {
		_ = c.exec(context.WithoutCancel(ctx), "ROLLBACK") // err says what went wrong
	}
	return err
}

// chunk is up to 2,048 rows of a result. It is valid until each returns.
type chunk struct {
	rows    int
	columns []vector
}

type vector struct {
	data  unsafe.Pointer
	valid []uint64 // nil: all are
}

func newChunk(data mapping.DataChunk, columns int) *chunk {
	ch := &chunk{rows: int(mapping.DataChunkGetSize(data)), columns: make([]vector, columns)}
	for k := range ch.columns {
		v := mapping.DataChunkGetVector(data, mapping.IdxT(k))
		ch.columns[k].data = mapping.VectorGetData(v)
		if mask := mapping.VectorGetValidity(v); mask != nil {
			ch.columns[k].valid = unsafe.Slice((*uint64)(mask), (ch.rows+63)/64)
		}
	}
	return ch
}

// missing says whether the value in column k, row i is NULL.
func (ch *chunk) missing(k, i int) bool {
	v := ch.columns[k].valid
	return v != nil && v[i>>6]&(1<<(i&63)) == 0
}

func (ch *chunk) float64s(k int) []float64 {
	return unsafe.Slice((*float64)(ch.columns[k].data), ch.rows)
}

func (ch *chunk) int64s(k int) []int64 { return unsafe.Slice((*int64)(ch.columns[k].data), ch.rows) }

// stringT is duckdb_string_t of duckdb.h: up to 12 bytes stand in place,
// longer ones behind a pointer.
type stringT struct {
	n    uint32
	data [12]byte
}

const inlined = 12

// text returns a VARCHAR, without copying; ok is false when it is NULL.
func (ch *chunk) text(k, i int) (b []byte, ok bool) {
	if ch.missing(k, i) {
		return nil, false
	}
	s := (*stringT)(unsafe.Add(ch.columns[k].data, i*int(unsafe.Sizeof(stringT{}))))
	if s.n <= inlined {
		return s.data[:s.n], true
	}
	return unsafe.Slice(*(**byte)(unsafe.Pointer(&s.data[4])), s.n), true
}

func ident(name string) string { return recipe.Ident(name) }
func literal(s string) string  { return recipe.Literal(s) }
