package nn

// hasVectors says whether the vector functions are there: every arm64
// processor has NEON.
var hasVectors = true

func chooseKernels() []kernel { return []kernel{neonKernel12, neonKernel4} }
