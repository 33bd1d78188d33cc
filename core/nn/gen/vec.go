package main

import (
	"bytes"
	"fmt"
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
}
