package app

import (
	"archive/zip"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"maps"
	"math"
	"os"
	"slices"
	"strings"
	"time"

	"shoptwin/core"
)

// TensorBoard reads files of TFRecords, each of which holds one Event in the
// encoding of protocol buffers. Of both we need so little that it is written
// here: tensorflow/core/lib/io/record_writer.h, tensorflow/core/util/event.proto
// and tensorflow/core/framework/summary.proto.

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// maskedCRC is the checksum of TFRecords: CRC-32C, turned and shifted so that a
// checksum of data that hold checksums is not weak.
func maskedCRC(b []byte) uint32 {
	c := crc32.Checksum(b, castagnoli)
	return (c>>15 | c<<17) + 0xa282ead8
}

// writeRecord writes one TFRecord.
func writeRecord(w io.Writer, data []byte) error {
	head := binary.LittleEndian.AppendUint64(nil, uint64(len(data)))
	head = binary.LittleEndian.AppendUint32(head, maskedCRC(head))
	for _, b := range [][]byte{head, data, binary.LittleEndian.AppendUint32(nil, maskedCRC(data))} {
		if _, err := w.Write(b); err != nil {
			return err
		}
	}
	return nil
}

// The wire types of protocol buffers.
const (
	varint  = 0
	fixed64 = 1
	lengthy = 2
	fixed32 = 5
)

type message []byte

func (m message) tag(field, wire uint64) message { return binary.AppendUvarint(m, field<<3|wire) }
func (m message) int(field uint64, x int64) message {
	return binary.AppendUvarint(m.tag(field, varint), uint64(x))
}
func (m message) double(field uint64, x float64) message {
	return binary.LittleEndian.AppendUint64(m.tag(field, fixed64), math.Float64bits(x))
}
func (m message) float(field uint64, x float32) message {
	return binary.LittleEndian.AppendUint32(m.tag(field, fixed32), math.Float32bits(x))
}
func (m message) bytes(field uint64, b []byte) message {
	return append(binary.AppendUvarint(m.tag(field, lengthy), uint64(len(b))), b...)
}
func (m message) text(field uint64, s string) message { return m.bytes(field, []byte(s)) }

// event is an Event with a summary, or with the version of the file.
func event(at time.Time, step int64, summary message) message {
	m := message{}.double(1, float64(at.UnixMicro())/1e6)
	if step != 0 {
		m = m.int(2, step)
	}
	if summary == nil {
		return m.text(3, "brain.Event:2")
	}
	return m.bytes(5, summary)
}

func scalar(tag string, x float64) message {
	return message{}.text(1, tag).float(2, float32(x))
}

// note is a text, in Markdown, as TensorBoard's text plugin shows it.
func note(tag, text string) message {
	const stringType = 7                                    // DT_STRING
	shape := message{}.bytes(2, message{}.int(1, 1))        // one dimension of one
	plugin := message{}.bytes(1, message{}.text(1, "text")) // SummaryMetadata.plugin_data.plugin_name
	tensor := message{}.int(1, stringType).bytes(2, shape).text(8, text)
	return message{}.text(1, tag).bytes(9, plugin).bytes(8, tensor)
}

// WriteEvents writes what an entry of the logbook showed while it was learned,
// its scores at the end and its choices, as a TensorBoard event file. Only how
// long it took in all is known: points are spread evenly over that time.
func WriteEvents(w io.Writer, e Entry) error {
	begun := e.Created.Add(-time.Duration(e.Seconds * float64(time.Second)))
	if err := writeRecord(w, event(begun, 0, nil)); err != nil {
		return err
	}
	var b strings.Builder
	b.WriteString("|choice|value|\n|---|---|\n")
	for _, row := range [][2]string{{"name", e.Name}, {"what", e.What}, {"dataset", e.Dataset}, {"seed", fmt.Sprint(e.Seed)}, {"data", e.Data}, {"result", e.Result}} {
		fmt.Fprintf(&b, "|%s|%s|\n", row[0], row[1])
	}
	for _, key := range slices.Sorted(maps.Keys(e.Choices)) {
		fmt.Fprintf(&b, "|%s|%s|\n", key, strings.ReplaceAll(e.Choices[key], "|", `\|`))
	}
	if err := writeRecord(w, event(begun, 0, message{}.bytes(1, note("choices", b.String())))); err != nil {
		return err
	}
	var last int64
	for i, p := range e.Curve {
		at := begun.Add(time.Duration(e.Seconds * float64(i+1) / float64(len(e.Curve)) * float64(time.Second)))
		if err := writeScalars(w, at, p.Step, "train/", p.Value); err != nil {
			return err
		}
		last = p.Step
	}
	return writeScalars(w, e.Created, last, "score/", e.Scores)
}

func writeScalars(w io.Writer, at time.Time, step int64, prefix string, values map[string]float64) error {
	var summary message
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if x := values[name]; !math.IsNaN(x) {
			summary = summary.bytes(1, scalar(prefix+name, x))
		}
	}
	if summary == nil {
		return nil
	}
	return writeRecord(w, event(at, step, summary))
}

// EventsExport asks for TensorBoard's files of an entry of the logbook, or of
// all of them in one zip file, a folder each. Path "" keeps it in the project's
// folder for download.
type EventsExport struct {
	Project string `json:"project"`
	ID      string `json:"id,omitempty"` // of the entry; "": all
	Path    string `json:"path,omitempty"`
}

// ExportEvents writes TensorBoard's files; Rows of the answer counts entries.
func (a *App) ExportEvents(req EventsExport) (Exported, error) {
	p, err := a.store.Project(req.Project)
	if err != nil {
		return Exported{}, err
	}
	book, err := a.Logbook(p.ID)
	if err != nil {
		return Exported{}, err
	}
	entries := slices.DeleteFunc(book, func(e Entry) bool { return e.Kind == kindScenario || req.ID != "" && e.ID != req.ID })
	if len(entries) == 0 {
		return Exported{}, core.Errorf(core.NotFound, "project %q has no such training", p.Name).WithHint("train one first")
	}
	name := fileName(p.Name) + "_tensorboard.zip"
	write := func(w io.Writer) error { return zipEvents(w, entries) }
	if req.ID != "" {
		name = eventsName(entries[0])
		write = func(w io.Writer) error { return WriteEvents(w, entries[0]) }
	}
	out := Exported{Path: req.Path, Rows: len(entries)}
	if out.Path == "" {
		if out.Path, err = a.outFile(p.ID, name); err != nil {
			return Exported{}, err
		}
	}
	if err := WriteFile(out.Path, write); err != nil {
		return Exported{}, err
	}
	if info, err := os.Stat(out.Path); err == nil {
		out.Size = info.Size()
	}
	return out, nil
}

// eventsName is a name by which TensorBoard knows its files.
func eventsName(e Entry) string {
	return fmt.Sprintf("events.out.tfevents.%d.%s", e.Created.Unix(), fileName(e.Name))
}

func zipEvents(w io.Writer, entries []Entry) error {
	z := zip.NewWriter(w)
	for _, e := range entries {
		f, err := z.CreateHeader(&zip.FileHeader{Name: fileName(e.Kind+" "+e.Name) + "/" + eventsName(e), Method: zip.Deflate, Modified: e.Created})
		if err == nil {
			err = WriteEvents(f, e)
		}
		if err != nil {
			return err
		}
	}
	return z.Close()
}
