package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode"

	"shoptwin/core"
)

// Part is one of several files that are read as one table.
type Part struct {
	Name string // as it stands in the column that names the file
	Size int64  // bytes, for progress
	Open func() (io.ReadCloser, error)

	read func(*reader) error // a sheet of a workbook, instead of Open
}

// PartInfo is what was found in one of several files.
type PartInfo struct {
	Name     string `json:"name"`
	Encoding string `json:"encoding"`
	Rows     int64  `json:"rows"`
	Rejected int64  `json:"rejected"`
}

const maxParts = 10_000

// errEmpty marks files without any content.
var errEmpty = errors.New("empty")

// errSeen ends a reading that only wanted the header.
var errSeen = errors.New("header seen")

// ReadParts reads files of one shape as one table, in their order, with a
// first column that names the file. The shape is the set of columns, in any
// order and case; JSON and XML files, whose columns may be left out, need to
// share half of them. Where they differ it is an error that names the files
// and what they lack, unless opt.Union says that what a file lacks is missing.
// Each file is opened twice. See [Read].
func ReadParts(ctx context.Context, parts []Part, opt Options, sink Sink, report func(core.Progress)) (Info, error) {
	rd := newReader(ctx, opt, sink)
	err := rd.parts(parts, 1, report)
	if err == nil {
		err = rd.verdict()
	}
	return rd.info, err
}

// shape is what a part's header says.
type shape struct {
	names  []string
	format string
	known  map[string]bool // names, folded: a header may have 16,384 of them
	key    string          // the same for headers of the same names, in whatever order
}

func newShape(names []string, format string) shape {
	s := shape{names: names, format: format, known: make(map[string]bool, len(names))}
	for _, n := range names {
		s.known[fold(n)] = true
	}
	s.key = strings.Join(slices.Sorted(maps.Keys(s.known)), "\x00")
	return s
}

// fold is equal for names that are equal but for case, as strings.EqualFold has it.
func fold(name string) string {
	return strings.Map(func(r rune) rune {
		least := r
		for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
			least = min(least, other)
		}
		return least
	}, name)
}

func (s shape) has(name string) bool { return s.known[fold(name)] }

// lacks returns the names of s that other has not.
func (s shape) lacks(other shape) (names []string) {
	for _, n := range s.names {
		if !other.has(n) {
			names = append(names, n)
		}
	}
	return names
}

func (s shape) like(other shape) bool {
	if s.key == other.key {
		return true
	}
	if s.format != other.format || s.format != "json" && s.format != "jsonl" && s.format != "xml" {
		return false
	}
	missing, more := len(s.lacks(other)), len(other.lacks(s))
	return 2*(missing+more) <= len(s.names)+more
}

// parts reads files as one table; depth is 1 for files, 2 for members of a zip.
func (rd *reader) parts(parts []Part, depth int, report func(core.Progress)) error {
	if len(parts) > maxParts {
		return rd.fail("%s holds %d files; at most %d are read as one table", rd.opt.Name, len(parts), maxParts).WithHint("import them in several steps")
	}
	var shapes []shape
	var kept []Part
	var empty []string
	for _, p := range parts {
		s, err := rd.shapeOf(p, depth)
		switch {
		case errors.Is(err, errEmpty):
			empty = append(empty, p.Name)
			continue
		case err != nil:
			return err
		}
		shapes, kept = append(shapes, s), append(kept, p)
	}
	if len(kept) == 0 {
		return rd.fail("%s: all of its %d files are empty", rd.opt.Name, len(parts)).WithHint("is it the right one?")
	}
	if err := rd.oneShape(kept, shapes); err != nil {
		return err
	}
	if empty != nil {
		rd.info.Notes = append(rd.info.Notes, "Empty files: "+shorten(strings.Join(empty, ", "), 200)+".")
	}
	u := newUnion(rd, shapes)
	total, done := int64(0), int64(0)
	for _, p := range kept {
		total += p.Size
	}
	for _, p := range kept {
		var tell func(core.Progress)
		if report != nil {
			tell = func(now core.Progress) {
				now.Done, now.Total = min(done+now.Done, total), total
				report(now)
			}
		}
		if err := u.read(p, depth, tell); err != nil {
			return err
		}
		done += p.Size
	}
	return nil
}

// oneShape says which files have other columns than most.
func (rd *reader) oneShape(parts []Part, shapes []shape) error {
	if rd.opt.Union {
		return nil
	}
	most, best := 0, -1
	for i := range shapes {
		n := 0
		for _, s := range shapes {
			if s.like(shapes[i]) {
				n++
			}
		}
		if n > best {
			most, best = i, n
		}
	}
	if best == len(shapes) {
		return nil
	}
	var said []string
	for i, s := range shapes {
		if s.like(shapes[most]) {
			continue
		}
		if len(said) == 5 {
			said = append(said, "…")
			break
		}
		said = append(said, parts[i].Name+difference(s, shapes[most]))
	}
	return rd.fail("%s: the files are not of one shape; %s differs from %s: %s", rd.opt.Name,
		counted(len(shapes)-best, "file"), parts[most].Name, strings.Join(said, "; ")).
		WithHint("choose one of them (--member or --sheet), or take all, with missing cells where a file lacks a column (--union)")
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprint(n, " ", what, "s")
}

