// Package source turns the bytes of a file into rows of text cells: CSV and
// TSV in any dialect and encoding, Excel, JSON, JSON Lines and XML, each
// maybe gzipped or zipped, one file or several of one shape. Rows that cannot be read are set aside with line, column, reason
// and raw text. It works in constant memory, except for Excel, whose packed
// file is held whole.
//
// Parquet is not read here; see store/duck.
package source

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"shoptwin/core"
)

// Options is how a file is read. The zero value detects everything.
type Options struct {
	Name      string `json:"name,omitempty"`      // the file's name, for its ending and for errors
	Encoding  string `json:"encoding,omitempty"`  // IANA name such as gb18030, windows-1252, utf-16le
	Delimiter rune   `json:"delimiter,omitempty"` // cells of one line are parted by it
	Sheet     string `json:"sheet,omitempty"`     // of an Excel file; the first visible one when empty, see [AllSheets]
	NoHeader  bool   `json:"noHeader,omitempty"`  // the first line is a row already
	HeaderRow int    `json:"headerRow,omitempty"` // line with the columns' names, from 1; what is above is left out. 0: found, or found to be missing
	MaxLine   int    `json:"maxLine,omitempty"`   // bytes of one record at most; 2 MiB when 0
	TrustSize bool   `json:"trustSize,omitempty"` // read on when a packed file grows suspiciously large
	Member    string `json:"member,omitempty"`    // of a zip file, by its name; all tables of it when empty
	Record    string `json:"record,omitempty"`    // of XML, the element that is a row; the most repeated when empty
	Union     bool   `json:"union,omitempty"`     // several files need not have the same columns
	Size      int64  `json:"-"`                   // bytes of the file, for progress; 0 when not known
	TempDir   string `json:"-"`                   // where large Excel sheets are unpacked; the system's when empty
	// At gives the same Size bytes in any order, so that a zip file need not
	// be held in memory; it may be nil.
	At io.ReaderAt `json:"-"`

	block int // bytes of delimited text that are cut into cells at once; 256 kB when 0
}

// Reject is a row that was set aside.
type Reject struct {
	Line   int64  `json:"line"`             // of the file, from 1; of an array of JSON, the element
	Column string `json:"column,omitempty"` // "" when it is about the whole row
	Reason string `json:"reason"`
	Raw    string `json:"raw"` // cut at 4 kB
}

// Info is what was found out about a file.
type Info struct {
	Format    string           `json:"format"`   // csv, tsv, excel, json, jsonl, xml, parquet, …
	Encoding  string           `json:"encoding"` // utf-8, gb18030, utf-16le, …
	Delimiter string           `json:"delimiter,omitempty"`
	Sheet     string           `json:"sheet,omitempty"`
	Sheets    []string         `json:"sheets,omitempty"`    // all of an Excel file
	HeaderRow int              `json:"headerRow,omitempty"` // from 1; of text 0 where it is the first line
	NoHeader  bool             `json:"noHeader,omitempty"`  // the first line was a row
	Gzip      bool             `json:"gzip,omitempty"`
	Record    string           `json:"record,omitempty"`  // of XML, the path of the element that is a row
	Member    string           `json:"member,omitempty"`  // of a zip file, when one was read
	Members   []string         `json:"members,omitempty"` // the tables of a zip file
	Files     []PartInfo       `json:"files,omitempty"`   // of several files that were read as one table
	Header    []string         `json:"header"`
	Rows      int64            `json:"rows"`
	Rejected  int64            `json:"rejected"`
	Bytes     int64            `json:"bytes"`             // unpacked
	Missing   map[string]int64 `json:"missing,omitempty"` // how often each word for "no value" stood in a cell
	Notes     []string         `json:"notes,omitempty"`   // sentences worth showing
}

// Sink takes what Read finds. Header comes once before the first row, and
// again, longer, when later JSON objects bring new keys. A nil cell is
// missing; a row may be shorter than a header that grew. cells and their bytes
// are reused after Row returns. An error from a Sink ends Read with it.
type Sink struct {
	Header func(names []string) error
	Row    func(line int64, cells [][]byte) error
	Reject func(Reject) error
}

const (
	defaultMaxLine = 2 << 20
	rawLimit       = 4 << 10
	peekSize       = 64 << 10
	// Deflate packs at most 1032:1; honest tables stay below 100:1.
	bombRatio = 250
	bombBytes = 128 << 20
)

