package store

import (
	"encoding/binary"
	"errors"
	"hash/fnv"
	"io"
	"io/fs"
	"os"
	"time"

	"shoptwin/core"
)

// preflight says whether bbolt may open path. bbolt maps the file by the size
// that its head promises, so a file that was cut short crashes the process at
// the first page that is missing. preflight holds no lock: a writer grows the
// file before it writes the head, hence the head is read before the size.
func preflight(path string) error {
	err := headFits(path)
	if core.KindOf(err) == core.Invalid {
		time.Sleep(100 * time.Millisecond) // another process may just be creating it
		err = headFits(path)
	}
	return err
}

func headFits(path string) error {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return place(err, path)
	}
	defer f.Close()
	pages, pageSize := headPages(f)
	st, err := f.Stat()
	switch {
	case err != nil:
		return place(err, path)
	case st.IsDir():
		return core.Errorf(core.Invalid, "%s is a folder, not Shoptwin's store", path).
			WithHint("choose another folder with --home")
	case st.Size() == 0:
		return nil
	case pages == 0:
		return damaged(path, "its head is not that of a Shoptwin store")
	case st.Size() < pages*pageSize:
		return damaged(path, "it is cut short, "+sizes(st.Size(), pages*pageSize))
	}
	return nil
}

// headPages reads bbolt's two meta pages and returns the number and size of
// the pages that the newer valid one counts; 0 when neither is valid.
//
// A meta page is a header of 16 bytes, then magic, version, page size and
// flags of 4 bytes each, the root bucket of 16, then free list, page count,
// transaction and FNV-1a checksum of 8 each, in the machine's byte order.
func headPages(r io.ReaderAt) (pages, pageSize int64) {
	newest := uint64(0)
	meta := func(at int64) {
		var b [80]byte
		if n, _ := r.ReadAt(b[:], at); n < len(b) {
			return
		}
		m, ord := b[16:], binary.NativeEndian
		sum := fnv.New64a()
		sum.Write(m[:56])
		if ord.Uint32(m) != 0xED0CDAED || ord.Uint64(m[56:]) != sum.Sum64() {
			return
		}
		if tx := ord.Uint64(m[48:]); pages == 0 || tx > newest {
			newest, pages, pageSize = tx, int64(ord.Uint64(m[40:])), int64(ord.Uint32(m[8:]))
		}
	}
	meta(0)
	for size := int64(1 << 10); size <= 1<<24; size <<= 1 {
		meta(size)
	}
	return pages, pageSize
}
