package nn

import "golang.org/x/sys/cpu"

func chooseKernels() []kernel {
	switch {
	case cpu.X86.HasAVX512F:
		return []kernel{avx512Kernel32, avx512Kernel16}
	case cpu.X86.HasAVX2 && cpu.X86.HasFMA:
		return []kernel{avx2Kernel16}
	}
	return []kernel{goKernel}
}

// hasVectors says whether the vector functions are there.
var hasVectors = cpu.X86.HasAVX2 && cpu.X86.HasFMA