// difference says what s has and lacks beside most.
func difference(s, most shape) string {
	list := func(names []string) string {
		quoted := make([]string, len(names))
		for i, n := range names {
			quoted[i] = fmt.Sprintf("%q", shorten(n, 40))
		}
		return shorten(strings.Join(quoted, ", "), 160)
	}
	lacks, has := most.lacks(s), s.lacks(most)
	switch {
	case len(lacks) == len(most.names):
		return " has " + list(s.names)
	case len(has) == 0:
		return " lacks " + list(lacks)
	case len(lacks) == 0:
		return " has " + list(has) + " besides"
	}
	return " lacks " + list(lacks) + " and has " + list(has)
}

// shapeOf reads the header of a part.
func (rd *reader) shapeOf(p Part, depth int) (shape, error) {
	var names []string
	seen := func() error {
		if names != nil {
			return errSeen
		}
		return nil
	}
	inner := rd.inner(p, depth, Sink{
		Header: func(header []string) error { names = slices.Clone(header); return nil },
		Row:    func(int64, [][]byte) error { return seen() },
		Reject: func(Reject) error { return seen() },
	})
	err := inner.part(p, nil)
	if errors.Is(err, errSeen) {
		err = nil
	}
	if err == nil && names == nil {
		err = errEmpty
	}
	return newShape(names, inner.info.Format), err
}

// inner is a reader of one part.
func (rd *reader) inner(p Part, depth int, sink Sink) *reader {
	opt := rd.opt
	opt.Name, opt.Size, opt.At, opt.Member = rd.opt.Name+"/"+p.Name, p.Size, nil, ""
	inner := newReader(rd.ctx, opt, sink)
	inner.depth = depth
	return inner
}

// part opens and reads a part.
func (rd *reader) part(p Part, report func(core.Progress)) error {
	if p.read != nil {
		return p.read(rd)
	}
	f, err := p.Open()
	if err != nil {
		return rd.readError(err)
	}
	defer func() { _ = f.Close() }() // only read
	return rd.open(&counter{ctx: rd.ctx, r: f, total: p.Size, report: report})
}

// union puts the rows of several files under one header.
type union struct {
	rd    *reader
	names []string       // the file's column, then all columns so far
	at    map[string]int // where a name stands among them, by its folded form
	told  int            // of them, those that the sink knows
	place []int          // of the file's columns, among names
	cells [][]byte
	file  string
}

func newUnion(rd *reader, shapes []shape) *union {
	what := "file"
	if rd.opt.Sheet == AllSheets && rd.info.Sheets != nil {
		what = "sheet"
	}
	file := what
	for n := 2; slices.ContainsFunc(shapes, func(s shape) bool { return s.has(file) }); n++ {
		file = fmt.Sprintf("%s_%d", what, n)
	}
	return &union{rd: rd, names: []string{file}, at: map[string]int{fold(file): 0}}
}

func (u *union) header(names []string) error {
	u.place = u.place[:0]
	for _, n := range names {
		key := fold(n)
		at, known := u.at[key]
		if !known {
			at, u.at[key] = len(u.names), len(u.names)
			u.names = append(u.names, n)
		}
		u.place = append(u.place, at)
	}
	if u.told == len(u.names) {
		return nil
	}
	u.told = len(u.names)
	u.cells = append(u.cells, make([][]byte, u.told-len(u.cells))...)
	u.rd.info.Header = slices.Clone(u.names)
	return u.rd.sink.Header(u.rd.info.Header)
}

func (u *union) row(line int64, cells [][]byte) error {
	clear(u.cells)
	u.cells[0] = []byte(u.file)
	for i, c := range cells {
		u.cells[u.place[i]] = c
	}
	return u.rd.sink.Row(line, u.cells)
}

// read reads one file after the others.
func (u *union) read(p Part, depth int, report func(core.Progress)) error {
	u.file = strings.ReplaceAll(strings.ToValidUTF8(p.Name, "\ufffd"), "\x00", "")
	inner := u.rd.inner(p, depth, Sink{Header: u.header, Row: u.row, Reject: func(j Reject) error {
		j.Reason = u.file + ": " + j.Reason
		return u.rd.sink.Reject(j)
	}})
	err := inner.part(p, report)
	info, in := &u.rd.info, inner.info
	if info.Files == nil {
		info.Format, info.Encoding, info.Delimiter, info.Gzip, info.Sheet = in.Format, in.Encoding, in.Delimiter, in.Gzip, in.Sheet
	}
	info.Files = append(info.Files, PartInfo{Name: p.Name, Encoding: in.Encoding, Rows: in.Rows, Rejected: in.Rejected})
	if info.Rejected == 0 {
		u.rd.firstReject = inner.firstReject
	}
	info.Rows, info.Rejected, info.Bytes = info.Rows+in.Rows, info.Rejected+in.Rejected, info.Bytes+in.Bytes
	for word, n := range in.Missing {
		if info.Missing == nil {
			info.Missing = map[string]int64{}
		}
		info.Missing[word] += n
	}
	for _, note := range in.Notes {
		if len(info.Notes) < 20 {
			info.Notes = append(info.Notes, p.Name+": "+note)
		}
	}
	return err
}
