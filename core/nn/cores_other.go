//go:build !amd64

package nn

const threadsPerCore = 1
