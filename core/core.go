// Package core holds the few words every other package of Shoptwin shares:
// [Progress] of long work, [Error] with a hint for the person who reads it, and
// [Parallel] work.
//
// The packages below core are pure. They get readers, values, a random source
// and a report function; they open no file, read no clock and log nothing.
package core

// Progress says how far a piece of long work has come. Work that takes longer
// than a moment accepts a report func(Progress), which may be nil, and calls
// it on its own goroutine: a report that blocks pauses the work.
//
// Progress carries no time: only the caller owns a clock, and derives speed
// and time left from Done and Total.
type Progress struct {
	Stage string             `json:"stage"`           // stable English key: import, prepare, train, sample, judge, fit, export
	Done  int64              `json:"done"`            // units done, in [0, Total]
	Total int64              `json:"total"`           // 0 when not known
	Unit  string             `json:"unit,omitempty"`  // rows, steps, bytes, trees
	Value map[string]float64 `json:"value,omitempty"` // measures such as loss; nil when there are none
	Note  string             `json:"note,omitempty"`  // a sentence worth showing, rarely set
}

// DigestSize is how many bytes a [Digest] has.
const DigestSize = 32
