//go:build race

package nn

// raceDetector says that pools forget some of what they are given.
const raceDetector = true
