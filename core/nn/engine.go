package nn

// Engine names the kernels that this processor runs, for what is shown of the
// machine: "avx512", "avx2", "neon" or "go".
func Engine() string {
	switch kernels[0].nr {
	case 32:
		return "avx512"
	case 16:
		return "avx2"
	case 12:
		return "neon"
	}
	return "go"
}
