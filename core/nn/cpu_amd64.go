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

// hasVectors says whether vectorAdd and vectorExp are there.
var hasVectors = cpu.X86.HasAVX2 && cpu.X86.HasFMA

func vectorAdd(y, x *float32, n int) { avx2Add(y, x, n) }
func vectorExp(y, x *float32, n int) { avx2Exp(y, x, n) }
