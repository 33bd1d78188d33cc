//go:build race

package app

// raceDetector makes everything some ten times slower: bounds on time do not
// hold with it.
const raceDetector = true
