package nn

import "golang.org/x/sys/cpu"

func allKernels() (sets [][]kernel) {
	if cpu.X86.HasAVX512F {
		sets = append(sets, []kernel{avx512Kernel32, avx512Kernel16})
	}
	if cpu.X86.HasAVX2 && cpu.X86.HasFMA {
		sets = append(sets, []kernel{avx2Kernel16})
	}
	return sets
}