// Read reads r to its end and hands header, rows and rejects to sink. report,
// if not nil, is called about every megabyte with the bytes of r read so far.
// Read ends soon after ctx is cancelled, with ctx's error.
//
// Errors are of kind Invalid (empty, header only, broken beyond single rows),
// Unsupported (a format not read here), or what r and sink return.
func Read(ctx context.Context, r io.Reader, opt Options, sink Sink, report func(core.Progress)) (Info, error) {
	rd := newReader(ctx, opt, sink)
	rd.report = report
	in := &counter{ctx: ctx, r: r, total: opt.Size, report: report}
	err := rd.open(in)
	if err == nil {
		err = rd.verdict()
	}
	if err == nil && report != nil {
		report(core.Progress{Stage: "import", Done: in.n, Total: max(in.n, opt.Size), Unit: "bytes"})
	}
	return rd.info, err
}

// verdict is an error when there is nothing to go on with.
func (rd *reader) verdict() error {
	name, header := rd.opt.Name, rd.info.Header
	switch {
	case rd.info.Rows > 0:
		return nil
	case header == nil && rd.info.Rejected == 0:
		return rd.fail("%s has no rows", name).WithHint("is it the right file?")
	case rd.info.Rejected == 0:
		return rd.fail("%s has a header (%s) but no rows", name, shorten(strings.Join(header, ", "), 80)).
			WithHint("export it again with its rows")
	}
	return rd.fail("%s: none of %d rows could be read; line %d: %s", name, rd.info.Rejected, rd.firstReject.Line, rd.firstReject.Reason).
		WithHint("check delimiter and encoding, found: %q and %s", rd.info.Delimiter, rd.info.Encoding)
}

// reader is the state of one Read.
type reader struct {
	ctx         context.Context
	opt         Options
	sink        Sink
	report      func(core.Progress)
	depth       int // 1 in one of several files, 2 in a zip file
	in          *counter
	info        Info
	firstReject Reject
	missing     [len(missingWords)]int64
}

func newReader(ctx context.Context, opt Options, sink Sink) *reader {
	if opt.MaxLine <= 0 {
		opt.MaxLine = defaultMaxLine
	}
	if opt.Name == "" {
		opt.Name = "the file"
	}
	if opt.block <= 0 {
		opt.block = 256 << 10
	}
	return &reader{ctx: ctx, opt: opt, sink: sink}
}

// open looks at the first bytes, unpacks, and hands over to the format's own
// reader.
func (rd *reader) open(in *counter) error {
	rd.in = in
	head := bufio.NewReaderSize(in, peekSize)
	first, err := peek(head, peekSize)
	if err != nil {
		return rd.readError(err)
	}
	name, at := strings.ToLower(rd.opt.Name), rd.opt.At
	if bytes.HasPrefix(first, []byte("\x1f\x8b")) {
		unpacked, err := rd.gunzip(head)
		if err != nil {
			return err
		}
		rd.info.Gzip, at = true, nil
		name = strings.TrimSuffix(name, ".gz")
		head = bufio.NewReaderSize(unpacked, peekSize)
		if first, err = peek(head, peekSize); err != nil {
			return rd.readError(err)
		}
	}
	switch {
	case len(first) == 0:
		return rd.empty("export it again; it has 0 bytes of content")
	case bytes.HasPrefix(first, []byte("PAR1")):
		return core.Errorf(core.Unsupported, "%s is a Parquet file, which is not read as text", rd.opt.Name)
	case bytes.HasPrefix(first, []byte("PK\x03\x04")), bytes.HasPrefix(first, []byte("PK\x05\x06")):
		return rd.zipped(head, at)
	case bytes.HasPrefix(first, []byte("\xd0\xcf\x11\xe0")):
		return core.Errorf(core.Unsupported, "%s is an Excel file of the old kind (.xls) or has a password", rd.opt.Name).
			WithHint("save it in Excel as .xlsx without a password, or as CSV")
	}
	for magic, what := range otherFormats {
		if bytes.HasPrefix(first, []byte(magic)) {
			return core.Errorf(core.Unsupported, "%s is %s, not a table", rd.opt.Name, what).
				WithHint("Shoptwin reads CSV, TSV, Excel, JSON, JSON Lines, XML, Parquet and SQLite, packed by zip or gzip")
		}
	}
	text, err := rd.decode(head, first)
	if err != nil {
		return err
	}
	defer func() { rd.info.Encoding, rd.info.Bytes = text.name, text.n }()
	err = rd.text(text, name)
	rd.countMissing()
	return err
}

func (rd *reader) countMissing() {
	for i, n := range rd.missing {
		if n > 0 {
			if rd.info.Missing == nil {
				rd.info.Missing = map[string]int64{}
			}
			rd.info.Missing[missingWords[i]] = n
		}
	}
}

var otherFormats = map[string]string{
	"%PDF":             "a PDF",
	"\x89PNG":          "a picture",
	"\xff\xd8\xff":     "a picture",
	"SQLite format 3":  "an SQLite database",
	"Rar!":             "a RAR archive",
	"7z\xbc\xaf":       "a 7-Zip archive",
	"BZh":              "packed with bzip2",
	"\x28\xb5\x2f\xfd": "packed with Zstandard",
	"\xfd7zXZ":         "packed with xz",
}

