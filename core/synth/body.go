package synth

import "math/rand/v2"

// Body is what was learned of the rows of codes, in the form of one kind of
// model. It does not change; any number of goroutines may draw from it.
type Body interface {
	// fits says whether it draws rows of blocks of these widths.
	fits(widths []int) error
	// drawer returns one that works on one goroutine.
	drawer(widths []int) drawer
	// section returns its section in a model file; bodies has its reader.
	section() (name string, content []byte, err error)
}

// drawer draws rows, a batch at a time. What it draws follows from rng alone,
// not from what was drawn before.
type drawer interface {
	// batch is how many rows it draws at once: a divisor of BlockRows, or if
	// fewer will do, too, any number up to BlockRows.
	batch() int
	// draw sets out, a slice of codes for each block.
	draw(out [][]uint16, rng *rand.PCG)
}

// bodies read the sections that bodies write, by name.
var bodies = map[string]func(content []byte) (Body, error){
	"NETW": readNetwork,
	"COND": readConditionals,
	"ANYO": readAnyOrder,
	"TREE": readForest,
	"TREG": readGuessing,
}
