//go:build amd64 || arm64

package nn

// withoutVectors runs f with plain Go in place of the vector functions.
func withoutVectors(f func()) {
	was := hasVectors
	hasVectors = false
	defer func() { hasVectors = was }()
	f()
}
