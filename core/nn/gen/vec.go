package main

import (
	"bytes"
	"fmt"
	"strings"
)

// vectors writes the element-wise functions, for AVX2 with FMA: they wait for
// memory more than for arithmetic, and AVX-512 would gain little.
func vectors(asm, decl *bytes.Buffer) {
	asm.WriteString("#include \"textflag.h\"\n\n")
	consts := []struct {
		name string
		bits uint32
	}{
		{"low", 0xc2ac0000}, {"high", 0x42b00000}, {"log2e", 0x3fb8aa3b}, {"ln2hi", 0x3f318000}, {"ln2lo", 0xb95e8083},
		{"p0", 0x39506967}, {"p1", 0x3ab743ce}, {"p2", 0x3c088908}, {"p3", 0x3d2aa9c1}, {"p4", 0x3e2aaaaa}, {"p5", 0x3f000000}, {"one", 0x3f800000},
	}
	for _, c := range consts {
		fmt.Fprintf(asm, "DATA %s<>+0(SB)/4, $0x%08x\nGLOBL %s<>(SB), RODATA|NOPTR, $4\n", c.name, c.bits, c.name)
	}
	p := func(format string, args ...any) { fmt.Fprintf(asm, format+"\n", args...) }
	begin := func(name, about string) {
		p("\n// func %s(y, x *float32, n int)", name)
		p("// %s; n is a positive multiple of 8.", about)
		p("TEXT ·%s(SB), NOSPLIT, $0-24", name)
		p("\tMOVQ y+0(FP), DI\n\tMOVQ x+8(FP), SI\n\tMOVQ n+16(FP), CX")
		fmt.Fprintf(decl, "//go:noescape\nfunc %s(y, x *float32, n int)\n\n", name)
	}
	end := func() {
		p("\tADDQ $32, SI\n\tADDQ $32, DI\n\tSUBQ $8, CX\n\tJNZ  loop\n\tVZEROUPPER\n\tRET")
	}

	begin("avx2Add", "y += x")
	p("loop:\n\tVMOVUPS (DI), Y0\n\tVADDPS (SI), Y0, Y0\n\tVMOVUPS Y0, (DI)")
	end()

	begin("avx2Exp", "y = e^x, as exp in vec.go has it")
	for i, c := range consts {
		p("\tVBROADCASTSS %s<>(SB), Y%d", c.name, i)
	}
	// x in Y12, n in Y13, r in Y12, the polynomial in Y14.
	p("loop:")
	p("\tVMOVUPS (SI), Y12\n\tVMAXPS Y0, Y12, Y12\n\tVMINPS Y1, Y12, Y12")
	p("\tVMULPS Y2, Y12, Y13\n\tVROUNDPS $0, Y13, Y13")
	p("\tVFNMADD231PS Y3, Y13, Y12\n\tVFNMADD231PS Y4, Y13, Y12")
	p("\tVMOVAPS Y5, Y14")
	for i := 6; i <= 10; i++ {
		p("\tVFMADD213PS Y%d, Y12, Y14", i)
	}
	p("\tVMULPS Y12, Y14, Y14\n\tVFMADD213PS Y12, Y12, Y14\n\tVADDPS Y11, Y14, Y14")
	p("\tVCVTPS2DQ Y13, Y13\n\tVPSLLD $23, Y13, Y13\n\tVPADDD Y13, Y14, Y14\n\tVMOVUPS Y14, (DI)")
	end()
	criticRows(asm, decl)
}

