package source

import (
	"bufio"
	"bytes"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/wlynxg/chardet"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// judgeSize is how many bytes, from the first one that is not ASCII, decide
// on the encoding.
const judgeSize = 256 << 10

// decoder reads text of any encoding as UTF-8. While all bytes are ASCII the
// decision is put off, so that a file whose first Chinese name stands on line
// 100,000 is judged by that name.
type decoder struct {
	raw  io.Reader
	out  io.Reader // nil as long as not decided
	name string
	n    int64 // bytes given out
}

func (d *decoder) Read(p []byte) (n int, err error) {
	if d.out == nil {
		n, err = d.raw.Read(p)
		i := firstHigh(p[:n])
		if i < 0 {
			d.n += int64(n)
			return n, err
		}
		rest := make([]byte, n-i, max(judgeSize, n-i))
		copy(rest, p[i:n])
		if err == nil && len(rest) < judgeSize {
			var m int
			m, err = io.ReadFull(d.raw, rest[len(rest):judgeSize])
			rest = rest[:len(rest)+m]
		}
		if err == io.ErrUnexpectedEOF {
			err = io.EOF
		}
		d.use(DetectEncoding(rest), io.MultiReader(bytes.NewReader(rest), &after{d.raw, err}))
		if i > 0 {
			d.n += int64(i)
			return i, nil
		}
	}
	n, err = d.out.Read(p)
	d.n += int64(n)
	return n, err
}

// after reads r, or returns the error that r gave already.
type after struct {
	r   io.Reader
	err error
}

func (a *after) Read(p []byte) (int, error) {
	if a.err != nil {
		return 0, a.err
	}
	return a.r.Read(p)
}

func firstHigh(b []byte) int {
	for i := 0; i < len(b); {
		if i+8 <= len(b) && (b[i]|b[i+1]|b[i+2]|b[i+3]|b[i+4]|b[i+5]|b[i+6]|b[i+7]) < 0x80 {
			i += 8
			continue
		}
		if b[i] >= 0x80 {
			return i
		}
		i++
	}
	return -1
}

func (d *decoder) use(name string, r io.Reader) {
	d.name, d.out = name, r
	if enc := encodingOf(name); enc != nil && name != "utf-8" {
		d.out = transform.NewReader(r, enc.NewDecoder())
	}
}

// encodingOf returns the encoding of that name, nil when there is none. Every
// GB* is read as GB18030, which contains them.
func encodingOf(name string) encoding.Encoding {
	switch strings.ToLower(name) {
	case "utf-16le", "utf-16":
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	case "utf-16be":
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	case "gb18030", "gbk", "gb2312", "hz-gb-2312":
		return simplifiedchinese.GB18030
	}
	enc, err := htmlindex.Get(name)
	if err != nil {
		return nil
	}
	return enc
}

// decode returns r as UTF-8: as named by the options, by a byte order mark, by
// the zeros of UTF-16, or as its first bytes that are not ASCII suggest.
func (rd *reader) decode(r *bufio.Reader, first []byte) (*decoder, error) {
	d := &decoder{raw: r, name: "utf-8"}
	named := strings.ToLower(strings.TrimSpace(rd.opt.Encoding))
	named = strings.Replace(named, "utf8", "utf-8", 1)
	switch {
	case named != "" && named != "auto":
		if encodingOf(named) == nil {
			return nil, rd.fail("the encoding %q is not known", rd.opt.Encoding).
				WithHint("use a name such as utf-8, gb18030, big5, shift_jis, windows-1252 or utf-16le")
		}
		if strings.HasPrefix(named, "gb") {
			named = "gb18030"
		}
		if named == "utf-8" && bytes.HasPrefix(first, []byte("\xef\xbb\xbf")) {
			discard(r, 3)
		}
		d.use(named, r)
	case bytes.HasPrefix(first, []byte("\xef\xbb\xbf")):
		discard(r, 3)
		d.use("utf-8", r)
	case bytes.HasPrefix(first, []byte("\xff\xfe")), zeros(first) == 1:
		d.use("utf-16le", r)
	case bytes.HasPrefix(first, []byte("\xfe\xff")), zeros(first) == 0:
		d.use("utf-16be", r)
	default:
		if named = declared(first); named != "" {
			d.use(named, r)
		}
	}
	return d, nil
}

// declared returns the encoding that an XML document says it has, "" when it
// says none, one not known, or UTF-8, which shows by itself.
func declared(first []byte) string {
	if !bytes.HasPrefix(first, []byte("<?xml")) {
		return ""
	}
	head, _, _ := bytes.Cut(first, []byte("?>"))
	_, said, _ := bytes.Cut(head, []byte("encoding="))
	if len(said) < 3 {
		return ""
	}
	name, _, closed := bytes.Cut(said[1:], said[:1])
	named := strings.ToLower(string(name))
	switch {
	case !closed, strings.HasPrefix(named, "utf"), encodingOf(named) == nil:
		return ""
	case strings.HasPrefix(named, "gb"):
		return "gb18030"
	case named == "iso-8859-1":
		return western
	}
	return named
}

func discard(r *bufio.Reader, n int) { _, _ = r.Discard(n) } // peeked, so it cannot fail

// zeros returns 1 when b looks like UTF-16LE, 0 for UTF-16BE and -1 for
// neither: at least one in twenty units has a zero on that side (a comma, a
// digit, a Latin letter), hardly any on the other, and a line ends there.
func zeros(b []byte) int {
	var n, ends [2]int
	b = b[:min(len(b), 4096)&^1]
	for i := 0; i < len(b); i += 2 {
		for side := range 2 {
			if b[i+side] != 0 {
				continue
			}
			n[side]++
			if c := b[i+1-side]; c == '\n' || c == '\r' {
				ends[side]++
			}
		}
	}
	for side := range 2 {
		most := n[side]*10 > len(b)*3 // as in plain English, whose first line may be long
		if len(b) >= 8 && n[side] >= 4 && n[1-side]*20 < n[side] && (most || n[side]*40 > len(b) && ends[side] > 0) {
			return side
		}
	}
	return -1
}

// DetectEncoding names the encoding of text whose bytes are not all ASCII:
// utf-8 when it is valid, or all but a few stray bytes of it are; otherwise
// what its characters' statistics suggest, windows-1252 in doubt.
func DetectEncoding(b []byte) string {
	good, bad := 0, 0
	for i := 0; i < len(b); {
		if b[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, size := utf8.DecodeRune(b[i:])
		switch {
		case r != utf8.RuneError || size > 1:
			good++
		case len(b)-i >= utf8.UTFMax:
			bad++
		}
		i += size
	}
	if bad*20 <= good {
		return "utf-8"
	}
	var high []byte // lines of ASCII only would drown the others
	for line := range bytes.SplitSeq(b, []byte("\n")) {
		if firstHigh(line) >= 0 && len(high) < 64<<10 {
			high = append(append(high, line...), '\n')
		}
	}
	found := chardet.Detect(high)
	name := strings.ToLower(found.Encoding)
	switch {
	case strings.HasPrefix(name, "gb"), name == "hz-gb-2312":
		return "gb18030"
	case name == "euc-kr" && looksKorean(high):
		return name
	case looksGB(high) && (found.Confidence < 0.9 || !eastAsian(name)):
		return "gb18030"
	case found.Confidence < 0.5 || encodingOf(name) == nil || name == "ascii" || name == "utf-8":
		return western
	case !eastAsian(name) && sameText(high, name, western):
		return western
	}
	return name
}

const western = "windows-1252"

// sameText says whether b reads the same in two encodings, so that nothing
// speaks for the rarer one.
func sameText(b []byte, one, other string) bool {
	x, err := encodingOf(one).NewDecoder().Bytes(b)
	if err != nil {
		return false
	}
	y, err := encodingOf(other).NewDecoder().Bytes(b)
	return err == nil && bytes.Equal(x, y)
}

func eastAsian(name string) bool {
	switch name {
	case "big5", "shift_jis", "euc-jp", "euc-kr", "cp949":
		return true
	}
	return false
}

// looksKorean says whether b has some Hangul of EUC-KR and none of the common
// Chinese characters that stand outside its range, as half of them do.
func looksKorean(b []byte) bool {
	hangul := 0
	for i := 0; i+1 < len(b); i++ {
		switch {
		case b[i] < 0x80:
			continue
		case b[i] >= 0xb0 && b[i] <= 0xc8 && b[i+1] >= 0xa1:
			hangul++
		case b[i] > 0xa3:
			return false
		}
		i++
	}
	return hangul >= 8
}

// looksGB says whether nearly all high bytes pair up to characters of the
// first level of GB 2312 (common Chinese characters) or its punctuation.
func looksGB(b []byte) bool {
	common, other := 0, 0
	for i := 0; i < len(b); i++ {
		if b[i] < 0x80 {
			continue
		}
		if i+1 < len(b) && b[i+1] >= 0xa1 && (b[i] >= 0xb0 && b[i] <= 0xd7 || b[i] >= 0xa1 && b[i] <= 0xa3) {
			common++
		} else {
			other++
		}
		i++
	}
	return common > 0 && other*10 <= common
}

// notUTF8 says which cell of a row is broken, for a reject.
func notUTF8(cells [][]byte) int {
	for i, cell := range cells {
		if !utf8.Valid(cell) {
			return i
		}
	}
	return -1
}
