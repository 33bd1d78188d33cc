package source

import (
	"archive/zip"
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"shoptwin/core"
)

// maxPacked is how large a zip or Excel file may be that has to be held in
// memory.
const maxPacked = 2 << 30

// tableEndings are those of files that Read takes, each maybe with .gz.
var tableEndings = []string{".csv", ".tsv", ".tab", ".txt", ".json", ".jsonl", ".ndjson", ".xml", ".xlsx", ".xlsm"}

// IsTable says whether a file's name ends like that of a table that [Read]
// takes.
func IsTable(name string) bool {
	name = strings.TrimSuffix(strings.ToLower(name), ".gz")
	return slices.Contains(tableEndings, path.Ext(name))
}

// zipped reads a zip file: a workbook, or the table or tables of one shape
// inside. Nothing is unpacked to disk, and nothing inside is a path to us; a
// name that wants to be one is not read.
func (rd *reader) zipped(r *bufio.Reader, at io.ReaderAt) error {
	size := rd.opt.Size
	if at == nil {
		packed, err := io.ReadAll(io.LimitReader(r, maxPacked))
		switch {
		case err != nil:
			return rd.readError(err)
		case len(packed) == maxPacked:
			return core.Errorf(core.Full, "%s is larger than %d GB and packed twice", rd.opt.Name, maxPacked>>30).WithHint("unpack it and import the files inside")
		}
		at, size = bytes.NewReader(packed), int64(len(packed))
	}
	z, err := zip.NewReader(at, size)
	switch {
	case err != nil && !errors.Is(err, zip.ErrInsecurePath):
		return rd.fail("%s is a damaged zip or Excel file: %v", rd.opt.Name, err).WithHint("copy or save the file again")
	case findPart(z, "xl/workbook.xml") != nil:
		return rd.excel(z, io.NewSectionReader(at, 0, size))
	case rd.depth > 1:
		return core.Errorf(core.Unsupported, "%s is a zip file inside a zip file", rd.opt.Name).WithHint("unpack it and import the files inside")
	}
	members, err := rd.members(z, size)
	if err != nil {
		return err
	}
	if len(members) > 1 {
		return rd.parts(members, 2, rd.report)
	}
	inner := rd.inner(members[0], 2, rd.sink)
	err = inner.part(members[0], rd.report)
	inner.info.Members, inner.info.Member = rd.info.Members, members[0].Name
	inner.info.Notes = append(rd.info.Notes, inner.info.Notes...)
	rd.info, rd.firstReject = inner.info, inner.firstReject
	return err
}

// members returns the tables of a zip file: the one that was chosen, or all.
func (rd *reader) members(z *zip.Reader, size int64) ([]Part, error) {
	var tables, others []Part
	var unsafe []string
	budget := &budget{rd: rd, packed: size}
	for _, f := range z.File {
		name := memberName(f)
		base := path.Base(name)
		switch {
		case strings.HasSuffix(name, "/"), strings.HasPrefix(base, "."), strings.HasPrefix(name, "__MACOSX/"):
			continue
		case !localName(name):
			unsafe = append(unsafe, name)
			continue
		}
		p := Part{Name: name, Size: int64(min(f.UncompressedSize64, 1<<50)), Open: func() (io.ReadCloser, error) { return budget.open(f, name) }}
		if IsTable(name) {
			tables = append(tables, p)
		} else {
			others = append(others, p)
		}
	}
	if len(tables) == 0 && len(others) == 1 {
		tables, others = others, nil
	}
	var names []string
	for _, p := range tables {
		names = append(names, p.Name)
	}
	rd.info.Members = names
	if unsafe != nil {
		rd.info.Notes = append(rd.info.Notes, fmt.Sprintf("Not read, as their names lead out of the archive: %s.", shorten(strings.Join(unsafe, ", "), 200)))
	}
	switch {
	case rd.opt.Member != "":
		for _, same := range []func(string) bool{
			func(n string) bool { return n == rd.opt.Member },
			func(n string) bool { return strings.EqualFold(path.Base(n), rd.opt.Member) },
		} {
			for _, p := range append(slices.Clone(tables), others...) {
				if same(p.Name) {
					return []Part{p}, nil
				}
			}
		}
		return nil, core.Errorf(core.NotFound, "%s holds no file %q", rd.opt.Name, rd.opt.Member).WithHint("it holds %s", shorten(strings.Join(names, ", "), 200))
	case len(tables) == 0 && unsafe != nil:
		return nil, rd.fail("%s: the names of its files lead out of the archive, such as %q", rd.opt.Name, unsafe[0]).WithHint("pack it again, with plain names")
	case len(z.File) == 0:
		return nil, rd.empty("it is a zip archive without files; pack it again")
	case len(tables) == 0:
		return nil, core.Errorf(core.Unsupported, "%s is a zip archive without a table in it", rd.opt.Name).
			WithHint("inside a zip, Shoptwin reads CSV, TSV, Excel, JSON, JSON Lines and XML")
	}
	if len(others) > 0 {
		var left []string
		for _, p := range others {
			left = append(left, p.Name)
		}
		rd.info.Notes = append(rd.info.Notes, "Not read, as they are no tables: "+shorten(strings.Join(left, ", "), 200)+".")
	}
	return tables, nil
}

