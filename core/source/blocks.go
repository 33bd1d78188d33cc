package source

import (
	"bytes"
	"io"
	"sync"

	"shoptwin/core"
)

// blocks reads the rest of delimited text, from the line of that number on, on
// all processors: one goroutine cuts it at ends of lines, others cut the pieces
// into cells, and the calling one passes rows and rejects on in their order.
// What comes out is what [reader.records] makes of the whole, as it remembers
// nothing between two records: a record that is open where a piece ends is read
// again with the next one.
func (rd *reader) blocks(b *buffer, p *parser, line int64) error {
	flow := newFlow()
	var running sync.WaitGroup
	defer func() {
		close(flow.quit)
		running.Wait()
	}()
	in, report := rd.in, rd.in.report
	in.report = nil // progress is told by the calling goroutine
	defer func() { in.report = report }()
	running.Go(func() { flow.cut(b, rd.opt.block, in) })
	for range core.Threads() {
		running.Go(func() {
			for k := range flow.work {
				k.safely(func() { k.parse(rd, p.delim, !k.ended) })
				k.ready <- struct{}{}
			}
		})
	}
	var open []byte // the record that goes on in the next block
	for k := range flow.order {
		<-k.ready
		if k.crash != nil {
			panic(k.crash)
		}
		if k.err != nil {
			return rd.readError(k.err)
		}
		if len(open) > 0 && k.long { // its quote is never closed
			last := &block{text: open}
			last.parse(rd, p.delim, false)
			if err := rd.deliver(last, line); err != nil {
				return err
			}
			line += last.lines
		} else if len(open) > 0 {
			k.text = append(open, k.text...)
			k.parse(rd, p.delim, !k.ended)
		}
		open = nil
		if k.long {
			if err := rd.reject(line, "", rd.tooLong(b), k.text); err != nil {
				return err
			}
			line++
		} else {
			if err := rd.deliver(k, line); err != nil {
				return err
			}
			line += k.lines
			open = bytes.Clone(k.text[len(k.text)-k.left:])
		}
		if report != nil && k.read >= in.next {
			in.next = k.read + 1<<20
			report(core.Progress{Stage: "import", Done: k.read, Total: max(in.total, 0), Unit: "bytes"})
		}
		flow.free <- k
	}
	return nil
}

// deliver passes what was made of a block on; its first line has the number
// line.
func (rd *reader) deliver(k *block, line int64) error {
	width := len(rd.info.Header)
	rejects := k.rejects
	for i := 0; i <= len(k.lineOf); i++ {
		for len(rejects) > 0 && rejects[0].before == i {
			j := rejects[0].Reject
			j.Line += line
			rejects = rejects[1:]
			if err := rd.setAside(j); err != nil {
				return err
			}
		}
		if i == len(k.lineOf) {
			break
		}
		rd.info.Rows++
		if err := rd.sink.Row(line+k.lineOf[i], k.cells[i*width:(i+1)*width:(i+1)*width]); err != nil {
			return err
		}
	}
	for i, n := range k.missing {
		rd.missing[i] += n
	}
	return nil
}

// flow is the way of blocks: from free through work to order, and back.
type flow struct {
	free, work, order chan *block
	quit              chan struct{}
}

func newFlow() *flow {
	n := core.Threads() + 4
	f := &flow{make(chan *block, n), make(chan *block, n), make(chan *block, n), make(chan struct{})}
	for range n {
		f.free <- &block{ready: make(chan struct{}, 1)}
	}
	return f
}

// cut fills blocks with the lines of b, about size bytes each, until the input
// ends.
func (f *flow) cut(b *buffer, size int, in *counter) {
	defer close(f.order)
	defer close(f.work)
	for ended := false; !ended; {
		var k *block
		select {
		case <-f.quit:
			return
		case k = <-f.free:
		}
		k.safely(func() {
			k.text, k.long, k.ended = b.cut(size, k.text[:0])
			k.err, k.read = nil, in.n
			if k.ended {
				k.err = b.failed()
			}
		})
		ended = k.ended || k.crash != nil
		f.order <- k // has room for all blocks, as has work
		if k.long || k.crash != nil {
			k.ready <- struct{}{}
			continue
		}
		f.work <- k
	}
}

// block is a piece of delimited text and what a worker makes of it.
type block struct {
	text  []byte // whole lines
	long  bool   // text is the beginning of a line that is too long
	ended bool   // nothing stands behind it
	err   error  // of the input, behind it
	read  int64  // bytes of the input so far
	crash any    // what a goroutine panicked with
	ready chan struct{}

	p       parser
	cells   [][]byte // of all rows
	lineOf  []int64  // of each row, from 0
	rejects []placed
	missing [len(missingWords)]int64
	lines   int64 // that were read
	left    int   // bytes at the end of text that were not
}

// placed is a reject before the row of that number.
type placed struct {
	Reject
	before int
}

// safely keeps a panic for the goroutine that asked for the work.
func (k *block) safely(f func()) {
	defer func() {
		if k.crash == nil {
			k.crash = recover()
		}
	}()
	f()
}

// parse cuts the text into rows and rejects, whose lines count from 0.
func (k *block) parse(of *reader, delim byte, more bool) {
	k.cells, k.lineOf, k.rejects = k.cells[:0], k.lineOf[:0], k.rejects[:0]
	k.p = parser{delim: delim, keep: true, cells: k.p.cells, scratch: k.p.scratch[:0]}
	rd := newReader(of.ctx, of.opt, Sink{
		Row: func(line int64, cells [][]byte) error {
			k.cells, k.lineOf = append(k.cells, cells...), append(k.lineOf, line)
			return nil
		},
		Reject: func(j Reject) error {
			k.rejects = append(k.rejects, placed{j, len(k.lineOf)})
			return nil
		},
	})
	rd.info.Header = of.info.Header
	b := &buffer{buf: k.text, hi: len(k.text), max: of.opt.MaxLine, err: io.EOF}
	k.lines, _, _ = rd.records(b, &k.p, 0, len(k.text), more) // its sink does not fail, nor does its input
	k.missing, k.left = rd.missing, b.hi-b.lo
}

// cut appends whole lines of the window to text, about size bytes. long: what
// it appended begins a line that does not fit, all of which is used up. ended:
// no line stands behind them.
func (b *buffer) cut(size int, text []byte) (out []byte, long, ended bool) {
	for b.hi-b.lo < size && b.fill() {
	}
	for {
		w := b.buf[b.lo:b.hi]
		n := wholeLines(w, size)
		switch {
		case b.err != nil && (n == 0 || len(w) <= size):
			b.lo = b.hi
			return append(text, w...), false, true
		case n > 0:
			b.lo += n
			return append(text, w[:n]...), false, false
		case !b.fill() && b.err == nil:
			text = append(text, w[:min(len(w), rawLimit)]...)
			b.skipLine()
			return text, true, false
		}
	}
}

// wholeLines is where a line of w ends, the last one within size bytes if there
// is one; 0 when none does.
func wholeLines(w []byte, size int) int {
	ends := func(i int) bool { return w[i] == '\n' || w[i] == '\r' && i+1 < len(w) && w[i+1] != '\n' }
	for i := min(size, len(w)) - 1; i >= 0; i-- {
		if ends(i) {
			return i + 1
		}
	}
	for i := size; i < len(w); i++ {
		if ends(i) {
			return i + 1
		}
	}
	return 0
}
