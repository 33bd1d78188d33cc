package train

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"math"

	"shoptwin/core"
	"shoptwin/core/nn"
	"shoptwin/core/synth"
)

// A checkpoint, version 2, little endian:
//
//	8 bytes   "STTRAIN\x02", the last one the version
//	uint64    seed
//	32 bytes  SHA-256 of the configuration and the encoded rows
//	uint32    steps done
//	float64   best score, uint32 judgements since
//	uint8     whether kept weights follow
//	uint32    for each solver the steps it has done
//	float32s  per parameter: weights, Adam's M and V; then averaged weights,
//	          and those kept; then what a training keeps beside
//	32 bytes  SHA-256 of everything before
//
// Random numbers are functions of the seed and the step and need no state.
const checkpointMagic = "STTRAIN\x02"

const checkpointHead = 8 + 8 + 32 + 4 + 8 + 4 + 1

// fingerprint tells trainings apart that cannot continue each other.
func fingerprint(cfg synth.Config, widths []int, learn, aside rows) [32]byte {
	sum := sha256.New()
	enc := json.NewEncoder(sum)
	enc.Encode(cfg)
	enc.Encode(widths)
	for _, r := range []rows{learn, aside} {
		binary.Write(sum, binary.LittleEndian, uint64(r.len()))
		binary.Write(sum, binary.LittleEndian, r.ones)
	}
	return [32]byte(sum.Sum(nil))
}

func (t *training) checkpoint(done int) []byte {
	t.fetch()
	le := binary.LittleEndian
	b := le.AppendUint64([]byte(checkpointMagic), t.seed)
	b = append(b, t.print[:]...)
	b = le.AppendUint32(b, uint32(done))
	b = le.AppendUint64(b, math.Float64bits(t.best))
	b = le.AppendUint32(b, uint32(t.sinceTop))
	kept := byte(0)
	if t.kept != nil {
		kept = 1
	}
	b = append(b, kept)
	for _, s := range t.solvers {
		b = le.AppendUint32(b, uint32(s.rule.Step))
	}
	for _, s := range append(t.state(), t.beside...) {
		b = nn.AppendFloats(b, s)
	}
	sum := sha256.Sum256(b)
	return append(b, sum[:]...)
}

// seedOf checks that b is a whole checkpoint and returns its seed.
func seedOf(b []byte) (uint64, error) {
	damaged := func(why string) error {
		return core.Errorf(core.Invalid, "the checkpoint cannot be used: %s", why).WithHint("train from the start")
	}
	switch {
	case len(b) < checkpointHead+sha256.Size || string(b[:7]) != checkpointMagic[:7]:
		return 0, damaged("it is cut off or is none")
	case b[7] != checkpointMagic[7]:
		return 0, damaged("another version wrote it")
	}
	body := b[:len(b)-sha256.Size]
	if sum := sha256.Sum256(body); !bytes.Equal(sum[:], b[len(body):]) {
		return 0, damaged("its SHA-256 does not match")
	}
	return binary.LittleEndian.Uint64(b[8:]), nil
}

// errOther is what restore says to a checkpoint of another training.
var errOther = core.Errorf(core.Invalid, "the checkpoint belongs to another table or configuration").
	WithHint("train from the start, or restore both as they were")

// restore sets t to the state of a checkpoint that seedOf has accepted, and
// returns the steps done.
func (t *training) restore(b []byte) (int, error) {
	le := binary.LittleEndian
	if !bytes.Equal(b[16:48], t.print[:]) {
		return 0, errOther
	}
	head := b[48:checkpointHead]
	if head[16] == 1 {
		t.kept = make([][]float32, len(t.mean))
		for i, m := range t.mean {
			t.kept[i] = make([]float32, len(m))
		}
	}
	body := b[checkpointHead : len(b)-sha256.Size]
	state := append(t.state(), t.beside...)
	total := 4 * len(t.solvers)
	for _, s := range state {
		total += 4 * len(s)
	}
	if len(body) != total {
		return 0, core.Errorf(core.Invalid, "the checkpoint holds %d bytes of weights, expected %d", len(body), total)
	}
	t.best = math.Float64frombits(le.Uint64(head[4:]))
	t.sinceTop = int(le.Uint32(head[12:]))
	for _, s := range t.solvers {
		s.rule.Step = int(le.Uint32(body))
		body = body[4:]
	}
	for _, s := range state {
		for i := range s {
			s[i] = math.Float32frombits(le.Uint32(body))
			body = body[4:]
		}
	}
	t.send()
	return int(le.Uint32(head)), nil
}
