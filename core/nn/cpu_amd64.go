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

// hasVectors says whether the vector functions below are there.
var hasVectors = cpu.X86.HasAVX2 && cpu.X86.HasFMA

func vectorAdd(y, x *float32, n int) { avx2Add(y, x, n) }
func vectorExp(y, x *float32, n int) { avx2Exp(y, x, n) }

func vectorCriticRow(real, fake, noise, v *float32, n int, d *[32]float32) {
	avx2CriticRow(real, fake, noise, v, n, d)
}

func vectorCriticGradient(real, fake, noise, adv, v, dv, dbias *float32, n int, by *[5]float32) {
	avx2CriticGradient(real, fake, noise, adv, v, dv, dbias, n, by)
}