// criticRows writes the two loops over a row of the critic's hidden layer;
// critic.go has them in Go.
func criticRows(asm, decl *bytes.Buffer) {
	p := func(format string, args ...any) { fmt.Fprintf(asm, format+"\n", args...) }
	begin := func(signature, about string, size int, args ...string) {
		name, _, _ := strings.Cut(signature, "(")
		p("\n// func %s\n// %s; n is a positive multiple of 8.", signature, about)
		p("TEXT ·%s(SB), NOSPLIT, $0-%d", name, size)
		for i, a := range args {
			arg, reg, _ := strings.Cut(a, " ")
			p("\tMOVQ %s+%d(FP), %s", arg, 8*i, reg)
		}
		p("\tXORQ DX, DX")
		p("\tVBROADCASTSS slope<>(SB), Y5")
		fmt.Fprintf(decl, "//go:noescape\nfunc %s\n\n", signature)
	}
	end := func() { p("\tADDQ $32, DX\n\tSUBQ $8, CX\n\tJNZ  loop") }
	p("\nDATA slope<>+0(SB)/4, $0x3e4ccccd // LeakySlope\nGLOBL slope<>(SB), RODATA|NOPTR, $4")

	begin("avx2CriticRow(real, fake, noise, v *float32, n int, d *[32]float32)",
		"d is set to the sums, lane by lane, of v·leaky of real, real+noise, fake, fake+noise", 48,
		"real R8", "fake R9", "noise R10", "v R11", "n CX", "d DI")
	for i := range 4 {
		p("\tVXORPS Y%d, Y%d, Y%d", i, i, i)
	}
	p("loop:")
	p("\tVMOVUPS (R8)(DX*1), Y8\n\tVMOVUPS (R9)(DX*1), Y9\n\tVMOVUPS (R10)(DX*1), Y10\n\tVMOVUPS (R11)(DX*1), Y11")
	for i := range 4 {
		x := 8 + i/2
		if i%2 == 1 {
			p("\tVADDPS Y10, Y%d, Y%d", x, x)
		}
		p("\tVMULPS Y5, Y%d, Y12\n\tVMAXPS Y12, Y%d, Y12\n\tVFMADD231PS Y12, Y11, Y%d", x, x, i)
	}
	end()
	for i := range 4 {
		p("\tVMOVUPS Y%d, %d(DI)", i, 32*i)
	}
	p("\tVZEROUPPER\n\tRET")

	begin("avx2CriticGradient(real, fake, noise, adv, v, dv, dbias *float32, n int, by *[5]float32)",
		"as Critic.rowGradient has it, with by the five slopes", 72,
		"real R8", "fake R9", "noise R10", "adv R11", "v R12", "dv R13", "dbias SI", "n CX", "by DI")
	for i := range 5 {
		p("\tVBROADCASTSS %d(DI), Y%d", 4*i, i)
	}
	p("\tVBROADCASTSS one<>(SB), Y6")
	p("loop:")
	p("\tVMOVUPS (R13)(DX*1), Y7")
	p("\tVMOVUPS (R8)(DX*1), Y8\n\tVMOVUPS (R9)(DX*1), Y9\n\tVMOVUPS (R10)(DX*1), Y10\n\tVMOVUPS (R12)(DX*1), Y11")
	for i := range 4 {
		x, k := 8+i/2, 12+i
		if i%2 == 1 {
			p("\tVADDPS Y10, Y%d, Y%d", x, x)
		}
		p("\tVBLENDVPS Y%d, Y5, Y6, Y%d", x, k) // the slope, by the sign of x
		if i == 2 {                             // register 15 is still free
			p("\tVMULPS Y4, Y%d, Y15\n\tVMULPS Y11, Y15, Y15\n\tVMOVUPS Y15, (R11)(DX*1)", k)
		}
		p("\tVMULPS Y%d, Y%d, Y%d\n\tVFMADD231PS Y%d, Y%d, Y7", i, k, k, x, k)
	}
	p("\tVMOVUPS Y7, (R13)(DX*1)")
	p("\tVADDPS Y12, Y13, Y8\n\tVMULPS Y11, Y8, Y8\n\tVMOVUPS Y8, (R8)(DX*1)")
	p("\tVADDPS Y14, Y15, Y9\n\tVMULPS Y11, Y9, Y9\n\tVMOVUPS Y9, (R9)(DX*1)")
	p("\tVADDPS Y13, Y15, Y10\n\tVMULPS Y11, Y10, Y10\n\tVMOVUPS Y10, (R10)(DX*1)")
	p("\tVADDPS Y8, Y9, Y8\n\tVADDPS (SI)(DX*1), Y8, Y8\n\tVMOVUPS Y8, (SI)(DX*1)")
	end()
	p("\tVZEROUPPER\n\tRET")
}