// memberName is the name of a member in UTF-8; zip tools of Chinese Windows
// write GBK and do not say so.
func memberName(f *zip.File) string {
	name := f.Name
	if f.NonUTF8 && firstHigh([]byte(name)) >= 0 {
		if enc := encodingOf(DetectEncoding([]byte(name))); enc != nil {
			if s, err := enc.NewDecoder().String(name); err == nil {
				name = s
			}
		}
	}
	return strings.ToValidUTF8(name, "\ufffd")
}

// localName says whether a name stays in its folder on every system.
func localName(name string) bool {
	if name == "" || strings.ContainsAny(name, "\\:\x00") || strings.HasPrefix(name, "/") {
		return false
	}
	return !slices.Contains(strings.Split(name, "/"), "..")
}

// budget stops bombs: members that together grow to far more than the archive.
type budget struct {
	rd     *reader
	packed int64
	n      int64
}

func (b *budget) open(f *zip.File, name string) (io.ReadCloser, error) {
	if f.Flags&1 != 0 {
		return nil, core.Errorf(core.Unsupported, "%s/%s has a password", b.rd.opt.Name, name).WithHint("unpack it and import the file inside")
	}
	r, err := f.Open()
	if errors.Is(err, zip.ErrAlgorithm) {
		return nil, core.Errorf(core.Unsupported, "%s/%s is packed by a method that is not read here (%d)", b.rd.opt.Name, name, f.Method).WithHint("unpack it and import the file inside")
	}
	if err != nil {
		return nil, b.rd.fail("%s/%s cannot be unpacked: %v", b.rd.opt.Name, name, err).WithHint("copy or download the file again")
	}
	return &member{budget: b, r: r, name: name, packed: int64(min(f.CompressedSize64, 1<<50))}, nil
}

type member struct {
	*budget
	r      io.ReadCloser
	name   string
	packed int64
	n      int64
}

func (m *member) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	m.n += int64(n)
	m.budget.n += int64(n)
	packed, unpacked := m.packed, m.n
	if m.budget.n > 2*bombBytes && m.budget.n > 2*bombRatio*m.budget.packed { // shapes are looked at before rows are read: twice the bytes
		packed, unpacked = m.budget.packed, m.budget.n
	} else if m.n <= bombBytes || m.n <= bombRatio*m.packed {
		packed = 0
	}
	if packed > 0 && !m.rd.opt.TrustSize {
		return 0, m.rd.fail("%s/%s: %d kB unpack to more than %d MB, which no honest table does: it looks like a zip bomb",
			m.rd.opt.Name, m.name, packed>>10, unpacked>>20).WithHint("if you trust it, unpack it first and import the unpacked file")
	}
	if errors.Is(err, zip.ErrChecksum) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = m.rd.fail("%s/%s: the packed data are damaged", m.rd.opt.Name, m.name).WithHint("copy or download the file again")
	}
	return n, err
}

func (m *member) Close() error { return m.r.Close() }
