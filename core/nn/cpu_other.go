//go:build !amd64

package nn

func chooseKernels() []kernel { return []kernel{goKernel} }
