package nn

func allKernels() [][]kernel { return nil }
