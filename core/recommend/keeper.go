package recommend

import (
	"encoding/binary"
	"io"
	"math"

	"shoptwin/core/nn"
)

// A keeper writes the fields of a scorer to a model's file, or reads them from
// it: each kind of scorer names its fields once, for both ways, with the
// lengths that they must have. After an error it does nothing.
type keeper struct {
	to               io.Writer // nil: fields are read
	from             *decoder
	items, customers int // of the log that was learned from
	deep             int // scorers within each other
	version          byte
	err              error
}

func (k *keeper) fail() {
	if k.err == nil {
		k.err = broken("holds a method that does not hold together")
	}
}

// number keeps a whole number that is not negative, at most most.
func (k *keeper) number(x *int, most int) {
	if k.to != nil {
		k.write(uint64(*x))
		return
	}
	if n := k.length(); k.err == nil {
		if n > uint64(most) {
			k.fail()
			return
		}
		*x = int(n)
	}
}

func (k *keeper) real(x *float64) {
	if k.to != nil {
		k.write(math.Float64bits(*x))
		return
	}
	if n := k.length(); k.err == nil {
		*x = math.Float64frombits(n)
	}
}

func (k *keeper) single(x *float32) {
	y := float64(*x)
	k.real(&y)
	*x = float32(y)
}

func (k *keeper) yes(x *bool) {
	n := 0
	if *x {
		n = 1
	}
	k.number(&n, 1)
	*x = n == 1
}

func (k *keeper) bytes(b *[]byte) {
	n := len(*b)
	k.number(&n, maxCells)
	if k.err != nil {
		return
	}
	if k.to != nil {
		_, k.err = k.to.Write(*b)
		return
	}
	*b = k.from.bytes(uint64(n))
	k.err = k.from.err
}

func (k *keeper) text(s *string) {
	b := []byte(*s)
	k.bytes(&b)
	*s = string(b)
}

// int32s keeps numbers of items, or of rows, from low to below high; n of them,
// or any number with -1.
func (k *keeper) int32s(x *[]int32, n, low, high int) {
	if !k.count(len(*x), n) {
		return
	}
	if k.to != nil {
		k.err = written(k.to, *x, 4, func(b []byte, v int32) { binary.LittleEndian.PutUint32(b, uint32(v)) })
		return
	}
	*x = k.from.int32s()
	k.err = k.from.err
	if k.err != nil {
		return
	}
	if n >= 0 && len(*x) != n {
		k.fail()
	}
	for _, v := range *x {
		if int(v) < low || int(v) >= high {
			k.fail()
			return
		}
	}
}

// float32s keeps n numbers, or any number of them with -1.
func (k *keeper) float32s(x *[]float32, n int) {
	if !k.count(len(*x), n) {
		return
	}
	if k.to != nil {
		k.err = written(k.to, *x, 4, func(b []byte, v float32) { binary.LittleEndian.PutUint32(b, math.Float32bits(v)) })
		return
	}
	*x = k.from.float32s()
	k.err = k.from.err
	if k.err == nil && n >= 0 && len(*x) != n {
		k.fail()
	}
}

// maybe keeps n numbers or nil.
func (k *keeper) maybe(x *[]float32, n int) {
	there := *x != nil
	if k.yes(&there); there {
		k.float32s(x, n)
	} else {
		*x = nil
	}
}

// count writes the length of what follows; reading, the decoder does it.
func (k *keeper) count(have, want int) bool {
	if k.err != nil {
		return false
	}
	if k.to != nil {
		if want >= 0 && have != want {
			k.fail()
			return false
		}
		k.write(uint64(have))
	}
	return k.err == nil
}

// csr keeps a sparse matrix of that size.
func (k *keeper) csr(a **nn.CSR, rows, cols int) {
	if k.to == nil {
		*a = &nn.CSR{Rows: rows, Cols: cols}
	}
	x := *a
	k.int32s(&x.Start, rows+1, 0, maxCells)
	k.int32s(&x.Index, -1, 0, cols)
	k.float32s(&x.Value, len(x.Index))
	if k.err == nil && !starts(x.Start, rows, len(x.Index)) {
		k.fail()
	}
}

// matrix keeps one of customers by items.
func (k *keeper) matrix(m *matrix) {
	k.csr(&m.byCustomer, k.customers, k.items)
	if k.to == nil && k.err == nil {
		m.byItem = m.byCustomer.Transposed()
	}
}

// starts says whether x are the starts of so many rows with so many cells.
func starts(x []int32, rows, cells int) bool {
	if len(x) != rows+1 || x[0] != 0 || int(x[rows]) != cells {
		return false
	}
	for i := range rows {
		if x[i] > x[i+1] {
			return false
		}
	}
	return true
}

// log keeps the events of a log; its names and categories stand elsewhere.
func (k *keeper) log(l *Log) {
	k.int32s(&l.First, k.customers+1, 0, maxCells)
	k.int32s(&l.Item, -1, 0, k.items)
	n := len(l.Item)
	k.int32s(&l.Basket, n, math.MinInt32, math.MaxInt32)
	k.maybe(&l.Price, n)
	if k.err == nil && !starts(l.First, k.customers, n) {
		k.fail()
	}
	if k.version > 2 {
		k.maybe(&l.Discount, n)
		there := l.Channel != nil
		if k.yes(&there); there {
			k.codes(&l.Channel, n)
		}
	}
	timed, told := l.Time != nil, l.Action != nil
	if k.yes(&timed); timed {
		k.times(&l.Time, n)
	}
	if k.yes(&told); told {
		k.codes(&l.Action, n)
	}
}

// codes keeps n small numbers.
func (k *keeper) codes(x *[]uint8, n int) {
	if k.bytes(x); k.err == nil && len(*x) != n {
		k.fail()
	}
}

func (k *keeper) times(x *[]float64, n int) {
	if k.to != nil && k.err == nil {
		k.err = written(k.to, *x, 8, func(b []byte, v float64) { binary.LittleEndian.PutUint64(b, math.Float64bits(v)) })
		return
	}
	if k.err != nil {
		return
	}
	b := k.from.bytes(uint64(8 * n))
	*x, k.err = make([]float64, n), k.from.err
	if k.err == nil {
		for i := range *x {
			(*x)[i] = math.Float64frombits(binary.LittleEndian.Uint64(b[8*i:]))
		}
	}
}

func (k *keeper) decay(d *Decay) {
	k.single(&d.Rate)
	k.single(&d.Power)
	k.number(&d.Last, math.MaxInt32)
	k.yes(&d.Once)
}

func (k *keeper) write(n uint64) {
	if k.err == nil {
		_, k.err = k.to.Write(binary.LittleEndian.AppendUint64(nil, n))
	}
}

func (k *keeper) length() uint64 {
	if k.err != nil {
		return 0
	}
	n := k.from.length(math.MaxUint64)
	k.err = k.from.err
	return n
}

// written writes numbers of so many bytes each. encoding/binary would do it by
// reflection, which a page would have to carry.
func written[T any](to io.Writer, x []T, size int, put func([]byte, T)) error {
	buf := make([]byte, 0, 1<<14)
	for len(x) > 0 {
		n := min(len(x), cap(buf)/size)
		for i, v := range x[:n] {
			put(buf[i*size:(i+1)*size], v)
		}
		if _, err := to.Write(buf[:n*size]); err != nil {
			return err
		}
		x = x[n:]
	}
	return nil
}
