package nn

func allKernels() [][]kernel {
	return [][]kernel{{neonKernel12, neonKernel4}, {neonKernel12}, {neonKernel4}}
}
