//go:build !amd64

package nn

func chooseKernels() []kernel { return []kernel{goKernel} }

const hasVectors = false

func vectorAdd(y, x *float32, n int) {}
func vectorExp(y, x *float32, n int) {}

func vectorCriticRow(real, fake, noise, v *float32, n int, d *[32]float32) {}

func vectorCriticGradient(real, fake, noise, adv, v, dv, dbias *float32, n int, by *[5]float32) {}
