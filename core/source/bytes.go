package source

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"

	"shoptwin/core"
)

// Counted returns r, which then reports about every megabyte how many bytes of
// total (0 when not known) were read, and stops when ctx is cancelled.
func Counted(ctx context.Context, r io.Reader, total int64, report func(core.Progress)) io.Reader {
	return &counter{ctx: ctx, r: r, total: total, report: report}
}

type counter struct {
	ctx     context.Context
	r       io.Reader
	n, next int64
	total   int64
	report  func(core.Progress)
}

func (c *counter) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := c.r.Read(p)
	c.n += int64(n)
	if c.report != nil && c.n >= c.next {
		c.next = c.n + 1<<20
		c.report(core.Progress{Stage: "import", Done: c.n, Total: max(c.total, 0), Unit: "bytes"})
	}
	return n, err
}

// peek returns up to n bytes without reading past them. The end of the input
// is no error.
func peek(r *bufio.Reader, n int) ([]byte, error) {
	b, err := r.Peek(n)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return b, err
}

// gunzip unpacks r, and stops a bomb: content that grows to more than
// bombRatio times its packed size.
func (rd *reader) gunzip(r *bufio.Reader) (io.Reader, error) {
	packed := &counter{ctx: rd.ctx, r: r}
	z, err := gzip.NewReader(bufio.NewReaderSize(packed, peekSize))
	if err != nil {
		return nil, rd.readError(err)
	}
	return &fused{rd: rd, z: z, packed: packed}, nil
}

type fused struct {
	rd     *reader
	z      io.Reader
	packed *counter
	n      int64
}

func (f *fused) Read(p []byte) (int, error) {
	n, err := f.z.Read(p)
	f.n += int64(n)
	if f.n > bombBytes && f.n > bombRatio*f.packed.n && !f.rd.opt.TrustSize {
		return 0, f.rd.fail("%s: %d kB unpack to more than %d MB, which no honest table does",
			f.rd.opt.Name, f.packed.n>>10, f.n>>20).WithHint("if you trust it, unpack it first and import the unpacked file")
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = f.rd.fail("%s: the gzip data end in the middle", f.rd.opt.Name).WithHint("copy or download the file again")
	}
	return n, err
}

// buffer is a window over UTF-8 text: buf[lo:hi] is read and not yet used. It
// holds at most max bytes of one record.
type buffer struct {
	r      io.Reader
	buf    []byte
	lo, hi int
	max    int
	err    error // of r, after what is in buf
}

func newBuffer(r io.Reader, max int) *buffer {
	return &buffer{r: r, buf: make([]byte, 256<<10), max: max}
}

// fill reads more, moving what is unused to the front. It returns false when
// there is no more or the window holds max bytes already.
func (b *buffer) fill() bool {
	if b.err != nil || b.hi-b.lo > b.max {
		return false
	}
	if b.lo > 0 {
		copy(b.buf, b.buf[b.lo:b.hi])
		b.lo, b.hi = 0, b.hi-b.lo
	}
	if b.hi == len(b.buf) {
		b.buf = append(b.buf, make([]byte, len(b.buf))...)
	}
	for range 100 {
		n, err := b.r.Read(b.buf[b.hi:])
		b.hi += n
		b.err = err
		if n > 0 || err != nil {
			return n > 0
		}
	}
	b.err = io.ErrNoProgress
	return false
}

// failed returns the error of the input, nil at its end.
func (b *buffer) failed() error {
	if b.err == io.EOF {
		return nil
	}
	return b.err
}

// sample returns the first bytes of the input, without using them.
func (b *buffer) sample() ([]byte, error) {
	for b.hi-b.lo < peekSize && b.fill() {
	}
	return b.buf[b.lo:b.hi], b.failed()
}

// onlySpace says whether nothing but white space remains; it uses it up.
func (b *buffer) onlySpace() (bool, error) {
	for {
		rest := bytes.TrimLeft(b.buf[b.lo:b.hi], " \t\r\n")
		b.lo = b.hi - len(rest)
		if len(rest) > 0 {
			return false, nil
		}
		if !b.fill() {
			return b.lo == b.hi, b.failed()
		}
	}
}

// line finds the physical line that begins off bytes into the window, ended by
// \n, \r\n, \r or the end of the input. It returns the offsets of its end and
// of the next line. ok is false at the end of the input; long is true when the
// line does not fit.
func (b *buffer) line(off int) (end, next int, ok, long bool) {
	end, next, ok, long = b.findLine(off)
	return end, next, ok, long || end > b.max // however much of it is in the window
}

func (b *buffer) findLine(off int) (end, next int, ok, long bool) {
	scanned := off
	for {
		w := b.buf[b.lo:b.hi]
		i := bytes.IndexByte(w[scanned:], '\n')
		segment := w[scanned:]
		if i >= 0 {
			segment = w[scanned : scanned+i]
		}
		if j := bytes.IndexByte(segment, '\r'); j >= 0 && (scanned+j+1 < len(w) || b.err != nil) {
			end = scanned + j
			next = end + 1
			if next < len(w) && w[next] == '\n' {
				next++
			}
			return end, next, true, false
		}
		if i >= 0 {
			return scanned + i, scanned + i + 1, true, false
		}
		scanned = len(w)
		if scanned > off && w[scanned-1] == '\r' {
			scanned-- // its \n may come with the next bytes
		}
		if !b.fill() {
			w = b.buf[b.lo:b.hi]
			switch {
			case len(w) > b.max:
				return 0, 0, true, true
			case b.err == nil:
				continue
			case off >= len(w):
				return 0, 0, false, false
			case w[len(w)-1] == '\r':
				continue // now known to be the last
			}
			return len(w), len(w), true, false
		}
	}
}

// skipLine uses up the rest of a line that does not fit.
func (b *buffer) skipLine() {
	for {
		if i := bytes.IndexAny(b.buf[b.lo:b.hi], "\r\n"); i >= 0 {
			b.lo += i
			if b.buf[b.lo] == '\r' && b.lo+1 == b.hi {
				b.fill()
			}
			if b.buf[b.lo] == '\r' && b.lo+1 < b.hi && b.buf[b.lo+1] == '\n' {
				b.lo++
			}
			b.lo++
			return
		}
		b.lo = b.hi
		if !b.fill() {
			return
		}
	}
}
