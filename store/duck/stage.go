package duck

import (
	"context"
	"strconv"
	"unsafe"

	"github.com/duckdb/duckdb-go/v2/mapping"
)

// stage appends rows of text to a temporary table: _row, c0, c1, … While one
// chunk is filled, DuckDB takes the one before.
type stage struct {
	c            *conn
	name         string
	app          mapping.Appender
	chunk, spare mapping.DataChunk
	taking       chan error // of the spare chunk, nil when it is free
	types        []mapping.LogicalType
	rows         int // in chunk
	total        int64
	ids          []int64
	cols         []stageColumn
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
	s.chunk, s.spare = mapping.CreateDataChunk(s.types), mapping.CreateDataChunk(s.types)
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

// flush hands the chunk over and goes on with the other one. An error of one
// chunk comes with the next.
func (s *stage) flush(ctx context.Context) error {
	if err := s.settle(); err != nil || s.rows == 0 {
		return err
	}
	full := s.chunk
	mapping.DataChunkSetSize(full, mapping.IdxT(s.rows))
	s.taking = make(chan error, 1)
	go func() {
		state, err := s.c.interruptible(ctx, func() mapping.State { return mapping.AppendDataChunk(s.app, full) })
		if err == nil && state == mapping.StateError {
			err = s.c.db.explain(mapping.AppenderError(s.app), mapping.ErrorTypeInternal)
		}
		s.taking <- err
	}()
	s.chunk, s.spare = s.spare, full
	mapping.DataChunkReset(s.chunk)
	s.point()
	return nil
}

// settle waits until DuckDB has taken the chunk before.
func (s *stage) settle() error {
	if s.taking == nil {
		return nil
	}
	err := <-s.taking
	s.taking = nil
	return err
}

// close writes what is left and frees the appender.
func (s *stage) close(ctx context.Context) error {
	if s.app.Ptr == nil {
		return nil
	}
	err := s.flush(ctx)
	if e := s.settle(); err == nil {
		err = e
	}
	if err == nil {
		var state mapping.State
		if state, err = s.c.interruptible(ctx, func() mapping.State { return mapping.AppenderClose(s.app) }); err == nil && state == mapping.StateError {
			err = s.c.db.explain(mapping.AppenderError(s.app), mapping.ErrorTypeInternal)
		}
	}
	mapping.AppenderDestroy(&s.app)
	mapping.DestroyDataChunk(&s.chunk)
	mapping.DestroyDataChunk(&s.spare)
	for i := range s.types {
		mapping.DestroyLogicalType(&s.types[i])
	}
	s.app, s.types = mapping.Appender{}, nil
	return err
}