// text chooses between JSON and delimited text, by the name's ending and then
// by the first character.
func (rd *reader) text(text *decoder, name string) error {
	b := newBuffer(text, rd.opt.MaxLine)
	sample, err := b.sample()
	if err != nil {
		return rd.readError(err)
	}
	trimmed := bytes.TrimLeft(sample, " \t\r\n")
	if len(trimmed) == 0 {
		if blank, err := b.onlySpace(); err != nil {
			return rd.readError(err)
		} else if blank {
			return rd.empty("it holds only white space; export it again")
		}
	}
	ending := name[strings.LastIndexByte(name, '.')+1:]
	switch {
	case ending == "xml" || ending != "csv" && bytes.HasPrefix(trimmed, []byte("<?xml")):
		return rd.xml(b)
	case ending == "jsonl" || ending == "ndjson":
		return rd.jsonLines(b)
	case ending == "csv" || ending == "tsv" || ending == "tab" || rd.opt.Delimiter != 0:
		return rd.delimited(b, sample, ending)
	case ending == "json" || len(trimmed) > 0 && (trimmed[0] == '{' || bytes.HasPrefix(trimmed, []byte("[{"))):
		if isJSONLines(trimmed) {
			return rd.jsonLines(b)
		}
		return rd.json(b)
	}
	return rd.delimited(b, sample, ending)
}

// header passes the column names on, made usable: no empty names, no name
// twice, upper and lower case not told apart (DuckDB does not).
func (rd *reader) header(names []string) error {
	clean := CleanNames(names)
	var changed []string
	for i, name := range names {
		if clean[i] != name && len(changed) < 5 {
			changed = append(changed, fmt.Sprintf("%q is now %q", shorten(name, 40), clean[i]))
		}
	}
	if changed != nil {
		rd.info.Notes = append(rd.info.Notes, "Column names were made unique and not empty: "+strings.Join(changed, ", ")+".")
	}
	rd.info.Header = clean
	return rd.sink.Header(clean)
}

// CleanNames returns names with white space at their ends removed, empty ones
// replaced by column_N and repeated ones, whatever their case, numbered.
func CleanNames(names []string) []string {
	out := make([]string, len(names))
	seen := map[string]bool{}
	next := map[string]int{} // of the numbers behind a name: a sheet may have one name 16,384 times
	for i, name := range names {
		name = strings.TrimSpace(strings.Map(func(r rune) rune {
			if r < ' ' || r == 0x7f || r == '\ufeff' || r == '\ufffd' {
				return ' '
			}
			return r
		}, name))
		if len(name) > 200 {
			name = strings.ToValidUTF8(name[:200], "")
		}
		if name == "" {
			name = fmt.Sprintf("column_%d", i+1)
		}
		unique, low := name, strings.ToLower(name)
		for n := max(2, next[low]); seen[strings.ToLower(unique)]; n++ {
			unique, next[low] = fmt.Sprintf("%s_%d", name, n), n+1
		}
		seen[strings.ToLower(unique)] = true
		out[i] = unique
	}
	return out
}

func (rd *reader) reject(line int64, column, reason string, raw []byte) error {
	return rd.setAside(Reject{Line: line, Column: column, Reason: reason, Raw: rawText(raw)})
}

func (rd *reader) setAside(j Reject) error {
	rd.info.Rejected++
	if rd.info.Rejected == 1 {
		rd.firstReject = j
	}
	return rd.sink.Reject(j)
}

// rawText is raw as valid text of at most rawLimit bytes.
func rawText(raw []byte) string {
	if len(raw) > rawLimit {
		raw = raw[:rawLimit]
	}
	return strings.ReplaceAll(strings.ToValidUTF8(string(raw), "\ufffd"), "\x00", "\ufffd")
}

func shorten(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "…"
}

func (rd *reader) empty(hint string) error {
	return core.Errorf(core.Invalid, "%s is empty%w", rd.opt.Name, quiet{errEmpty}).WithHint("%s", hint)
}

// quiet is an error to be found by errors.Is that adds no words.
type quiet struct{ error }

func (quiet) Error() string   { return "" }
func (q quiet) Unwrap() error { return q.error }

func (rd *reader) fail(format string, args ...any) *core.Error {
	return core.Errorf(core.Invalid, format, args...)
}

// readError names the file in an error of the input itself.
func (rd *reader) readError(err error) error {
	var e *core.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &e), rd.ctx.Err() != nil:
		return err
	}
	return &core.Error{Kind: core.Invalid, Message: rd.opt.Name + ": " + err.Error(), Hint: "the file cannot be read to its end; copy or download it again", Err: err}
}
