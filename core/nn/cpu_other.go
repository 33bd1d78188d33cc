//go:build !amd64 && !arm64

package nn

func chooseKernels() []kernel { return []kernel{goKernel} }

const hasVectors = false
