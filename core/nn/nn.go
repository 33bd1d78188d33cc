// Package nn holds the arithmetic of small neural networks on the CPU:
// matrix product, vectors, fused layers with their gradients, and [Net], a
// trained network that predicts without any training machinery.
//
// Everything is float32 and row-major; a matrix is a slice and, where rows
// are not adjacent, a stride. Results do not depend on the number of threads,
// bit for bit: work is split over rows and columns, sums never are, or in
// pieces of fixed size that are added in order. They may differ in the last
// digits between processors, whose kernels differ.
//
// Slices of wrong length are our own fault and panic.
package nn

//go:generate go run ./gen

// Act is an activation function.
type Act uint8

const (
	Linear Act = iota
	ReLU
	Leaky // leaky ReLU, slope .2 below zero
)

// LeakySlope is the slope of Leaky below zero.
const LeakySlope = 0.2

func (a Act) apply(y []float32) {
	switch a {
	case ReLU:
		relu(y)
	case Leaky:
		leaky(y, LeakySlope)
	}
}

// gradient sets pre to dy times the slope at outputs y. All three
// activations keep the sign of their input, so y tells the slope.
func (a Act) gradient(pre, dy, y []float32) {
	low := float32(0)
	if a == Leaky {
		low = LeakySlope
	}
	slope(pre, dy, y, low)
}
