package duck

import (
	"context"
	"strconv"
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

// stage appends rows of text to a temporary table: _row, c0, c1, …
type stage struct {
	c     *conn
	name  string
	app   mapping.Appender
	chunk mapping.DataChunk
	types []mapping.LogicalType
	rows  int // in chunk
	total int64
	ids   []int64
	cols  []stageColumn
}

type stageColumn struct {
	v     mapping.Vector
	data  []stringT
	valid []uint64
}

const vectorSize = 2048

func stageName(k int) string { return "c" + strconv.Itoa(k) }

func (c *conn) newStage(ctx context.Context, name string, columns int) (*stage, error) {
	s := &stage{c: c, name: name}
	list := "_row BIGINT"
	for k := range columns {
		list += ", " + stageName(k) + " VARCHAR"
	}
	if err := c.exec(ctx, "CREATE TEMP TABLE "+name+"("+list+")"); err != nil {
		return nil, err
	}
	s.cols = make([]stageColumn, columns)
	return s, s.widen(ctx, columns)
}

// widen adds columns until there are n of them, and as many again for the next
// time: JSON may bring one new key after the other.
func (s *stage) widen(ctx context.Context, n int) error {
	if s.app.Ptr != nil {
		if n <= len(s.cols) {
			return nil
		}
		n = max(n, min(2*n, maxColumns))
	}
	if err := s.close(ctx); err != nil {
		return err
	}
	for k := len(s.cols); k < n; k++ {
		if err := s.c.exec(ctx, "ALTER TABLE temp."+s.name+" ADD COLUMN "+stageName(k)+" VARCHAR"); err != nil {
			return err
		}
	}
	s.cols = make([]stageColumn, n)
	if mapping.AppenderCreateExt(s.c.c, "temp", "main", s.name, &s.app) == mapping.StateError {
		err := s.c.db.explain(mapping.AppenderError(s.app), mapping.ErrorTypeInternal)
		mapping.AppenderDestroy(&s.app)
		s.app = mapping.Appender{}
		return err
	}
	s.types = []mapping.LogicalType{mapping.CreateLogicalType(mapping.TypeBigInt)}
	for range n {
		s.types = append(s.types, mapping.CreateLogicalType(mapping.TypeVarchar))
	}
	s.chunk = mapping.CreateDataChunk(s.types)
	s.point()
	return nil
}

// point takes the addresses of the empty chunk's vectors.
func (s *stage) point() {
	s.rows = 0
	s.ids = unsafe.Slice((*int64)(mapping.VectorGetData(mapping.DataChunkGetVector(s.chunk, 0))), vectorSize)
	for k := range s.cols {
		v := mapping.DataChunkGetVector(s.chunk, mapping.IdxT(k+1))
		mapping.VectorEnsureValidityWritable(v)
		s.cols[k] = stageColumn{v,
			unsafe.Slice((*stringT)(mapping.VectorGetData(v)), vectorSize),
			unsafe.Slice((*uint64)(mapping.VectorGetValidity(v)), vectorSize/64)}
		for i := range s.cols[k].valid {
			s.cols[k].valid[i] = ^uint64(0)
		}
	}
}

// append adds one row of valid UTF-8; cells that are nil or not there are
// missing.
func (s *stage) append(ctx context.Context, cells [][]byte) error {
	i := s.rows
	s.ids[i] = s.total
	for k := range s.cols {
		col := &s.cols[k]
		if k >= len(cells) || cells[k] == nil {
			col.valid[i>>6] &^= 1 << (i & 63)
			continue
		}
		if b := cells[k]; len(b) <= inlined {
			t := stringT{n: uint32(len(b))}
			copy(t.data[:], b)
			col.data[i] = t
		} else {
			mapping.VectorAssignStringElementLen(col.v, mapping.IdxT(i), b)
		}
	}
	s.total++
	if s.rows++; s.rows == vectorSize {
		return s.flush(ctx)
	}
	return nil
}

func (s *stage) flush(ctx context.Context) error {
	if s.rows == 0 {
		return nil
	}
	mapping.DataChunkSetSize(s.chunk, mapping.IdxT(s.rows))
	state, err := s.c.interruptible(ctx, func() mapping.State { return mapping.AppendDataChunk(s.app, s.chunk) })
	if err != nil {
		return err
	}
	if state == mapping.StateError {
		return s.c.db.explain(mapping.AppenderError(s.app), mapping.ErrorTypeInternal)
	}
	mapping.DataChunkReset(s.chunk)
	s.point()
	return nil
}

// close writes what is left and frees the appender.
func (s *stage) close(ctx context.Context) error {
	if s.app.Ptr == nil {
		return nil
	}
	err := s.flush(ctx)
	if err == nil {
		var state mapping.State
		if state, err = s.c.interruptible(ctx, func() mapping.State { return mapping.AppenderClose(s.app) }); err == nil && state == mapping.StateError {
			err = s.c.db.explain(mapping.AppenderError(s.app), mapping.ErrorTypeInternal)
		}
	}
	mapping.AppenderDestroy(&s.app)
	mapping.DestroyDataChunk(&s.chunk)
	for i := range s.types {
		mapping.DestroyLogicalType(&s.types[i])
	}
	s.app, s.types = mapping.Appender{}, nil
	return err
}

func ident(name string) string { return recipe.Ident(name) }
func literal(s string) string  { return recipe.Literal(s) }
